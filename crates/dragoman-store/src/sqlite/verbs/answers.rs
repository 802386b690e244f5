//! What receivers answered: it may repeat what they were told.

use rusqlite::OptionalExtension;

use crate::index::entry::Fate;
use crate::index::people::People;
use crate::sqlite::batch::Batch;

/// Whether the contact in this row was forgotten: what is still answered about them is not kept.
pub(crate) fn are_unwanted(batch: &Batch<'_>, contact: i64) -> bool {
    let survivor = batch.survivor(contact);
    survivor.is_some_and(|(_, person)| person.fate == Fate::Forgotten)
}

/// Takes away what was answered about a message.
pub(crate) fn forget_of_message(batch: &Batch<'_>, message: i64) -> rusqlite::Result<()> {
    let last = batch.outcome(message).map(|outcome| outcome.last_delivery);
    let query = "UPDATE delivery_log SET answer = NULL WHERE id = ?1 RETURNING previous";
    let mut statement = batch.connection.prepare_cached(query)?;
    let mut next = last.unwrap_or_default();
    while next != 0 {
        let previous = statement.query_row([next], |row| row.get(0));
        next = previous.optional()?.unwrap_or_default();
    }
    Ok(())
}

/// Takes away what was answered to news of a customer, whichever of their ids it names.
pub(crate) fn forget_of_news(batch: &Batch<'_>, customer: i64) -> rusqlite::Result<()> {
    // A cross join is made from left to right: little is answered, and there is an index of it.
    let query = "SELECT delivery_log.id, news.contact
         FROM delivery_log CROSS JOIN news ON news.seq = delivery_log.event
         WHERE delivery_log.message = 0 AND delivery_log.answer IS NOT NULL";
    let mut statement = batch.connection.prepare_cached(query)?;
    let answered = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let answered: Vec<(i64, i64)> = answered.collect::<rusqlite::Result<_>>()?;
    for (attempt, contact) in answered {
        let about = batch.survivor(contact).map(|(row, _)| row);
        if about == Some(customer) {
            batch.sql(
                "UPDATE delivery_log SET answer = NULL WHERE id = ?1",
                [attempt],
            )?;
        }
    }
    Ok(())
}
