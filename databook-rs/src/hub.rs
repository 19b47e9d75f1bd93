//! All notebooks that are open in this server, at most one [`Room`] each.

use crate::{clock, metrics::Metrics, random::Random, refusal::Refusal, room::Room};
use notebook::{ActorId, Notebook, NotebookId, Operation, Sequence};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use storage::Storage;
use tokio::sync::{OnceCell, watch};
use tokio_util::task::TaskTracker;

/// A notebook that nobody has used for so long leaves memory.
pub const IDLE_UNLOAD: Duration = Duration::from_secs(300);
/// How often idle notebooks are looked for.
pub const SWEEP_EVERY: Duration = Duration::from_secs(60);

/// What rooms share.
pub struct Shared {
    pub storage: Storage,
    pub metrics: Arc<Metrics>,
    pub random: Arc<Random>,
    /// Entries between two snapshots in storage.
    pub snapshot_every: u64,
    /// Counts up whenever the list of notebooks has something new to show.
    pub list_changed: watch::Sender<u64>,
    /// Counts up whenever the server has other plugins than before.
    pub plugins_changed: watch::Sender<u64>,
    /// Failed rooms, to be read anew: see [`Hub::open`].
    rooms: Mutex<HashMap<NotebookId, Slot>>,
}

/// Filled once the notebook has been read; whoever comes meanwhile waits for the same reading.
type Slot = Arc<OnceCell<Arc<Room>>>;

#[derive(Clone)]
pub struct Hub {
    shared: Arc<Shared>,
    /// Background work that shutdown waits for.
    pub tasks: TaskTracker,
}

impl Shared {
    fn rooms(&self) -> MutexGuard<'_, HashMap<NotebookId, Slot>> {
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Hub {
    pub fn new(
        storage: Storage,
        metrics: Arc<Metrics>,
        random: Arc<Random>,
        snapshot_every: u64,
    ) -> Self {
        Self {
            shared: Arc::new(Shared {
                storage,
                metrics,
                random,
                snapshot_every,
                list_changed: watch::Sender::new(0),
                plugins_changed: watch::Sender::new(0),
                rooms: Mutex::default(),
            }),
            tasks: TaskTracker::new(),
        }
    }

    pub fn list_changed(&self) -> watch::Receiver<u64> {
        self.shared.list_changed.subscribe()
    }

    pub fn plugins_changed(&self) -> watch::Receiver<u64> {
        self.shared.plugins_changed.subscribe()
    }

    /// Tells those who watch the list that it has something new.
    pub fn tell_list_changed(&self) {
        self.shared.list_changed.send_modify(|count| *count += 1);
    }

    /// Tells those who are connected that there are other plugins.
    pub fn tell_plugins_changed(&self) {
        self.shared.plugins_changed.send_modify(|count| *count += 1);
    }

    /// The notebook, read from storage when it is not in memory.
    pub async fn open(&self, id: NotebookId) -> Result<Arc<Room>, Refusal> {
        let slot = self.shared.rooms().get(&id).cloned();
        if let Some(room) = slot.as_ref().and_then(|slot| slot.get()) {
            return Ok(room.clone());
        }
        // In a task of its own. Who asks may look elsewhere meanwhile, as a live socket does with
        // a submission while it waits for an opening, and all others wait for the same reading.
        let hub = self.clone();
        let reading = tokio::spawn(async move { hub.room(id, || hub.load(id)).await });
        let room = reading.await.map_err(|_| Refusal::unavailable())??;
        room.ok_or_else(|| Refusal::unknown_notebook(id))
    }

    /// Creates a notebook with its first entry; one that exists already is left as it is,
    /// which is what a resend needs.
    pub async fn create(
        &self,
        id: NotebookId,
        title: String,
        actor: ActorId,
    ) -> Result<Arc<Room>, Refusal> {
        let room = self
            .room(id, || async {
                if let Some(room) = self.load(id).await? {
                    return Ok(Some(room));
                }
                let room = self.build(Notebook::new(id), Vec::new(), Sequence(0));
                let first = vec![Operation::CreateNotebook { title }];
                room.append(actor, first, Vec::new(), clock::now_ms())?
                    .durable()
                    .await?;
                Ok(Some(room))
            })
            .await?;
        room.ok_or_else(|| Refusal::unknown_notebook(id))
    }

    /// Holds a notebook's place while its log is written past its room: whoever opens it meanwhile
    /// waits, and reads it when that is done.
    ///
    /// # Errors
    /// When somebody has the notebook open; then nothing was written.
    pub async fn hold<T, F>(&self, id: NotebookId, write: impl FnOnce() -> F) -> Result<T, Refusal>
    where
        F: Future<Output = T>,
    {
        let in_use = || {
            Refusal::busy(
                format!("notebook {id} is open at the moment"),
                "Close it everywhere and send the file again, or import it as a copy.",
            )
        };
        let open = self.shared.rooms().get(&id).cloned();
        if let Some(room) = open.as_ref().and_then(|slot| slot.get()) {
            room.flush().await?;
        }
        drop(open);
        let slot = {
            let mut rooms = self.shared.rooms();
            let slot = rooms.entry(id).or_default();
            // Slots are only handed out under this lock, and rooms only out of slots.
            let unused = Arc::strong_count(slot) == 1
                && slot
                    .get()
                    .is_none_or(|room| Arc::strong_count(room) == 1 && room.idle().is_some());
            if !unused {
                return Err(in_use());
            }
            *slot = Slot::default();
            slot.clone()
        };
        let mut result = None;
        // It stays empty: whoever waits for it reads the notebook next. Somebody may have been
        // faster, then it has a room and nothing is written.
        let _ = slot
            .get_or_try_init(|| async {
                result = Some(write().await);
                Err::<Arc<Room>, ()>(())
            })
            .await;
        let mut rooms = self.shared.rooms();
        if Arc::strong_count(&slot) == 2 && !slot.initialized() {
            rooms.remove(&id);
        }
        result.ok_or_else(in_use)
    }

    async fn room<F>(
        &self,
        id: NotebookId,
        make: impl FnOnce() -> F,
    ) -> Result<Option<Arc<Room>>, Refusal>
    where
        F: Future<Output = Result<Option<Room>, Refusal>>,
    {
        let slot = self.shared.rooms().entry(id).or_default().clone();
        let made = slot
            .get_or_try_init(|| async {
                match make().await {
                    Ok(Some(room)) => Ok(Arc::new(room)),
                    Ok(None) => Err(None),
                    Err(refusal) => Err(Some(refusal)),
                }
            })
            .await
            .cloned();
        match made {
            Ok(room) => Ok(Some(room)),
            Err(refusal) => {
                let mut rooms = self.shared.rooms();
                // Slots are only handed out under this lock: two holders are the map and we, so
                // nobody is filling it.
                if Arc::strong_count(&slot) == 2 && !slot.initialized() {
                    rooms.remove(&id);
                }
                refusal.map_or(Ok(None), Err)
            }
        }
    }

    async fn load(&self, id: NotebookId) -> Result<Option<Room>, Refusal> {
        let unreadable = |error: &dyn std::fmt::Display| {
            tracing::error!(%error, notebook = %id, "reading a notebook failed");
            Refusal::unavailable()
        };
        let loaded = self.shared.storage.load(id).await;
        let Some(loaded) = loaded.map_err(|error| unreadable(&error))? else {
            return Ok(None);
        };
        let mut state = loaded.snapshot.unwrap_or_else(|| Notebook::new(id));
        let snapshot_at = state.sequence;
        for entry in &loaded.entries {
            state.apply(entry).map_err(|error| unreadable(&error))?;
        }
        let room = self.build(state, loaded.entries, snapshot_at);
        // A run that the log has as running was cut off when the server stopped.
        if let Some(ticket) = room.interrupt_orphans(clock::now_ms())? {
            ticket.durable().await?;
        }
        Ok(Some(room))
    }

    fn build(&self, state: Notebook, recent: Vec<notebook::Entry>, snapshot_at: Sequence) -> Room {
        let id = state.id;
        let shared = Arc::downgrade(&self.shared);
        Room::new(state, recent, snapshot_at, self.shared.clone(), move || {
            // The next who asks for the notebook reads it anew.
            if let Some(shared) = shared.upgrade() {
                shared.rooms().remove(&id);
            }
        })
    }

    /// Rooms that are in memory now.
    pub fn rooms(&self) -> Vec<Arc<Room>> {
        self.shared
            .rooms()
            .values()
            .filter_map(|slot| slot.get().cloned())
            .collect()
    }

    /// Drops rooms that nobody uses.
    pub fn unload_idle(&self) {
        self.shared.rooms().retain(|id, slot| {
            let unused = Arc::strong_count(slot) == 1
                && slot.get().is_none_or(|room| {
                    Arc::strong_count(room) == 1
                        && room.idle().is_some_and(|idle| idle >= IDLE_UNLOAD)
                });
            if unused {
                tracing::debug!(notebook = %id, "unloading");
            }
            !unused
        });
    }

    /// Waits until everything that was accepted is durable.
    pub async fn flush(&self) {
        for room in self.rooms() {
            if let Err(refusal) = room.flush().await {
                tracing::error!(notebook = %room.id, "not everything is durable: {refusal}");
            }
        }
    }
}

#[cfg(test)]
mod tests;
