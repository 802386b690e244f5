//! Callbell's public API, version 1, and its webhooks.
//!
//! `parse` turns a body into a [`Submission`](dragoman_core::submission::Submission) or into the
//! list of every field that is wrong; `render` writes answers and the table of refusals;
//! `handlers` join them with the desk and the store. [`CallbellFormat`] tells events.
//!
//! What is covered, and where the original is silent, stands in `README.md` of this folder.

mod caller;
mod created;
mod errors;
mod form;
mod format;
mod handlers;
mod lists;
mod metadata;
mod objects;
mod parse;
mod render;
mod saying;
mod status;
#[cfg(test)]
mod tests;
mod wire;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{any, get, post};

use crate::services::{BODY_LIMIT, Services};

pub use format::CallbellFormat;

/// The whole API under its prefix, `/callbell/v1/…`.
pub fn prefixed(services: Services) -> Router {
    Router::new()
        .nest("/callbell", router(services))
        // What is nested has no path that ends with the prefix and a slash.
        .route("/callbell/", any(handlers::not_found))
}

/// The whole API, at `/v1/…`, for a listener that serves nothing else.
pub fn router(services: Services) -> Router {
    Router::new()
        .route(handlers::SEND, post(handlers::send))
        .route("/v1/messages/status/{uuid}", get(handlers::status))
        .route("/v1/messages/{uuid}/status", get(handlers::status))
        .route("/v1/templates", get(lists::templates))
        .route("/v1/templates/{uuid}", get(lists::template))
        .route("/v1/channels", get(lists::channels))
        .route("/v1/channels/{uuid}", get(lists::channel))
        .route("/v1/teams", get(lists::teams))
        .route("/v1/teams/{uuid}", get(lists::team))
        .route("/v1/auth/me", get(handlers::me))
        .fallback(handlers::not_found)
        .method_not_allowed_fallback(handlers::method_not_allowed)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .with_state(services)
}
