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

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post, put};

use crate::services::Services;

/// Everything under `/callbell/v1/contacts`.
pub(super) fn routes() -> Router<Arc<Services>> {
    Router::new()
        .route(
            "/callbell/v1/contacts",
            get(list::contacts).post(create::create),
        )
        .route(
            "/callbell/v1/contacts/{uuid}",
            get(one::by_uuid).patch(patch::patch).delete(one::destroy),
        )
        .route("/callbell/v1/contacts/phone/{number}", get(one::by_phone))
        .route("/callbell/v1/contacts/bsuid/{bsuid}", get(one::by_bsuid))
        .route(
            "/callbell/v1/contacts/{uuid}/messages",
            get(history::messages),
        )
        .route(
            "/callbell/v1/contacts/{uuid}/conversation/open",
            post(conversation::open),
        )
        .route(
            "/callbell/v1/contacts/{uuid}/conversation/close",
            post(conversation::close),
        )
        .route(
            "/callbell/v1/contacts/{uuid}/conversation/note",
            post(conversation::note),
        )
        .route(
            "/callbell/v1/contacts/{uuid}/conversation/update_funnel",
            put(conversation::update_funnel).post(conversation::update_funnel),
        )
        // The path of the samples.
        .route(
            "/callbell/v1/contacts/{uuid}/messages/update_funnel",
            post(conversation::update_funnel),
        )
        .route(
            "/callbell/v1/contacts/{uuid}/bot",
            get(bot::show).post(bot::tell),
        )
}
