//! One event per POST, in the frame of the provider.

use std::time::Duration;

use dragoman_core::catalog::{Channel, Subscription};
use dragoman_core::event::What;
use dragoman_core::message::Body;
use dragoman_core::ports::{Courtesy, Format, NewsView, Outgoing, View};
use dragoman_core::{Secret, Timestamp};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use super::{inbound, status};
use crate::links::Links;
use crate::telling;

/// Renders events the way the Cloud API calls a webhook. With a secret, deliveries carry its
/// signature as well as that of Standard Webhooks.
#[derive(Clone, Debug)]
pub struct CloudFormat {
    /// Makes the addresses of customers' files.
    links: Links,
}

impl CloudFormat {
    /// `links` makes the addresses of customers' files.
    pub const fn new(links: Links) -> Self {
        Self { links }
    }
}

impl Format for CloudFormat {
    fn name(&self) -> &'static str {
        "cloud"
    }

    fn render(&self, view: &View<'_>, now: Timestamp) -> Option<Outgoing> {
        let value = match (&view.message.body, &view.event.what) {
            (Body::Inbound(message), What::Received) => {
                let links = (&self.links, now);
                told(view, "messages", "messages", || {
                    inbound::body(view, message, Ok(links))
                })?
            }
            (Body::Inbound(message), What::Undownloaded(failure)) => {
                let missing = Err(failure);
                told(view, "messages", "messages", || {
                    inbound::body(view, message, missing)
                })?
            }
            (Body::Outbound(message), what) => {
                let word = status::word(what)?;
                told(view, "statuses", word, || status::body(view, message, word))?
            }
            (Body::Inbound(_) | Body::Note(_), _) => return None,
        };
        let channel = view.catalog.channel(view.message.channel)?;
        let body = framed(channel, value).to_string().into_bytes();
        let secret = view.subscription.secret.as_ref();
        let signature =
            secret.map(|secret| ("x-hub-signature-256".into(), signature(secret, &body)));
        Some(Outgoing {
            headers: signature.into_iter().collect(),
            body,
        })
    }

    /// Nothing but messages is told.
    fn render_news(&self, _: &NewsView<'_>, _: Timestamp) -> Option<Outgoing> {
        None
    }

    fn courtesy(&self) -> Courtesy {
        Courtesy::Ours
    }

    fn is_success(&self, status: u16) -> bool {
        telling::is_success(status)
    }

    fn pause(&self, _: &Subscription, tries: u32) -> Option<Duration> {
        telling::pause(tries)
    }
}

/// What is told, if the subscription wants one of these words.
fn told(
    view: &View<'_>,
    kind: &str,
    word: &str,
    tell: impl FnOnce() -> Option<Value>,
) -> Option<Value> {
    let is_wanted = telling::wants(view.subscription, &[kind, word]);
    is_wanted.then(tell).flatten()
}

/// The frame around what a number has to tell.
fn framed(channel: &Channel, mut value: Value) -> Value {
    let phone = channel.phone.as_deref().unwrap_or_default();
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    value["messaging_product"] = "whatsapp".into();
    value["metadata"] = json!({
        "display_phone_number": digits,
        "phone_number_id": channel.provider_id,
    });
    json!({
        "object": "whatsapp_business_account",
        "entry": [{
            "id": channel.setting("waba_id"),
            "changes": [{ "value": value, "field": "messages" }],
        }],
    })
}

/// `sha256=<hex HMAC-SHA256 of the body>`. The key is the whole secret with its prefix.
fn signature(secret: &Secret, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.reveal().as_bytes())
        .expect("HMAC takes keys of any length");
    mac.update(body);
    let digest = mac.finalize().into_bytes();
    let digits: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256={digits}")
}
