//! Callbell's public API, version 1, and its webhooks.
//!
//! `parse` turns a body into a [`Submission`](dragoman_core::submission::Submission) or into the
//! list of every field that is wrong; `render` writes answers and the table of refusals;
//! `handlers` join them with the desk and the store. [`CallbellFormat`] tells events.
//!
//! What is covered, and where the original is silent, stands in `docs/dialects/callbell.md`.

mod account;
mod attachments;
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
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod handlers;
mod interactive;
mod json;
mod lists;
mod members;
mod metadata;
mod objects;
mod operation;
mod paging;
mod params;
mod parse;
mod refusals;
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
use axum::routing::any;

use self::operation::Operation;
use crate::need::Need;
use crate::services::Services;

pub(crate) use events::name as event_name;
pub use format::CallbellFormat;

/// The words for events that subscriptions in this format can choose among.
pub(crate) const EVENTS: [&str; 10] = events::ALL;

/// The whole API under its prefix, `/callbell/v1/…`.
pub fn router(services: Arc<Services>) -> Router {
    routes("/callbell")
        // Only what there is not is nested: nesting writes the address of every call anew.
        .nest("/callbell", Router::new().fallback(handlers::not_found))
        // What is nested has no path that ends with the prefix and a slash.
        .route("/callbell/", any(handlers::not_found))
        .with_state(services)
}

/// The whole API at `/v1/…`, for a listener that serves nothing else: a program whose host alone is
/// replaced calls it so.
pub fn rooted(services: Arc<Services>) -> Router {
    routes("")
        .fallback(handlers::not_found)
        .with_state(services)
}

fn routes(prefix: &str) -> Router<Arc<Services>> {
    operations()
        .into_iter()
        .fold(Router::new(), |router, operation| {
            let path = format!("{prefix}/v1/{}", operation.node);
            router.route(&path, operation.need.of(operation.route))
        })
        .method_not_allowed_fallback(handlers::method_not_allowed)
}

fn operations() -> Vec<Operation> {
    let mut all = vec![
        Operation::post(Need::SEND, "messages/send", handlers::send),
        Operation::delete(Need::CONTACTS, "messages", erasing::by_body),
        Operation::delete(Need::CONTACTS, "messages/{uuid}", erasing::by_path),
        Operation::get(Need::READ, "messages/status/{uuid}", handlers::status),
        Operation::get(Need::READ, "messages/{uuid}/status", handlers::status),
        Operation::get(Need::Token, "templates", templates::list),
        Operation::get(Need::Token, "templates/{uuid}", templates::get),
        Operation::patch(Need::MANAGEMENT, "templates/{uuid}", templates::rename),
        Operation::get(Need::Token, "channels", channels::list),
        Operation::get(Need::Token, "channels/{uuid}", channels::get),
        Operation::patch(Need::MANAGEMENT, "channels/{uuid}", channels::rename),
        Operation::get(Need::Token, "teams", teams::list),
        Operation::get(Need::Token, "teams/{uuid}", teams::get),
        Operation::patch(Need::MANAGEMENT, "teams/{uuid}", teams::rename),
        Operation::get(Need::MANAGEMENT, "teams/{uuid}/members", teams::members),
        Operation::put(Need::MANAGEMENT, "users/{uuid}/status", users::show),
        Operation::delete(Need::MANAGEMENT, "users/{uuid}/status", users::clear),
        Operation::get(Need::Token, "custom_statuses", custom_statuses::list),
        Operation::post(Need::MANAGEMENT, "custom_statuses", custom_statuses::create),
        Operation::get(Need::Token, "funnels", account::funnels),
        Operation::get(Need::Token, "plan", account::plan),
        Operation::get(Need::Token, "auth/me", account::me),
        Operation::post(Need::WEBHOOKS, "webhooks/subscribe", webhooks::subscribe),
        Operation::delete(
            Need::WEBHOOKS,
            "webhooks/unsubscribe",
            webhooks::unsubscribe,
        ),
        Operation::get(Need::WEBHOOKS, "webhooks/events", deliveries::list),
    ];
    // The documents of the original find one custom status under two names.
    for one in ["custom_statuses/{id}", "custom_status/{id}"] {
        all.extend([
            Operation::get(Need::Token, one, custom_statuses::get),
            Operation::put(Need::MANAGEMENT, one, custom_statuses::change),
            Operation::delete(Need::MANAGEMENT, one, custom_statuses::destroy),
        ]);
    }
    all.extend(contacts::operations());
    all
}
