//! Nothing is sent any more when the store turns out to have lost its end.

use dragoman_core::catalog::{Change, Channel, Sending};

use super::change;
use crate::sqlite::batch::Batch;

/// Why channels are held when an echo speaks of an attempt that was never heard of.
const REGRESSION: &str = "store_regression: the provider knows of an attempt that this store has \
    no record of; a backup was restored, or a disk has lost what was written";

/// Holds every channel that is not held already: what else is waiting may have been sent, too.
pub(crate) fn every_channel(batch: &mut Batch<'_>) -> rusqlite::Result<()> {
    let free = batch.catalog.channels.iter();
    let free = free.filter(|channel| channel.sending.held.is_none());
    let held = free.map(|channel| {
        Change::Channel(Channel {
            sending: Sending {
                held: Some(REGRESSION.into()),
                ..channel.sending.clone()
            },
            ..channel.clone()
        })
    });
    let held = held.collect();
    // A channel that keeps its names takes nobody else's.
    let _ = change::run(batch, held)?;
    Ok(())
}
