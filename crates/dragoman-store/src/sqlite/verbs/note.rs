//! A collaborator's note.

use std::sync::Arc;

use dragoman_core::MessageId;
use dragoman_core::content::Kind;
use dragoman_core::event::What;
use dragoman_core::message::{Body, Note};
use dragoman_core::ports::{NewNote, StoreError};

use super::line::Line;
use super::{accept, people, repeat};
use crate::index::entry::{Outcome, Place};
use crate::index::people::People;
use crate::record::note::NoteRecord;
use crate::record::to_json;
use crate::sqlite::batch::Batch;
use crate::sqlite::rows::NOTE;

/// Adds it to the conversation, unless it repeats one. `None` when there is no such conversation.
pub(crate) fn run(
    batch: &mut Batch<'_>,
    note: NewNote,
) -> rusqlite::Result<Result<Option<MessageId>, StoreError>> {
    if let Some(key) = &note.key {
        match repeat::first_message(batch, key, note.at.machine) {
            Ok(Some(first)) => return Ok(Ok(batch.find_message(first))),
            Ok(None) => {}
            Err(why) => return Ok(Err(why)),
        }
    }
    keep(batch, note).map(Ok)
}

fn keep(batch: &mut Batch<'_>, note: NewNote) -> rusqlite::Result<Option<MessageId>> {
    let Some((contact, person)) = people::by_id(batch, note.account, note.contact)? else {
        return Ok(None);
    };
    let head = match note.channel {
        Some(channel) => batch.known_row(channel).and_then(|row| person.on(row)),
        None => person.newest(),
    };
    let Some(head) = head else {
        return Ok(None);
    };
    let place = Place {
        account: batch.row_of(note.account.id())?,
        channel: head.channel,
        contact,
    };
    let message = batch.next_message(note.at.machine, note.random);
    let outcome = Outcome::received(message.tail(), place, head.conversation.number);
    let body = Note { text: note.text };
    let line = Line {
        direction: NOTE,
        kind: Kind::Text,
        referral: false,
        at: note.at.now,
        record: to_json::<NoteRecord, _>(&body),
    };
    let bytes = line.write(batch, message, &outcome)?;
    accept::write_key(batch, message, note.key.as_ref())?;
    batch.draft.outcomes.put(message.row(), outcome);
    batch.happened(message.row(), What::Noted, note.at.now)?;
    batch.remember(message.row(), Body::Note(Arc::new(body)), bytes);
    Ok(Some(message))
}
