//! Secrets that an earlier version of the program has left in the file as they are, or sealed for
//! less than their whole place.

use rusqlite::{Connection, OptionalExtension};

use super::keys::Keys;
use super::open::OpenError;
use super::verbs::change;

/// What the migration has noted.
const NOTE: &str = "plain_secrets";

/// Seals all secrets with new keys, and makes the file anew, so that no page that is free or half
/// used still holds one. The note goes last: whoever is killed on the way begins again.
///
/// # Errors
/// A record cannot be read, or the disk has no room for the file a second time.
pub(crate) fn seal(connection: &mut Connection, keys: &mut Keys) -> Result<(), OpenError> {
    let noted = "SELECT 1 FROM meta WHERE name = ?1";
    let noted = connection.query_row(noted, [NOTE], |_| Ok(()));
    if noted.optional()?.is_none() {
        return Ok(());
    }
    tracing::info!("sealing the secrets of an earlier version; this makes the file anew");
    let catalog = change::load(connection, keys)?;
    let records = change::records(connection, keys)?;
    let transaction = connection.transaction()?;
    // What was sealed until now opens nowhere any more.
    keys.renew(&transaction)?;
    let sealed = change::seal_again(&transaction, keys, &catalog, &records)?;
    transaction.commit()?;
    connection.execute_batch("VACUUM")?;
    // The write-ahead log still has the pages of before.
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    connection.execute("DELETE FROM meta WHERE name = ?1", [NOTE])?;
    tracing::info!(records = sealed, "secrets are sealed");
    Ok(())
}
