//! The WhatsApp Business On-Premises API, which was switched off in October 2025 and goes on here.
//!
//! Every channel has one of its own: under `/onprem/{channel}` on the common listener, or at the
//! root of a listener that serves nothing else.

mod actions;
mod application;
mod attachment;
mod caller;
mod cards;
mod checks;
mod codes;
mod earlier;
mod fields;
mod files;
mod format;
mod identity;
mod ids;
mod inbound;
mod interactive;
mod known_settings;
mod limits;
mod login;
mod media;
mod messages;
mod multipart;
mod parse;
mod pictures;
mod reading;
mod received;
mod render;
mod settings;
mod status;
mod template;
mod uploads;
mod values;
mod wire;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{MethodRouter, any, get, post, put};
use serde_json::json;

use self::caller::Caller;
use self::render::{Fault, answer};
use self::uploads::Memory;
use crate::services::Services;

pub use self::format::OnpremFormat;
pub use self::ids::message_id;
pub use crate::passwords::{WeakPassword, check_password_rules, hash_password};

/// The words for events that subscriptions in this format can choose among.
pub(crate) const EVENTS: [&str; 6] = [
    "messages",
    "statuses",
    "sent",
    "delivered",
    "read",
    "failed",
];

/// The API of every channel, at `/onprem/{channel}/v1/…`; the channel is a slug or a uuid.
pub fn prefixed(services: Arc<Services>) -> Router {
    let house = Onprem {
        services,
        only: None,
        memory: Memory::default(),
    };
    routes("/onprem/{channel}")
        // Only what there is not is nested: nesting writes the address of every call anew.
        .nest("/onprem", Router::new().fallback(unknown))
        // What is nested has no path that ends with the prefix and a slash.
        .route("/onprem/", any(unknown))
        .with_state(house)
}

/// The API of one channel, at `/v1/…`, for a listener that serves nothing else.
pub fn rooted(services: Arc<Services>, channel: String) -> Router {
    let house = Onprem {
        services,
        only: Some(channel.into()),
        memory: Memory::default(),
    };
    routes("").fallback(unknown).with_state(house)
}

/// What the handlers work with.
#[derive(Clone)]
struct Onprem {
    services: Arc<Services>,
    /// The channel of this listener, when it serves only one.
    only: Option<Arc<str>>,
    /// What files may take while they pass.
    memory: Memory,
}

/// The whole API, grouped by what it is about. Clients write every path with and without a slash
/// at its end.
fn routes(prefix: &str) -> Router<Onprem> {
    let nodes: [(&str, MethodRouter<Onprem>); 10] = [
        ("users/login", post(login::login)),
        ("users/logout", post(login::logout)),
        (
            "settings/application",
            get(settings::show)
                .patch(settings::change)
                .put(settings::change)
                .delete(settings::reset),
        ),
        ("messages", post(messages::send)),
        ("messages/{id}", put(reading::change)),
        ("contacts", post(checks::check)),
        (
            "contacts/{wa_id}/identity",
            get(identity::show).put(identity::acknowledge),
        ),
        ("media", post(files::upload)),
        ("media/{id}", get(files::download).delete(files::delete)),
        ("health", get(health)),
    ];
    let router = nodes
        .into_iter()
        .fold(Router::new(), |router, (node, methods)| {
            let path = format!("{prefix}/v1/{node}");
            router
                .route(&format!("{path}/"), methods.clone())
                .route(&path, methods)
        });
    router.method_not_allowed_fallback(async || Fault::wrong_method())
}

/// The gateway is reachable, and that is what this node tells: the queue lies between the client
/// and WhatsApp.
async fn health(_: Caller) -> Response {
    answer(
        StatusCode::OK,
        json!({ "health": { "gateway_status": "connected" } }),
    )
}

async fn unknown() -> Fault {
    Fault::not_found("There is no such node.")
}
