//! The WhatsApp Business On-Premises API, which was switched off in October 2025 and goes on here.
//!
//! Every channel has one of its own: under `/onprem/{channel}` on the common listener, or at the
//! root of a listener that serves nothing else.

mod caller;
mod codes;
mod contacts;
mod fields;
mod files;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod ids;
mod lately;
mod limits;
mod line;
mod messages;
mod nodes;
mod operation;
mod pem;
mod registration;
mod render;
mod settings;
mod telling;
mod users;
mod wire;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::Router;
use axum::routing::any;

use self::lately::Lately;
use self::render::Fault;
use crate::memory::Memory;
use crate::services::Services;

pub use self::ids::message_id;
pub use self::settings::channel_settings::duplicate_window;
pub(crate) use self::settings::channel_settings::{DUPLICATE_WINDOW, judge_setting};
pub use self::telling::format::OnpremFormat;
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
    let house = Onprem::new(services, None);
    let routes = routes("/onprem/{channel}")
        // Only what there is not is nested: nesting writes the address of every call anew.
        .nest("/onprem", Router::new().fallback(unknown))
        // What is nested has no path that ends with the prefix and a slash.
        .route("/onprem/", any(unknown));
    routes.with_state(house)
}

/// The API of one channel, at `/v1/…`, for a listener that serves nothing else.
pub fn rooted(services: Arc<Services>, channel: String) -> Router {
    let house = Onprem::new(services, Some(channel.into()));
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
    lately: Arc<Lately>,
}

impl Onprem {
    fn new(services: Arc<Services>, only: Option<Arc<str>>) -> Self {
        Self {
            services,
            only,
            memory: Memory::default(),
            lately: Arc::default(),
        }
    }
}

/// Every node, also with a slash at its end: clients write both.
fn routes(prefix: &str) -> Router<Onprem> {
    let router = nodes::all().fold(Router::new(), |router, (node, methods)| {
        let path = format!("{prefix}/{node}");
        router
            .route(&format!("{path}/"), methods.clone())
            .route(&path, methods)
    });
    router.method_not_allowed_fallback(async || Fault::wrong_method())
}

async fn unknown() -> Fault {
    Fault::not_found("There is no such node.")
}
