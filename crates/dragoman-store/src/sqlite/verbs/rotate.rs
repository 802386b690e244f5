//! New keys.

use dragoman_core::ports::{KeysError, Rotated, Rotation, StoreError};

use super::change;
use crate::sqlite::batch::Batch;
use crate::sqlite::rows::ReadError;

/// Seals everything with new keys. The new master key takes the place of the old one after the
/// commit.
pub(crate) fn run(
    batch: &mut Batch<'_>,
    rotation: Rotation,
) -> rusqlite::Result<Result<Rotated, KeysError>> {
    let records = match rotation {
        Rotation::Master => Vec::new(),
        Rotation::MasterAndData => match change::records(batch.connection, batch.keys) {
            Ok(records) => records,
            Err(ReadError::Database(error)) => return Err(error),
            Err(ReadError::Unreadable(error)) => {
                tracing::error!(%error, "cannot read the records to seal them again");
                return Ok(Err(StoreError::Unwell("cannot read".into()).into()));
            }
        },
    };
    let master = match batch.keys.propose() {
        Ok(master) => master,
        Err(error) => return Ok(Err(KeysError::File(error.to_string().into()))),
    };
    // What the old keys have sealed does not stay in the pages that it stood in.
    batch
        .connection
        .pragma_update(None, "secure_delete", true)?;
    let mut sealed = 0;
    match rotation {
        Rotation::Master => {}
        Rotation::MasterAndData => {
            batch.keys.renew(batch.connection)?;
            let catalog = &batch.catalog;
            sealed = change::seal_again(batch.connection, batch.keys, catalog, &records)?;
        }
    }
    let data_keys = batch.keys.seal_with(batch.connection, master)?;
    batch
        .connection
        .pragma_update(None, "secure_delete", false)?;
    tracing::info!(data_keys, records = sealed, "keys were rotated");
    Ok(Ok(Rotated {
        data_keys,
        records: sealed,
    }))
}
