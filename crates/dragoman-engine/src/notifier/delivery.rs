//! One try to tell a subscription.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use dragoman_core::catalog::{Catalog, Subscription};
use dragoman_core::ports::{
    Answer, Attempted, AttemptedDelivery, Format, HttpError, Method, Outgoing, Reach, Request, View,
};
use dragoman_core::{Timestamp, retry};
use futures_util::FutureExt;

use super::tail::Told;
use crate::shared::Shared;

/// For the whole exchange.
const TIMEOUT: Duration = Duration::from_secs(15);
/// What an endpoint asks for with `Retry-After` is honoured up to this.
const LONGEST_ASKED: Duration = Duration::from_secs(6 * 3600);

/// What a format makes of an event.
pub(super) enum Rendered {
    /// To be sent.
    Body(Outgoing),
    /// This subscription does not hear of it.
    Nothing,
    /// The format crashed over it.
    Crashed,
}

/// Asks the format, if the event is this subscription's at all.
pub(super) fn render(
    shared: &Shared,
    format: &dyn Format,
    subscription: &Subscription,
    catalog: &Catalog,
    told: &Told,
) -> Rendered {
    let Told {
        event,
        message,
        refers_to,
    } = told;
    let is_ours = event.account == subscription.account
        && subscription.since < event.seq
        && subscription
            .channel
            .is_none_or(|channel| channel == message.channel);
    if !is_ours {
        return Rendered::Nothing;
    }
    let view = View {
        event,
        message,
        refers_to: *refers_to,
        subscription,
        catalog,
    };
    let now = shared.clock.now();
    match catch_unwind(AssertUnwindSafe(|| format.render(&view, now))) {
        Ok(Some(outgoing)) => Rendered::Body(outgoing),
        Ok(None) => Rendered::Nothing,
        Err(_) => {
            crashed(shared, told, "rendering an event panicked");
            Rendered::Crashed
        }
    }
}

/// A try under way.
pub(super) struct Delivery {
    pub(super) told: Arc<Told>,
    pub(super) subscription: Arc<Subscription>,
    pub(super) format: Arc<dyn Format>,
    /// Failed tries before this one.
    pub(super) tries: u32,
    pub(super) at: Timestamp,
}

impl Delivery {
    /// Sends it, and says how it goes on. A crash on the way is an end like another: what was
    /// begun is always answered for.
    pub(super) async fn run(self, shared: Arc<Shared>, outgoing: Outgoing) -> AttemptedDelivery {
        let calling = shared.http.call(self.request(outgoing));
        let called = AssertUnwindSafe(calling).catch_unwind().await;
        let answer = called.unwrap_or_else(|_| {
            crashed(&shared, &self.told, "telling an event panicked");
            Err(HttpError::Lost("crash".into()))
        });
        if let Err(error) = &answer {
            tracing::debug!(subscription = %self.subscription.id, %error, "no answer from an endpoint");
        }
        let (now, roll) = (shared.clock.now(), shared.random.roll());
        let judged = catch_unwind(AssertUnwindSafe(|| self.judge(&answer, now, roll)));
        let then = judged.unwrap_or_else(|_| {
            crashed(&shared, &self.told, "judging a delivery panicked");
            Attempted::Exhausted
        });
        AttemptedDelivery {
            seq: self.told.event.seq,
            message: Some(self.told.event.message),
            at: self.at,
            answer: None,
            status: answer.ok().map(|answer| answer.status),
            then,
        }
    }

    fn request(&self, outgoing: Outgoing) -> Request {
        let mut headers = outgoing.headers;
        headers.push(("content-type", "application/json".to_owned()));
        Request {
            method: Method::Post,
            url: self.subscription.url.to_string(),
            headers,
            body: outgoing.body,
            timeout: TIMEOUT,
            reach: Reach::Public,
        }
    }

    fn judge(&self, answer: &Result<Answer, HttpError>, now: Timestamp, roll: f64) -> Attempted {
        let answer = answer.as_ref().ok();
        if answer.is_some_and(|answer| self.format.is_success(answer.status)) {
            return Attempted::Done;
        }
        let tries = self.tries + 1;
        let asked = answer.and_then(|answer| answer.retry_after);
        self.format
            .pause(&self.subscription, tries)
            .map_or(Attempted::Exhausted, |planned| Attempted::Again {
                due_at: now.plus(pause(planned, asked, roll)),
                tries,
            })
    }
}

fn crashed(shared: &Shared, told: &Told, what: &str) {
    shared.meters.panics.count();
    tracing::error!(seq = told.event.seq, "{what}");
}

/// The planned pause with jitter, or what the endpoint asks for, between the plan and its double.
fn pause(planned: Duration, asked: Option<Duration>, roll: f64) -> Duration {
    let jittered = retry::jittered(planned, roll);
    let longest = (planned * 2).min(LONGEST_ASKED);
    asked.map_or(jittered, |asked| jittered.max(asked.min(longest)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_may_ask_for_up_to_twice_the_planned_pause() {
        let seconds = Duration::from_secs;
        assert_eq!(pause(seconds(100), None, 0.5), seconds(100));
        assert_eq!(pause(seconds(100), Some(seconds(150)), 0.5), seconds(150));
        assert_eq!(pause(seconds(100), Some(seconds(900)), 0.5), seconds(200));
        assert_eq!(pause(seconds(100), Some(seconds(1)), 0.5), seconds(100));
        assert_eq!(
            pause(seconds(40_000), Some(seconds(90_000)), 0.5),
            seconds(40_000)
        );
    }
}
