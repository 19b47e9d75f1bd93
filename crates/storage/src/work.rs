//! Where work that blocks is done: on threads of its own, or, in a simulation, on the spot.

use crate::StorageError;

/// How blocking work is carried out.
#[derive(Clone)]
pub(crate) enum Work {
    Threads,
    /// On the calling thread, each piece after a wait for the simulated disk.
    #[cfg(feature = "simulation")]
    Inline(crate::SimulatedDisk),
}

impl Work {
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, StorageError> {
        match self {
            Self::Threads => {
                let task = tokio::task::spawn_blocking(job);
                // It ends early only when the runtime does.
                task.await.map_err(|_| StorageError::Closed)?
            }
            #[cfg(feature = "simulation")]
            Self::Inline(disk) => {
                disk.wait(crate::DiskStep::Read).await;
                job()
            }
        }
    }
}
