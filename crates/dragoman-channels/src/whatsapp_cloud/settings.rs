//! What a channel of this driver has to know. `waba_id` is kept for templates and profile; sending
//! and receiving do not need it.

use dragoman_core::catalog::Channel;

/// Where the Graph API is. Left out: Meta's own address.
const GRAPH_URL: (&str, &str) = ("graph_url", "https://graph.facebook.com");
/// The version of the Graph API. Left out: the one that this driver was written for.
const GRAPH_VERSION: (&str, &str) = ("graph_version", "v23.0");
/// The bearer of every call.
pub(super) const ACCESS_TOKEN: &str = "access_token";
/// Signs webhooks. Left out: no webhook verifies.
pub(super) const APP_SECRET: &str = "app_secret";
/// Proves Meta's first call of the webhook address. Left out: no call proves itself.
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
