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

use axum::routing::{get, post, put};

use super::Node;

/// Everything about contacts.
pub(super) fn nodes() -> Vec<Node> {
    vec![
        ("contacts", get(list::contacts).post(create::create)),
        (
            "contacts/{uuid}",
            get(one::by_uuid).patch(patch::patch).delete(one::destroy),
        ),
        ("contacts/phone/{number}", get(one::by_phone)),
        ("contacts/bsuid/{bsuid}", get(one::by_bsuid)),
        ("contacts/{uuid}/messages", get(history::messages)),
        (
            "contacts/{uuid}/conversation/open",
            post(conversation::open),
        ),
        (
            "contacts/{uuid}/conversation/close",
            post(conversation::close),
        ),
        (
            "contacts/{uuid}/conversation/note",
            post(conversation::note),
        ),
        (
            "contacts/{uuid}/conversation/update_funnel",
            put(conversation::update_funnel).post(conversation::update_funnel),
        ),
        // The path of the samples.
        (
            "contacts/{uuid}/messages/update_funnel",
            post(conversation::update_funnel),
        ),
        ("contacts/{uuid}/bot", get(bot::show).post(bot::tell)),
    ]
}
