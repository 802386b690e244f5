//! The WhatsApp Business On-Premises API, which was switched off in October 2025 and goes on here.
//!
//! Every channel has one of its own: under `/onprem/{channel}` on the common listener, or at the
//! root of a listener that serves nothing else.

mod account;
mod actions;
mod application;
mod attachment;
mod backup;
mod caller;
mod cards;
mod certificates;
mod checks;
mod codes;
mod collectors;
mod earlier;
mod fields;
mod figures;
mod files;
mod format;
mod health;
mod hosted;
mod identity;
mod ids;
mod inbound;
mod interactive;
mod known_settings;
mod lately;
mod limits;
mod line;
mod login;
mod media;
mod media_providers;
mod messages;
mod multipart;
mod parse;
mod pem;
mod pictures;
mod profile;
mod reading;
mod received;
mod render;
mod sealed;
mod security;
mod settings;
mod status;
mod support;
mod template;
mod token;
mod uploads;
mod users;
mod values;
mod wire;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue};
use axum::middleware;
use axum::response::Response;
use axum::routing::{MethodRouter, any, delete, get, post, put};

use self::caller::Caller;
use self::lately::Lately;
use self::render::Fault;
use self::uploads::Memory;
use crate::services::Services;

pub(crate) use self::caller::API_KEY;
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
    let house = Onprem::new(services, None);
    let routes = routes("/onprem/{channel}")
        // Only what there is not is nested: nesting writes the address of every call anew.
        .nest("/onprem", Router::new().fallback(unknown))
        // What is nested has no path that ends with the prefix and a slash.
        .route("/onprem/", any(unknown));
    finished(routes, house)
}

/// The API of one channel, at `/v1/…`, for a listener that serves nothing else.
pub fn rooted(services: Arc<Services>, channel: String) -> Router {
    let house = Onprem::new(services, Some(channel.into()));
    finished(routes("").fallback(unknown), house)
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

/// The nodes, grouped by what they are about; each also with a slash at its end, as clients write
/// both.
fn routes(prefix: &str) -> Router<Onprem> {
    let nodes = [
        people(),
        settings_nodes(),
        registration(),
        talk(),
        operation(),
        hosts(),
        absent(),
    ];
    let router = nodes
        .into_iter()
        .flatten()
        .fold(Router::new(), |router, (node, methods)| {
            let path = format!("{prefix}/{node}");
            router
                .route(&format!("{path}/"), methods.clone())
                .route(&path, methods)
        });
    router.method_not_allowed_fallback(async || Fault::wrong_method())
}

fn finished(routes: Router<Onprem>, house: Onprem) -> Router {
    let numbered = middleware::map_response_with_state(house.clone(), numbered);
    routes.layer(numbered).with_state(house)
}

/// Paths below the prefix, with what is done there.
type Nodes = Vec<(&'static str, MethodRouter<Onprem>)>;

fn people() -> Nodes {
    vec![
        ("v1/users/login", post(login::login)),
        ("v1/users/logout", post(login::logout)),
        ("v1/users", post(users::create)),
        (
            "v1/users/{name}",
            get(users::show).put(users::change).delete(users::delete),
        ),
    ]
}

fn settings_nodes() -> Nodes {
    vec![
        (
            "v1/settings/application",
            get(settings::show)
                .patch(settings::change)
                .put(settings::change)
                .delete(settings::reset),
        ),
        (
            "v1/settings/application/media/providers",
            get(media_providers::list).post(media_providers::put),
        ),
        (
            "v1/settings/application/media/providers/{name}",
            delete(media_providers::delete),
        ),
        ("v1/settings/backup", post(backup::backup)),
        ("v1/settings/restore", post(backup::restore)),
        (
            "v1/settings/profile/about",
            get(profile::about)
                .patch(profile::set_about)
                .post(profile::set_about)
                .put(profile::set_about),
        ),
        (
            "v1/settings/profile/photo",
            get(profile::photo)
                .post(profile::set_photo)
                .put(profile::set_photo)
                .delete(profile::remove_photo),
        ),
        (
            "v1/settings/business/profile",
            get(profile::business)
                .post(profile::set_business)
                .put(profile::set_business)
                .patch(profile::set_business),
        ),
        (
            "v1/settings/business/whatsapp_business_encryption",
            post(security::set_key),
        ),
    ]
}

fn registration() -> Nodes {
    vec![
        ("v1/account", post(account::begin)),
        ("v1/account/verify", post(account::verify)),
        ("v1/account/shards", post(account::shard)),
        (
            "v1/settings/account/two-step",
            post(security::set_pin).delete(security::remove_pin),
        ),
    ]
}

fn talk() -> Nodes {
    vec![("v1/messages", post(messages::send))]
}

fn operation() -> Nodes {
    let webhooks_ca = || {
        get(certificates::webhook_ca)
            .post(certificates::set_webhook_ca)
            .delete(certificates::remove_webhook_ca)
    };
    vec![
        ("v1/health", get(health::show)),
        ("v1/stats/app", get(figures::app)),
        ("v1/stats/db", get(figures::db)),
        ("v1/metrics", get(figures::web)),
        ("metrics", get(figures::web)),
        ("v1/support", get(support::show)),
        ("v1/services/message/gc", put(collectors::messages)),
        ("v1/services/media/gc", put(collectors::media)),
        ("v1/certificates/external", post(certificates::replace_own)),
        ("v1/certificates/external/ca", get(certificates::own_ca)),
        ("v1/certificates/webhooks/ca", webhooks_ca()),
        ("v1/certificates/webhooks", webhooks_ca()),
    ]
}

/// What hosts of the original had beside its nodes.
fn hosts() -> Nodes {
    vec![
        (
            "v1/configs/webhook",
            get(hosted::webhook).post(hosted::set_webhook),
        ),
        ("v1/configs/templates", get(hosted::templates)),
    ]
}

/// What the Cloud API has no counterpart of, or what the original had lost itself.
fn absent() -> Nodes {
    let packs = || any(async |_: Caller| Fault::not_found("There are no sticker packs."));
    let groups = || any(async |_: Caller| Fault::not_found("There are no groups."));
    vec![
        ("v1/stickerpacks", packs()),
        ("v1/stickerpacks/{id}", packs()),
        ("v1/stickerpacks/{id}/stickers", packs()),
        ("v1/stickerpacks/{id}/stickers/{index}", packs()),
        ("v1/groups", groups()),
        ("v1/groups/{id}", groups()),
        ("v1/groups/{id}/{what}", groups()),
    ]
}

/// Every answer has a number of its own, as the original's had, for those who compare logs.
async fn numbered(State(house): State<Onprem>, mut response: Response) -> Response {
    let number = format!("{:032x}", house.services.random.bits());
    let number = HeaderValue::from_str(&number).expect("hex digits may stand in a header");
    let headers = response.headers_mut();
    headers.insert(HeaderName::from_static("x-request-id"), number);
    response
}

async fn unknown() -> Fault {
    Fault::not_found("There is no such node.")
}
