//! The laws of every departure, by what is really kept.

use dragoman_testkit::tenant;
use std::time::Duration;

use dragoman_core::catalog::Channel;
use dragoman_core::doubt::{OnUnknown, Resolution, Resolver};
use dragoman_core::event::What;
use dragoman_core::message::InFlight;
use dragoman_core::order::{After, OnTimeout};
use dragoman_core::ports::{Clock, Foregoing, Store, Timeline};
use dragoman_core::state::Fold;
use dragoman_core::{MessageId, State, Timestamp};

use super::block_on;
use super::chronicle::{Chronicle, Heard, Post};
use super::plan::Plan;

/// A call that hands a message in takes no longer.
const LONGEST_CALL: Duration = Duration::from_secs(10);

/// A POST that has just arrived.
pub(super) struct Departure<'a> {
    pub(super) plan: &'a Plan,
    pub(super) chronicle: &'a Chronicle,
    pub(super) truth: &'a dyn Store,
    pub(super) channel: &'a Channel,
    pub(super) in_flight: &'a InFlight,
}

impl Departure<'_> {
    pub(super) fn judge(&self) {
        let message = self.in_flight.message();
        let timeline = self.timeline(message);
        let chronicle = self.chronicle;
        chronicle.holds(timeline.is_some(), || {
            format!("{message} is not kept, and is sent")
        });
        let Some(timeline) = timeline else {
            return;
        };
        let attempt = self.in_flight.attempt();
        let departed = What::Departed { attempt };
        let departures = timeline.events.iter();
        let marks = departures.filter(|event| event.what == departed).count();
        chronicle.holds(marks == 1, || {
            format!("a POST of {message} without its mark")
        });
        let now = chronicle.clock.right();
        if self.plan.skew == 0 {
            chronicle.holds(self.in_flight.body().expires_at > now, || {
                format!("{message} is sent after its time")
            });
        }
        self.is_sent_once(&timeline);
        self.is_in_its_turn(&timeline, now);
    }

    fn timeline(&self, message: MessageId) -> Option<Timeline> {
        let account = self.channel.account;
        block_on(self.truth.timeline(tenant(account), message)).expect("the truth can be read")
    }

    /// At most one attempt may have been taken, and one more for each time that somebody has wished
    /// for it. What the provider has told of is not sent again.
    fn is_sent_once(&self, timeline: &Timeline) {
        let message = self.in_flight.message();
        let resent = |by| What::Resolved {
            resolution: Resolution::Resend,
            by,
        };
        let count = |what: &What| {
            let events = timeline.events.iter();
            events.filter(|event| event.what == *what).count()
        };
        let by_policy = count(&resent(Resolver::Policy));
        let allowed = 1 + by_policy + count(&resent(Resolver::Person));
        let own = self.in_flight.body().on_unknown;
        let policy = own.unwrap_or(self.channel.sending.on_unknown);
        let mut seen = self.chronicle.seen();
        let earlier = seen.posts.iter();
        let earlier = earlier.filter(|post| post.token.message == message);
        let possible = earlier.filter(|post| self.is_possible(post)).count();
        let mut broken = Vec::new();
        if possible >= allowed {
            broken.push(format!("{message} may be sent twice"));
        }
        if by_policy > usize::from(policy == OnUnknown::ResendOnce) {
            broken.push(format!("{message} is sent again, and nobody wished it"));
        }
        if seen.kept.contains_key(&message) && by_policy == 0 && allowed == 1 {
            broken.push(format!("{message} is sent although an echo came"));
        }
        seen.broken.append(&mut broken);
    }

    /// Whether a POST may have been taken, by what the gateway has heard of it.
    fn is_possible(&self, post: &Post) -> bool {
        match post.heard {
            Heard::Nothing => true,
            Heard::Refused => post.taken,
            Heard::Struggled(at) => {
                let since = self.chronicle.clock.monotonic().saturating_sub(at);
                self.channel.sending.strict || since < Duration::from_secs(60)
            }
        }
    }

    /// The one before is as far as this one waits for, or has kept it waiting long enough.
    fn is_in_its_turn(&self, timeline: &Timeline, now: Timestamp) {
        let message = self.in_flight.message();
        let order = &self.channel.sending.order;
        let after = order.of(self.in_flight.body().after);
        let departed = timeline.events.iter();
        let departed = departed.filter(|event| matches!(event.what, What::Departed { .. }));
        let is_retry = departed.count() > 1;
        if after == After::Nothing || is_retry {
            return;
        }
        let before = block_on(self.truth.foregoing(&[message])).expect("the truth can be read");
        let Some(Foregoing {
            message: before,
            state,
            ..
        }) = before[0]
        else {
            return;
        };
        // That one departed is not known before the next start, where its mark seemed to fail.
        let is_hidden = self.chronicle.seen().hidden.contains(&before);
        let lets_pass = state == State::Queued && self.lets_pass(before, now);
        let is_beside = self.is_beside(before, message);
        if is_hidden || lets_pass || is_beside || self.was_met(before, after) {
            return;
        }
        let accepted_at = timeline.events[0].at;
        let waited = now.since(accepted_at) + Duration::from_millis(1);
        let is_over = order.on_timeout == OnTimeout::Proceed && waited >= order.patience(after);
        self.chronicle.holds(is_over, || {
            let story = self.story(before);
            format!(
                "{message} waits for {after:?}, and is sent while {before} is {state:?}: {story}"
            )
        });
    }

    /// Whether both were handed in by calls that were under way at the same moment: between such
    /// calls there is no order.
    fn is_beside(&self, before: MessageId, message: MessageId) -> bool {
        let seen = self.chronicle.seen();
        let answered = seen.answered.get(&before);
        let was_open = answered.is_none_or(|at| *at >= message.at());
        was_open && message.at().since(before.at()) < LONGEST_CALL
    }

    /// Whether a message that waits holds nobody up: its time is over, or it wishes to go at once
    /// and is tried again.
    fn lets_pass(&self, message: MessageId, now: Timestamp) -> bool {
        let account = self.channel.account;
        let stored = block_on(self.truth.message(tenant(account), message));
        let stored = stored.expect("the truth can be read");
        let stored = stored.expect("the message exists");
        let body = stored.outbound().expect("it was to be sent");
        body.expires_at <= now || self.channel.sending.order.of(body.after) == After::Nothing
    }

    fn story(&self, message: MessageId) -> String {
        let timeline = self.timeline(message).expect("the message exists");
        let words = timeline.events.iter().map(|event| event.what.word());
        words.collect::<Vec<_>>().join(" ")
    }

    /// Whether a message has ever been as far as the next one waits for.
    fn was_met(&self, message: MessageId, after: After) -> bool {
        let timeline = self.timeline(message);
        timeline.is_some_and(|timeline| {
            let mut fold = Fold::ACCEPTED;
            timeline.events.iter().any(|event| {
                fold.apply(&event.what, event.at);
                after.is_met(fold.state)
            })
        })
    }
}
