//! One upload at a time per file and channel: the others wait, and find it done.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use dragoman_core::Id;
use tokio::sync::OwnedMutexGuard;

use super::original::Original;
use crate::lock::lock;

type Key = (Original, Id);
type Turns = Arc<tokio::sync::Mutex<()>>;

/// Files that are being given to a provider.
#[derive(Debug, Default)]
pub(super) struct Flights(Mutex<HashMap<Key, Turns>>);

/// The right to give this file to this channel's provider.
#[derive(Debug)]
pub(super) struct Flight<'a> {
    flights: &'a Flights,
    key: Key,
    turn: Option<OwnedMutexGuard<()>>,
}

impl Flights {
    /// Waits until nobody else gives this file to this channel's provider.
    pub(super) async fn enter(&self, original: &Original, channel: Id) -> Flight<'_> {
        let key = (original.clone(), channel);
        let turns = Arc::clone(lock(&self.0).entry(key.clone()).or_default());
        // Made before the wait, so that whoever gives up while waiting leaves nothing behind.
        let mut flight = Flight {
            flights: self,
            key,
            turn: None,
        };
        flight.turn = Some(turns.lock_owned().await);
        flight
    }
}

impl Drop for Flight<'_> {
    fn drop(&mut self) {
        let mut flights = lock(&self.flights.0);
        self.turn = None;
        // Whoever waits holds it as well.
        if flights
            .get(&self.key)
            .is_some_and(|turns| Arc::strong_count(turns) == 1)
        {
            flights.remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    const CHANNEL: Id = Id::from_u128(1);

    fn file(id: u128) -> Original {
        Original::Kept(Id::from_u128(id))
    }

    #[tokio::test]
    async fn the_same_file_waits_for_its_turn_and_another_does_not() {
        let flights = Flights::default();
        let first = flights.enter(&file(1), CHANNEL).await;
        let (same, known) = (file(1), file(2));
        let mut second = Box::pin(flights.enter(&same, CHANNEL));
        assert!((&mut second).now_or_never().is_none());
        assert!(flights.enter(&known, CHANNEL).now_or_never().is_some());
        let elsewhere = flights.enter(&same, Id::from_u128(2));
        assert!(elsewhere.now_or_never().is_some());
        drop(first);
        assert!(second.now_or_never().is_some());
    }

    #[tokio::test]
    async fn nothing_is_left_behind() {
        let flights = Flights::default();
        let first = flights.enter(&file(1), CHANNEL).await;
        let same = file(1);
        let mut second = Box::pin(flights.enter(&same, CHANNEL));
        assert!((&mut second).now_or_never().is_none());
        drop(first);
        assert_eq!(lock(&flights.0).len(), 1, "the second has its turn");
        drop(second);
        assert_eq!(lock(&flights.0).len(), 0);
    }
}
