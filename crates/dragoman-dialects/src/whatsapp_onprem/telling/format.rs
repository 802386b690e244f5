//! The webhooks of the On-Premises API: one event per POST, unsigned, repeated for a day.

use std::borrow::Cow;
use std::time::Duration;

use dragoman_core::Timestamp;
use dragoman_core::catalog::Subscription;
use dragoman_core::event::What;
use dragoman_core::message::Body;
use dragoman_core::news::Tidings;
use dragoman_core::ports::{Courtesy, Format, NewsView, Outgoing, View};
use serde_json::Value;

use super::{inbound, status};
use crate::whatsapp_onprem::settings::application::Application;

/// A delivery is given up after a day of tries.
const DAY: Duration = Duration::from_secs(24 * 3600);

/// No client can ask to be called more often than this.
const SHORTEST_PAUSE: Duration = Duration::from_millis(100);

/// Renders events the way the On-Premises client called its webhook.
#[derive(Clone, Copy, Debug, Default)]
pub struct OnpremFormat;

impl Format for OnpremFormat {
    fn name(&self) -> &'static str {
        "onprem"
    }

    fn render(&self, view: &View<'_>, _now: Timestamp) -> Option<Outgoing> {
        let body = match (&view.message.body, &view.event.what) {
            (Body::Inbound(message), What::Received) => inbound::body(view, message, None)?,
            (Body::Inbound(message), What::Undownloaded(failure)) => {
                inbound::body(view, message, Some(failure))?
            }
            (Body::Outbound(message), _) => status::body(view, message)?,
            (Body::Inbound(_) | Body::Note(_), _) => return None,
        };
        wants(view.subscription, &body).then(|| Outgoing {
            headers: headers(view.subscription),
            body: body.to_string().into_bytes(),
        })
    }

    fn shows_advertisements(&self, subscription: &Subscription) -> bool {
        Application::read(subscription.settings.as_ref()).takes_advertisements()
    }

    /// A notice is the body as it is: the node that made it knows this API.
    fn render_news(&self, view: &NewsView<'_>, _: Timestamp) -> Option<Outgoing> {
        match &view.news.what {
            Tidings::Notice(notice) if &*notice.format == self.name() => Some(Outgoing {
                headers: headers(view.subscription),
                body: notice.body.as_str().as_bytes().to_vec(),
            }),
            Tidings::Notice(_)
            | Tidings::Contact { .. }
            | Tidings::Staff(_)
            | Tidings::Delivery(_) => None,
        }
    }

    fn courtesy(&self) -> Courtesy {
        Courtesy::Originals
    }

    fn is_success(&self, status: u16) -> bool {
        (200..300).contains(&status)
    }

    fn pause(&self, subscription: &Subscription, tries: u32) -> Option<Duration> {
        let application = Application::read(subscription.settings.as_ref());
        let step = application.backoff().max(SHORTEST_PAUSE);
        let longest = application.longest_backoff().max(SHORTEST_PAUSE);
        (waited(step, longest, tries) <= DAY.as_millis()).then(|| (step * tries).min(longest))
    }
}

/// What the client has put beside its webhook.
fn headers(subscription: &Subscription) -> Vec<(Cow<'static, str>, String)> {
    let application = Application::read(subscription.settings.as_ref());
    let headers = application.headers().into_iter();
    headers
        .filter_map(|(name, value)| Some((name.into(), value.as_str()?.to_owned())))
        .collect()
}

/// Whether the subscription's list of events has this one: `messages`, `statuses`, or the word of
/// a status. An empty list has all.
fn wants(subscription: &Subscription, body: &Value) -> bool {
    let status = body["statuses"][0]["status"].as_str();
    let words = match status {
        Some(status) => ["statuses", status],
        None => ["messages", "message"],
    };
    let wanted = &subscription.events;
    wanted.is_empty() || wanted.iter().any(|event| words.contains(&&**event))
}

/// The sum of the first `tries` pauses, in milliseconds: they grow by `step` up to `longest`.
fn waited(step: Duration, longest: Duration, tries: u32) -> u128 {
    let (step, longest, tries) = (step.as_millis(), longest.as_millis(), u128::from(tries));
    let growing = tries.min(longest / step);
    step * growing * (growing + 1) / 2 + longest * (tries - growing)
}
