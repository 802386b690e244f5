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
use axum::routing::{MethodRouter, any, delete, get, post, put};

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
    nodes()
        .into_iter()
        .chain(contacts::nodes())
        .fold(Router::new(), |router, (node, methods)| {
            router.route(&format!("{prefix}/v1/{node}"), methods)
        })
        .method_not_allowed_fallback(handlers::method_not_allowed)
}

/// A path behind the version, and what answers there.
type Node = (&'static str, MethodRouter<Arc<Services>>);

/// Everything but contacts.
fn nodes() -> Vec<Node> {
    vec![
        ("messages/send", post(handlers::send)),
        ("messages", delete(erasing::by_body)),
        ("messages/{uuid}", delete(erasing::by_path)),
        ("messages/status/{uuid}", get(handlers::status)),
        ("messages/{uuid}/status", get(handlers::status)),
        ("templates", get(templates::list)),
        (
            "templates/{uuid}",
            get(templates::get).patch(templates::rename),
        ),
        ("channels", get(channels::list)),
        (
            "channels/{uuid}",
            get(channels::get).patch(channels::rename),
        ),
        ("teams", get(teams::list)),
        ("teams/{uuid}", get(teams::get).patch(teams::rename)),
        ("teams/{uuid}/members", get(teams::members)),
        ("users/{uuid}/status", put(users::show).delete(users::clear)),
        (
            "custom_statuses",
            get(custom_statuses::list).post(custom_statuses::create),
        ),
        ("custom_statuses/{id}", custom_status()),
        ("custom_status/{id}", custom_status()),
        ("funnels", get(account::funnels)),
        ("plan", get(account::plan)),
        ("auth/me", get(account::me)),
        ("webhooks/subscribe", post(webhooks::subscribe)),
        ("webhooks/unsubscribe", delete(webhooks::unsubscribe)),
        ("webhooks/events", get(deliveries::list)),
    ]
}

/// One custom status, which the documents of the original find under two names.
fn custom_status() -> MethodRouter<Arc<Services>> {
    get(custom_statuses::get)
        .put(custom_statuses::change)
        .delete(custom_statuses::destroy)
}
