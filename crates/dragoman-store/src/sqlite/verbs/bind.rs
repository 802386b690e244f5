//! Joins a message with the provider's id of it.

use std::borrow::Cow;

use dragoman_core::event::What;
use dragoman_core::id::AttemptId;
use dragoman_core::{Address, Timestamp};

use super::{people, status};
use crate::index::key;
use crate::index::people::People;
use crate::sqlite::batch::Batch;

/// The proof that the provider took a message.
pub(crate) struct Proof {
    pub(crate) attempt: Option<AttemptId>,
    pub(crate) provider_id: Box<str>,
    /// The recipient as the provider knows it.
    pub(crate) recipient: Option<Box<str>>,
}

/// The provider has the message: it leaves the queue, has the provider's id from now on, and hears
/// the statuses that came before.
pub(crate) fn submitted(
    batch: &mut Batch<'_>,
    message: i64,
    proof: Proof,
    now: Timestamp,
) -> rusqlite::Result<()> {
    batch.dequeue(message)?;
    let outcome = batch.edit_outcome(message);
    outcome.provider_id = Some((&*proof.provider_id).into());
    let channel = outcome.channel;
    let key = key::of_provider_id(batch.id_of(channel), &proof.provider_id);
    // It belongs to one message. Should a provider give it twice, the last one has it: to ask who
    // had it before would cost every message a look-up that finds nothing.
    batch.draft.provider_ids.put(key, message);
    let is_known = reached_at(batch, message, proof.recipient.as_deref(), now)?;
    let what = What::Submitted {
        attempt: proof.attempt,
        provider_id: proof.provider_id,
        recipient: proof.recipient.filter(|_| is_known),
    };
    batch.happened(message, what, now)?;
    adopt(batch, message, key, now)
}

/// The recipient as the provider knows it, where it says so, is an address of the contact. Answers
/// `false` when they were forgotten: nobody learns it again from what was on its way then.
pub(crate) fn reached_at(
    batch: &mut Batch<'_>,
    message: i64,
    recipient: Option<&str>,
    now: Timestamp,
) -> rusqlite::Result<bool> {
    let place = batch.edit_outcome(message).place();
    let Some((contact, person)) = batch.acquainted(place.contact) else {
        return Ok(false);
    };
    let addresses = &person.contact.addresses;
    let new = recipient.and_then(|recipient| Address::parse(recipient).ok());
    if let Some(address) = new.filter(|address| !addresses.contains(address)) {
        people::learn(batch, (place.account, contact), &address, now)?;
    }
    Ok(true)
}

/// Tells a message the statuses that came before its provider's id was known.
fn adopt(
    batch: &mut Batch<'_>,
    message: i64,
    key: key::Key,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let waiting = batch.draft.orphans_of.look(&batch.index.orphans_of, &key);
    for id in waiting.map(Cow::into_owned).unwrap_or_default() {
        let orphan = batch.draft.orphans.look(&batch.index.orphans, &id);
        if let Some(orphan) = orphan.map(Cow::into_owned) {
            status::drop_orphan(batch, id)?;
            status::tell(batch, message, orphan.status, now)?;
        }
    }
    Ok(())
}
