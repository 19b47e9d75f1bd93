//! Calls that compute for long take turns on all threads but one, so that a short call always
//! finds a thread that is free at once.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The turn of one call. It has none until it asks for the first.
#[derive(Clone)]
pub(crate) struct Turn {
    /// As many as threads that long calls may use at a time.
    places: Arc<Semaphore>,
    held: Arc<Mutex<Option<OwnedSemaphorePermit>>>,
}

impl Turn {
    pub fn new(places: Arc<Semaphore>) -> Self {
        Self {
            places,
            held: Arc::default(),
        }
    }

    /// Gives the turn to the next; also when the call is about to wait for something else.
    pub fn release(&self) {
        self.hold(None);
    }

    /// Goes to the end of the queue and waits for the next turn.
    pub async fn take_next(self) {
        self.release();
        // The semaphore is never closed; without a permit the call would only run a bit early.
        self.hold(Arc::clone(&self.places).acquire_owned().await.ok());
    }

    fn hold(&self, permit: Option<OwnedSemaphorePermit>) {
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = permit;
    }
}
