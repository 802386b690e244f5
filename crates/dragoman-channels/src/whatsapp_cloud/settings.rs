//! What a channel of this driver has to know, and the addresses that follow from it. `waba_id` is
//! for templates and for who hears; sending and receiving do not need it.

use dragoman_core::catalog::Channel;
use dragoman_core::ports::Setting;

use crate::graph;

/// What a channel is told when it is made.
pub(super) const SETTINGS: &[Setting] = &[
    required(WABA_ID),
    required(ACCESS_TOKEN),
    required(APP_SECRET),
    required(VERIFY_TOKEN),
    optional(APP_SECRET_PREVIOUS),
    optional(GRAPH_URL.0),
    optional(GRAPH_VERSION.0),
];

/// Where the Graph API is. Left out: Meta's own address.
const GRAPH_URL: (&str, &str) = ("graph_url", "https://graph.facebook.com");
/// The version of the Graph API. Left out: the one that this driver was written for.
const GRAPH_VERSION: (&str, &str) = ("graph_version", "v23.0");
/// The business account.
const WABA_ID: &str = "waba_id";
/// The bearer of every call.
pub(super) const ACCESS_TOKEN: &str = "access_token";
/// Signs webhooks. Empty: no webhook verifies.
const APP_SECRET: &str = "app_secret";
/// Signs webhooks too, while the secret is being replaced. Empty: no other one does.
const APP_SECRET_PREVIOUS: &str = "app_secret_previous";
/// Proves Meta's first call of the webhook address. Empty: no call proves itself.
pub(super) const VERIFY_TOKEN: &str = "verify_token";

/// What signs webhooks: the app secret and, while it is replaced, the one before.
pub(super) fn app_secrets(channel: &Channel) -> [&str; 2] {
    [APP_SECRET, APP_SECRET_PREVIOUS].map(|name| channel.setting(name))
}

/// The address that takes messages of this channel. `provider_id` is the phone number id.
pub(super) fn messages_url(channel: &Channel) -> String {
    number_edge(channel, "messages")
}

/// The address of the sender's own number.
pub(super) fn number_url(channel: &Channel) -> String {
    node(channel, &channel.provider_id)
}

/// An address below the sender's own number (`media`).
pub(super) fn number_edge(channel: &Channel, edge: &str) -> String {
    format!("{}/{edge}", number_url(channel))
}

/// Who is told about the business account.
pub(super) fn subscribed_apps_url(channel: &Channel) -> String {
    node(channel, business(channel)) + "/subscribed_apps"
}

/// The address of a file that is this number's.
pub(super) fn media_url(channel: &Channel, media: &str) -> String {
    let number = graph::encoded(&channel.provider_id);
    let media = node(channel, &graph::encoded(media));
    format!("{media}?phone_number_id={number}")
}

/// Where an upload in steps begins. Graph knows the app by the token.
pub(super) fn uploads_url(channel: &Channel) -> String {
    node(channel, "app") + "/uploads"
}

/// The address of an upload that has begun. Its id has a query in it.
pub(super) fn session_url(channel: &Channel, session: &str) -> String {
    node(channel, session)
}

/// The address of a page of the business account's templates: the first one, or the one after a
/// cursor.
pub(super) fn templates_url(channel: &Channel, after: Option<&str>) -> String {
    let first = node(channel, business(channel))
        + "/message_templates?fields=name,language,status,category,components&limit=100";
    match after {
        Some(cursor) => format!("{first}&after={}", graph::encoded(cursor)),
        None => first,
    }
}

/// The business account.
pub(super) fn business(channel: &Channel) -> &str {
    channel.setting(WABA_ID)
}

/// Where the Graph API is, without a slash at its end.
pub(super) fn graph_url(channel: &Channel) -> &str {
    or_default(channel, GRAPH_URL).trim_end_matches('/')
}

fn node(channel: &Channel, id: &str) -> String {
    let version = or_default(channel, GRAPH_VERSION);
    format!("{}/{version}/{id}", graph_url(channel))
}

fn or_default<'a>(channel: &'a Channel, (name, default): (&str, &'a str)) -> &'a str {
    match channel.setting(name) {
        "" => default,
        given => given,
    }
}

const fn required(name: &'static str) -> Setting {
    Setting {
        name,
        required: true,
    }
}

const fn optional(name: &'static str) -> Setting {
    Setting {
        name,
        required: false,
    }
}
