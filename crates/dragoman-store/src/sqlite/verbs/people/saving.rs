//! Writes down what has changed in place.

use rusqlite::params;

use crate::index::entry::Place;
use crate::record::profile::ProfileRecord;
use crate::record::{VERSION, to_json};
use crate::sqlite::batch::{Batch, Touched};

/// Name and profile of a contact, as the batch has them.
pub(crate) fn save(batch: &mut Batch<'_>, contact: i64) -> rusqlite::Result<()> {
    let known = batch.person(contact).contact.clone();
    let profile = known.profile.as_deref().map(to_json::<ProfileRecord, _>);
    batch.sql(
        "UPDATE contacts SET name = ?2, profile = ?3, profile_version = ?4 WHERE id = ?1",
        params![
            contact,
            known.name,
            profile,
            profile.as_ref().map(|_| VERSION)
        ],
    )?;
    batch.touch(Touched::Contact, contact)
}

/// What people change of a conversation, and whose it is, as the batch has them.
pub(crate) fn save_conversation(batch: &mut Batch<'_>, place: Place) -> rusqlite::Result<()> {
    let conversation = batch.edit_head(place).conversation.clone();
    batch.sql(
        "UPDATE conversations SET contact = ?2, user = ?3, team = ?4, funnel = ?5, bot = ?6,
             closed_at = ?7
         WHERE id = ?1",
        params![
            conversation.number,
            place.contact,
            conversation.user.map(|id| id.as_u128().to_be_bytes()),
            conversation.team.map(|id| id.as_u128().to_be_bytes()),
            conversation.funnel.map(|id| id.as_u128().to_be_bytes()),
            conversation.bot as u8,
            conversation.closed_at.map(|at| at.millis())
        ],
    )?;
    batch.touch(Touched::Conversation, conversation.number)
}
