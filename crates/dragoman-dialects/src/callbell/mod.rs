//! Callbell's public API, version 1, and its webhooks.
//!
//! `parse` turns a body into a [`Submission`](dragoman_core::submission::Submission) or into the
//! list of every field that is wrong; `render` writes answers and the table of refusals;
//! `handlers` join them with the desk and the store. [`CallbellFormat`] tells events.
//!
//! What is covered, and where the original is silent, stands in `docs/dialects/callbell.md`.

mod account;
mod caller;
mod channels;
mod contacts;
mod created;
mod custom_statuses;
mod deliveries;
mod duplicate;
mod erasing;
mod errors;
mod events;
mod form;
mod format;
mod handlers;
mod interactive;
mod json;
mod lists;
mod members;
mod metadata;
mod objects;
mod paging;
mod params;
mod parse;
mod rehearsal;
mod render;
mod saying;
mod status;
mod teams;
mod templates;
#[cfg(test)]
mod tests;
mod tidings;
mod users;
mod webhooks;
mod wire;
mod wording;

use std::sync::Arc;

use axum::Router;
use axum::routing::{MethodRouter, any, delete, get, post, put};

use crate::services::Services;

pub use format::CallbellFormat;

/// The words for events that subscriptions in this format can choose among.
pub(crate) const EVENTS: [&str; 10] = events::ALL;

/// The whole API under its prefix, `/callbell/v1/…`.
pub fn router(services: Arc<Services>) -> Router {
    Router::new()
        .route("/callbell/v1/messages/send", post(handlers::send))
        .route("/callbell/v1/messages", delete(erasing::by_body))
        .route("/callbell/v1/messages/{uuid}", delete(erasing::by_path))
        .route("/callbell/v1/messages/status/{uuid}", get(handlers::status))
        .route("/callbell/v1/messages/{uuid}/status", get(handlers::status))
        .merge(contacts::routes())
        .route("/callbell/v1/templates", get(templates::list))
        .route(
            "/callbell/v1/templates/{uuid}",
            get(templates::get).patch(templates::rename),
        )
        .route("/callbell/v1/channels", get(channels::list))
        .route(
            "/callbell/v1/channels/{uuid}",
            get(channels::get).patch(channels::rename),
        )
        .route("/callbell/v1/teams", get(teams::list))
        .route(
            "/callbell/v1/teams/{uuid}",
            get(teams::get).patch(teams::rename),
        )
        .route("/callbell/v1/teams/{uuid}/members", get(teams::members))
        .route(
            "/callbell/v1/users/{uuid}/status",
            put(users::show).delete(users::clear),
        )
        .route(
            "/callbell/v1/custom_statuses",
            get(custom_statuses::list).post(custom_statuses::create),
        )
        .route("/callbell/v1/custom_statuses/{id}", custom_status())
        .route("/callbell/v1/custom_status/{id}", custom_status())
        .route("/callbell/v1/funnels", get(account::funnels))
        .route("/callbell/v1/plan", get(account::plan))
        .route("/callbell/v1/auth/me", get(account::me))
        .route("/callbell/v1/webhooks/subscribe", post(webhooks::subscribe))
        .route(
            "/callbell/v1/webhooks/unsubscribe",
            delete(webhooks::unsubscribe),
        )
        .route("/callbell/v1/webhooks/events", get(deliveries::list))
        .method_not_allowed_fallback(handlers::method_not_allowed)
        // Only what there is not is nested: nesting writes the address of every call anew.
        .nest("/callbell", Router::new().fallback(handlers::not_found))
        // What is nested has no path that ends with the prefix and a slash.
        .route("/callbell/", any(handlers::not_found))
        .with_state(services)
}

/// One custom status, which the documents of the original find under two names.
fn custom_status() -> MethodRouter<Arc<Services>> {
    get(custom_statuses::get)
        .put(custom_statuses::change)
        .delete(custom_statuses::destroy)
}
