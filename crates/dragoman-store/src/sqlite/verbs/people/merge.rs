//! Two contacts that prove to be one.

mod united;

use dragoman_core::Timestamp;
use dragoman_core::news::ContactNews;
use rusqlite::params;

use super::{give_address, save, save_conversation, tell};
use crate::index::entry::{Fate, Head, Place};
use crate::sqlite::batch::{Batch, Touched};

/// Makes one of them, in which the older survives: it gets the addresses, what it lacks of name
/// and profile, and the conversations on channels where it has none. Where both have one, that of
/// the other ends; what was said in it stays, and who cared for it goes on to do so where nobody
/// else does. Answers who survives.
pub(crate) fn run(
    batch: &mut Batch<'_>,
    account: i64,
    [one, other]: [i64; 2],
    now: Timestamp,
) -> rusqlite::Result<i64> {
    if one == other {
        return Ok(one);
    }
    let (older, younger) = (one.min(other), one.max(other));
    let merged = batch.person(younger).into_owned();
    part(batch, younger, older)?;
    // They are written again, so that their order is that of their rows.
    for address in &merged.contact.addresses {
        give_address(batch, account, older, address)?;
    }
    move_conversations(batch, account, younger, older)?;
    end_conversations(batch, (account, younger, older), now)?;
    batch.edit_person(older).take_in(younger);
    let contact = batch.edit_contact(older);
    contact.profile = united::profile(&contact.profile, &merged.contact.profile);
    if contact.name.is_none() {
        contact.name.clone_from(&merged.contact.name);
    }
    save(batch, older)?;
    tell(batch, (account, older), None, ContactNews::Updated, now)?;
    Ok(older)
}

/// From now on the younger one is only another id of the older.
fn part(batch: &mut Batch<'_>, younger: i64, older: i64) -> rusqlite::Result<()> {
    batch.sql("DELETE FROM addresses WHERE contact = ?1", [younger])?;
    batch.sql(
        "UPDATE contacts SET name = NULL, profile = NULL, profile_version = NULL, merged_into = ?2
         WHERE id = ?1",
        params![younger, older],
    )?;
    batch.touch(Touched::Contact, younger)?;
    let person = batch.edit_person(younger);
    person.fate = Fate::MergedInto(older);
    person.become_nameless();
    Ok(())
}

fn move_conversations(
    batch: &mut Batch<'_>,
    account: i64,
    younger: i64,
    older: i64,
) -> rusqlite::Result<()> {
    let known = batch.person(older).into_owned();
    let person = batch.edit_person(younger);
    let moving = |head: &mut Head| known.on(head.channel).is_none();
    let moved: Vec<Head> = person.conversations.extract_if(.., moving).collect();
    for head in moved {
        let place = Place {
            account,
            channel: head.channel,
            contact: older,
        };
        batch.edit_person(older).conversations.push(head);
        save_conversation(batch, place)?;
    }
    Ok(())
}

/// What is left to the younger one has its counterpart. A customer whom somebody talks to in one of
/// both is still talked to.
fn end_conversations(
    batch: &mut Batch<'_>,
    (account, younger, older): (i64, i64, i64),
    now: Timestamp,
) -> rusqlite::Result<()> {
    let ended = batch.edit_person(younger).conversations.clone();
    for head in ended {
        let place = Place {
            account,
            channel: head.channel,
            contact: older,
        };
        let conversation = &mut batch.edit_head(place).conversation;
        let united = united::conversation(conversation, &head.conversation);
        let before = std::mem::replace(conversation, united.clone());
        if before == united {
            continue;
        }
        save_conversation(batch, place)?;
        if before.closed_at.is_some() && united.closed_at.is_none() {
            let who = (account, older);
            tell(batch, who, Some(head.channel), ContactNews::Opened, now)?;
        }
    }
    Ok(())
}
