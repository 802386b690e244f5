//! Events as Callbell's webhooks.

use std::time::Duration;

use dragoman_core::catalog::Subscription;
use dragoman_core::doubt::Resolution;
use dragoman_core::event::What;
use dragoman_core::ports::{Courtesy, Format, NewsView, Outgoing, View};
use dragoman_core::{Secret, Timestamp};
use hmac::{Hmac, KeyInit, Mac};
use serde::Serialize;
use serde_json::value::RawValue;
use sha2::Sha256;

use super::render::{self, Setting};
use super::{attachments, created, events, objects, status, tidings, wire};
use crate::links::Links;

/// What the format is called.
pub(super) const NAME: &str = "callbell";

/// The format `callbell`: all ten events, signed when the subscription has a secret.
#[derive(Clone, Debug)]
pub struct CallbellFormat {
    /// Makes addresses, as in answers.
    links: Links,
}

impl CallbellFormat {
    /// `links` makes the addresses of files and of the console.
    pub const fn new(links: Links) -> Self {
        Self { links }
    }
}

/// The pauses after the first failures; proposed by us, as the original does not publish its own.
const FIRST_PAUSES: [Duration; 6] = [
    Duration::from_secs(10),
    Duration::from_secs(60),
    Duration::from_secs(5 * 60),
    Duration::from_secs(30 * 60),
    Duration::from_secs(2 * 3600),
    Duration::from_secs(6 * 3600),
];
/// After those, again every hour.
const LATER_PAUSE: Duration = Duration::from_secs(3600);
/// The last pause: together with the first pauses a little under three days.
const LAST_PAUSE: u32 = 69;

impl Format for CallbellFormat {
    fn name(&self) -> &'static str {
        NAME
    }

    fn render(&self, view: &View<'_>, now: Timestamp) -> Option<Outgoing> {
        let event = events::of_message(&view.event.what)?;
        if !hears(view.subscription, event) {
            return None;
        }
        let envelope = Envelope {
            event,
            payload: self.of_message(view, now)?,
            created_at: objects::date(view.event.at),
        };
        envelope.outgoing(view.subscription, now)
    }

    fn render_news(&self, view: &NewsView<'_>, now: Timestamp) -> Option<Outgoing> {
        let event = events::of_news(&view.news.what)?;
        if !hears(view.subscription, event) {
            return None;
        }
        let envelope = Envelope {
            event,
            payload: self.of_news(view)?,
            created_at: objects::date(view.news.at),
        };
        envelope.outgoing(view.subscription, now)
    }

    fn courtesy(&self) -> Courtesy {
        Courtesy::Originals
    }

    fn is_success(&self, status: u16) -> bool {
        (200..300).contains(&status)
    }

    fn pause(&self, _subscription: &Subscription, tries: u32) -> Option<Duration> {
        let index = usize::try_from(tries.checked_sub(1)?).ok()?;
        match FIRST_PAUSES.get(index) {
            Some(pause) => Some(*pause),
            None => (tries <= LAST_PAUSE).then_some(LATER_PAUSE),
        }
    }
}

impl CallbellFormat {
    /// What is told of what happened to a message, whoever hears it. Addresses are good for a while
    /// from `now` on.
    pub(super) fn of_message(&self, view: &View<'_>, now: Timestamp) -> Option<Payload> {
        let setting = Setting {
            catalog: view.catalog,
            channel: view.message.channel,
            contact: &view.message.contact,
            conversation: &view.message.conversation,
            public_url: self.links.public_url(),
        };
        match &view.event.what {
            What::Received | What::Undownloaded(_) | What::Accepted => {
                let mut created = created::message(view, &setting)?;
                if !matches!(view.event.what, What::Undownloaded(_)) {
                    created.attach(attachments::of(view.message, &self.links, now));
                }
                Some(Payload::Created(Box::new(created)))
            }
            What::Sent { .. }
            | What::Delivered { .. }
            | What::Read { .. }
            | What::Failed { .. }
            | What::Expired
            | What::Cancelled
            | What::Dead
            | What::Resolved {
                resolution: Resolution::Sent | Resolution::Failed,
                ..
            } => {
                let updated = status_updated(view, &setting)?;
                Some(Payload::Status(Box::new(updated)))
            }
            What::Resolved {
                resolution: Resolution::Hold | Resolution::Resend | Resolution::Final,
                ..
            }
            | What::Arrived
            | What::Departed { .. }
            | What::Withdrawn { .. }
            | What::Submitted { .. }
            | What::Retried { .. }
            | What::Unknown { .. }
            | What::NotAssigned(_)
            | What::Noted
            | What::Erased => None,
        }
    }

    /// What is told of what happened to somebody, whoever hears it.
    pub(super) fn of_news(&self, view: &NewsView<'_>) -> Option<Payload> {
        let told = tidings::told(view, self.links.public_url())?;
        Some(Payload::News(Box::new(told)))
    }
}

/// A subscription that names no event hears all.
fn hears(subscription: &Subscription, event: &str) -> bool {
    let wanted = &subscription.events;
    wanted.is_empty() || wanted.iter().any(|name| **name == *event)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Envelope {
    event: &'static str,
    payload: Payload,
    created_at: String,
}

impl Envelope {
    fn outgoing(&self, subscription: &Subscription, now: Timestamp) -> Option<Outgoing> {
        let body = serde_json::to_vec(self).ok()?;
        let secret = subscription.secret.as_ref();
        let headers = secret
            .map(|secret| ("x-callbell-signature".into(), signature(secret, now, &body)))
            .into_iter()
            .collect();
        Some(Outgoing { headers, body })
    }
}

/// What an event says.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Payload {
    Created(Box<created::MessageCreated>),
    Status(Box<StatusUpdated>),
    News(Box<tidings::Told>),
}

/// What became of a message that was sent.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StatusUpdated {
    uuid: String,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_status_payload: Option<wire::StatusPayload>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<Box<RawValue>>,
    contact: wire::Contact,
}

/// Tells the status of the event, not the one of the message as it stands now: each is told once.
fn status_updated(view: &View<'_>, setting: &Setting<'_>) -> Option<StatusUpdated> {
    let body = view.message.outbound()?;
    Some(StatusUpdated {
        uuid: view.message.id.simple(),
        status: status::reported(&view.event.what)?,
        message_status_payload: status::payload(view.event, view.message, view.catalog),
        metadata: body.metadata.as_ref().and_then(render::kept),
        contact: objects::contact(setting),
    })
}

/// `t=<unix seconds>,v1=<hex HMAC-SHA256 over "t.body">`. The key is the whole secret with its
/// prefix (docs.callbell.eu, webhooks/signatures, September 2026).
pub(super) fn signature(secret: &Secret, now: Timestamp, body: &[u8]) -> String {
    let time = now.seconds();
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.reveal().as_bytes())
        .expect("HMAC takes keys of any length");
    mac.update(time.to_string().as_bytes());
    mac.update(b".");
    mac.update(body);
    let digest = mac.finalize().into_bytes();
    let mut signature = format!("t={time},v1=");
    for byte in digest {
        signature.push_str(&format!("{byte:02x}"));
    }
    signature
}
