//! The settings of `/v1/settings/application` that are kept, and what each looks like.

use serde_json::Value;

use super::headers::{self, HEADERS};
use crate::endpoint;
use crate::whatsapp_onprem::fields::{flag, whole};

/// What a setting looks like.
#[derive(Clone, Copy, Debug)]
pub(in crate::whatsapp_onprem) enum Form {
    Flag,
    /// A whole number from 1 to this, also written as text.
    Count(i64),
    Text,
    /// Kinds of files, each one of [`DOWNLOADS`].
    Downloads,
    Address,
    /// Of the client's own, sent with every webhook.
    Headers,
    /// Without a meaning any more: kept and shown as it came.
    Obsolete,
}

/// The kinds of files that are fetched before a message with one is announced.
pub(in crate::whatsapp_onprem) const DOWNLOADS: [&str; 6] =
    ["voice", "sticker", "audio", "document", "image", "video"];

const DAY_MS: i64 = 24 * 3600 * 1000;

/// Every setting that is kept. Others are accepted and ignored: programs go on sending those of
/// versions long gone.
pub(in crate::whatsapp_onprem) const KNOWN: [(&str, Form); 31] = [
    ("axolotl_context_striping_disabled", Form::Obsolete),
    ("callback_backoff_delay_ms", Form::Count(DAY_MS)),
    ("callback_persist", Form::Flag),
    ("contacts_api_rate_limit", Form::Obsolete),
    ("contacts_scrape_rate_limit", Form::Obsolete),
    ("db_garbagecollector_enable", Form::Flag),
    ("garbagecollector_enable.media", Form::Flag),
    ("garbagecollector_enable.messages", Form::Flag),
    ("heartbeat_interval", Form::Count(DAY_MS)),
    // Ours: for programs that know only the webhooks of the first years.
    ("legacy_event_types", Form::Flag),
    ("log_level", Form::Text),
    ("max_callback_backoff_delay_ms", Form::Count(DAY_MS)),
    ("media.auto_download", Form::Downloads),
    ("messaging_api_rate_limit", Form::Obsolete),
    ("notify_user_change_number", Form::Flag),
    ("on_call_pager", Form::Text),
    // Ours: `all` also reports messages that were sent through another API.
    ("origin", Form::Text),
    ("pass_through", Form::Flag),
    ("sent_status", Form::Flag),
    ("show_security_notifications", Form::Flag),
    ("skip_referral_media_download", Form::Flag),
    ("tcp_listen_address", Form::Obsolete),
    ("unhealthy_interval", Form::Count(DAY_MS)),
    ("verbose_logging", Form::Flag),
    (
        "webhook_payload_conversation_pricingmodel_disabled",
        Form::Flag,
    ),
    // Of hosts of the original: set with the webhook, never shown here.
    (HEADERS, Form::Headers),
    ("webhooks.max_concurrent_requests", Form::Count(1000)),
    ("webhooks.message.delivered", Form::Flag),
    ("webhooks.message.read", Form::Flag),
    ("webhooks.message.sent", Form::Flag),
    ("webhooks.url", Form::Address),
];

impl Form {
    /// The value as it is kept.
    ///
    /// # Errors
    /// What it must be.
    pub(in crate::whatsapp_onprem) fn read(self, value: &Value) -> Result<Value, String> {
        match self {
            Self::Flag => flag(value)
                .map(Value::from)
                .ok_or_else(|| "must be true or false".to_owned()),
            Self::Count(most) => whole(value)
                .filter(|count| (1..=most).contains(count))
                .map(Value::from)
                .ok_or_else(|| format!("must be a whole number from 1 to {most}")),
            Self::Text if value.is_string() => Ok(value.clone()),
            Self::Text => Err("must be a string".to_owned()),
            Self::Downloads => match value.as_array() {
                Some(list) if list.iter().all(is_download) => Ok(value.clone()),
                Some(_) | None => Err(format!("must be an array of {}", DOWNLOADS.join(", "))),
            },
            Self::Headers => headers::read(value).map(Value::Object),
            Self::Obsolete => Ok(value.clone()),
            Self::Address => match value.as_str().map(str::trim) {
                // The original took https alone.
                Some(url) if url.is_empty() || endpoint::is_callable(url) => Ok(url.into()),
                Some(_) | None => {
                    Err("must be an http or https address without credentials".to_owned())
                }
            },
        }
    }
}

fn is_download(kind: &Value) -> bool {
    kind.as_str().is_some_and(|kind| DOWNLOADS.contains(&kind))
}
