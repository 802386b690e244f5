//! The calls about contacts: who there is, what is known of them, what was said.
//!
//! A contact of the original has one conversation on one channel. Ours are people, with one on each
//! channel that they have used: a call shows and changes the one on the channel that it names, or
//! else the newest.

mod bot;
mod changes;
mod conversation;
mod create;
mod fields;
mod history;
mod list;
mod named;
mod one;
mod patch;
mod shown;

use super::operation::Operation;
use crate::need::Need;

/// Everything about contacts.
pub(super) fn operations() -> [Operation; 16] {
    const ONE: &str = "contacts/{uuid}";
    const FUNNEL: &str = "contacts/{uuid}/conversation/update_funnel";
    [
        Operation::get(Need::CONTACTS, "contacts", list::contacts),
        Operation::post(Need::CONTACTS, "contacts", create::create),
        Operation::get(Need::CONTACTS, ONE, one::by_uuid),
        Operation::patch(Need::CONTACTS, ONE, patch::patch),
        Operation::delete(Need::CONTACTS, ONE, one::destroy),
        Operation::get(Need::CONTACTS, "contacts/phone/{number}", one::by_phone),
        Operation::get(Need::CONTACTS, "contacts/bsuid/{bsuid}", one::by_bsuid),
        Operation::get(Need::READ, "contacts/{uuid}/messages", history::messages),
        Operation::post(
            Need::CONTACTS,
            "contacts/{uuid}/conversation/open",
            conversation::open,
        ),
        Operation::post(
            Need::CONTACTS,
            "contacts/{uuid}/conversation/close",
            conversation::close,
        ),
        Operation::post(
            Need::CONTACTS,
            "contacts/{uuid}/conversation/note",
            conversation::note,
        ),
        Operation::put(Need::CONTACTS, FUNNEL, conversation::update_funnel),
        Operation::post(Need::CONTACTS, FUNNEL, conversation::update_funnel),
        // The path of the samples.
        Operation::post(
            Need::CONTACTS,
            "contacts/{uuid}/messages/update_funnel",
            conversation::update_funnel,
        ),
        Operation::get(Need::CONTACTS, "contacts/{uuid}/bot", bot::show),
        Operation::post(Need::CONTACTS, "contacts/{uuid}/bot", bot::tell),
    ]
}
