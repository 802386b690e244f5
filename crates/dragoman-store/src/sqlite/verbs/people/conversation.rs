//! A contact's conversation on a channel.

use dragoman_core::contact::{Bot, Conversation};
use dragoman_core::content::Kind;
use dragoman_core::news::ContactNews;
use dragoman_core::ports::Moment;
use dragoman_core::window::Heard;
use dragoman_core::{Id, Timestamp};
use rusqlite::params;

use super::{save_conversation, tell};
use crate::index::entry::{Head, Place};
use crate::sqlite::batch::Batch;

/// The conversation of a contact on a channel; made when there is none.
pub(crate) fn conversation(
    batch: &mut Batch<'_>,
    place: Place,
    at: Moment,
    random: u128,
) -> rusqlite::Result<i64> {
    if let Some(known) = batch.person(place.contact).on(place.channel) {
        return Ok(known.conversation.number);
    }
    begin(batch, place, at, random)
}

/// Makes the conversation of a contact on a channel where there is none.
pub(crate) fn begin(
    batch: &mut Batch<'_>,
    place: Place,
    at: Moment,
    random: u128,
) -> rusqlite::Result<i64> {
    batch.counters.conversation += 1;
    let number = batch.counters.conversation;
    let id = Id::fresh(at.machine, random);
    batch.sql(
        "INSERT INTO conversations (id, public, account, channel, contact, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            number,
            id.as_u128().to_be_bytes(),
            place.account,
            place.channel,
            place.contact,
            at.now.millis()
        ],
    )?;
    let conversation = Conversation {
        number,
        id,
        user: None,
        team: None,
        funnel: None,
        bot: Bot::Idle,
        created_at: at.now,
        closed_at: None,
    };
    batch.edit_person(place.contact).conversations.push(Head {
        channel: place.channel,
        conversation,
        heard: Heard::default(),
    });
    let (who, channel) = ((place.account, place.contact), Some(place.channel));
    tell(batch, who, channel, ContactNews::Opened, at.now)?;
    Ok(number)
}

/// A customer has written: their conversation goes on if it was over. A notice of the messenger is
/// nothing that they wrote.
pub(crate) fn take_up(
    batch: &mut Batch<'_>,
    place: Place,
    kind: Kind,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let conversation = &mut batch.edit_head(place).conversation;
    if kind == Kind::System || conversation.closed_at.take().is_none() {
        return Ok(());
    }
    save_conversation(batch, place)?;
    let (who, channel) = ((place.account, place.contact), Some(place.channel));
    tell(batch, who, channel, ContactNews::Opened, now)
}
