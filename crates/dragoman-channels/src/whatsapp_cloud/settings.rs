//! What a channel of this driver has to know. `waba_id` is kept for templates and profile; sending
//! and receiving do not need it.

use dragoman_core::catalog::Channel;
use dragoman_core::ports::Setting;

/// What a channel is told when it is made.
pub(super) const SETTINGS: &[Setting] = &[
    required(WABA_ID),
    required(ACCESS_TOKEN),
    required(APP_SECRET),
    required(VERIFY_TOKEN),
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
pub(super) const APP_SECRET: &str = "app_secret";
/// Proves Meta's first call of the webhook address. Empty: no call proves itself.
pub(super) const VERIFY_TOKEN: &str = "verify_token";

/// The address that takes messages of this channel. `provider_id` is the phone number id.
pub(super) fn messages_url(channel: &Channel) -> String {
    let base = or_default(channel, GRAPH_URL).trim_end_matches('/');
    let version = or_default(channel, GRAPH_VERSION);
    format!("{base}/{version}/{}/messages", channel.provider_id)
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
