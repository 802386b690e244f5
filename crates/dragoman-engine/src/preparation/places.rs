//! How many files a channel gives to its provider at the same moment.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use dragoman_core::Id;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::lock::lock;

/// So many uploads of one channel run at once.
const PER_CHANNEL: usize = 2;

/// Places for uploads, by channel. There are as many entries as channels have ever uploaded.
#[derive(Debug, Default)]
pub(super) struct Places(Mutex<HashMap<Id, Arc<Semaphore>>>);

impl Places {
    /// Waits for a place of the channel.
    pub(super) async fn enter(&self, channel: Id) -> OwnedSemaphorePermit {
        let places = Arc::clone(
            lock(&self.0)
                .entry(channel)
                .or_insert_with(|| Arc::new(Semaphore::new(PER_CHANNEL))),
        );
        let place = places.acquire_owned().await;
        place.expect("nobody closes the places")
    }
}
