//! The way of a message through the queue.

use std::sync::Arc;

use dragoman_core::event::What;
use dragoman_core::id::AttemptId;
use dragoman_core::message::Claim;
use dragoman_core::outcome::{Attempt, Settlement};
use dragoman_core::ports::{Foregoing, Queued};
use dragoman_core::state::State as Stands;
use dragoman_core::{Id, MessageId, Timestamp};

use super::state::{State, Waiting};

/// A conversation is looked back over so many lines.
const LOOK_BACK: usize = 1000;

impl State {
    /// What waits to be sent, oldest first.
    pub(super) fn queue(&self, channel: Id) -> Vec<Queued> {
        let lines = self.lines.iter();
        let of_channel = lines.filter(|(_, line)| line.channel == channel);
        let queued = of_channel.filter_map(|(message, line)| {
            let waiting = line.waiting.filter(|w| w.state == Stands::Queued)?;
            let body = line.outbound()?;
            Some(Queued {
                message: *message,
                conversation: line.conversation,
                priority: body.priority,
                due_at: waiting.due_at,
                expires_at: body.expires_at,
                starts: waiting.starts,
                after: body.after,
            })
        });
        queued.collect()
    }

    pub(super) fn claim(&mut self, messages: &[MessageId]) -> Vec<Claim> {
        let mut claims = Vec::new();
        for message in messages {
            let Some(line) = self.lines.get(message) else {
                continue;
            };
            let queued = line.waiting.filter(|w| w.state == Stands::Queued);
            let (Some(waiting), Some(body)) = (queued, line.outbound()) else {
                continue;
            };
            if self.claims.insert(*message) {
                claims.push(Claim {
                    message: *message,
                    account: line.account,
                    channel: line.channel,
                    conversation: line.conversation,
                    body: Arc::clone(body),
                    starts: waiting.starts,
                });
            }
        }
        claims
    }

    /// Answers whether it departs.
    pub(super) fn begin(&mut self, message: MessageId, attempt: AttemptId, now: Timestamp) -> bool {
        let Some(line) = self.lines.get_mut(&message) else {
            return false;
        };
        let expires_at = line.outbound().map(|body| body.expires_at);
        let is_in_time = expires_at.is_some_and(|at| now <= at);
        let Some(waiting) = line.waiting.as_mut().filter(|w| w.state == Stands::Queued) else {
            return false;
        };
        if !is_in_time {
            return false;
        }
        waiting.state = Stands::InFlight;
        waiting.starts += 1;
        waiting.attempt = Some(attempt);
        self.happened(message, What::Departed { attempt }, now);
        true
    }

    pub(super) fn withdraw(&mut self, message: MessageId, attempt: AttemptId, now: Timestamp) {
        let Some(line) = self.lines.get_mut(&message) else {
            return;
        };
        let under_way =
            |w: &&mut Waiting| w.state == Stands::InFlight && w.attempt == Some(attempt);
        let Some(waiting) = line.waiting.as_mut().filter(under_way) else {
            return;
        };
        waiting.state = Stands::Queued;
        waiting.starts -= 1;
        waiting.attempt = None;
        self.happened(message, What::Withdrawn { attempt }, now);
    }

    /// Answers whether it changed anything.
    pub(super) fn settle(
        &mut self,
        message: MessageId,
        attempt: Attempt,
        settlement: Settlement,
        now: Timestamp,
    ) -> bool {
        let Some(line) = self.lines.get_mut(&message) else {
            return false;
        };
        let is_unbound = line.outbound().is_some() && line.provider_id.is_none();
        let is_awaited = line.waiting.as_mut().filter(|w| match attempt {
            Some(_) => w.attempt == attempt,
            None => w.state == Stands::Queued,
        });
        let what = match (settlement, is_awaited) {
            // A receipt is evidence, however late it comes.
            (Settlement::Submitted(receipt), _) => {
                if is_unbound {
                    let (id, recipient) = (receipt.provider_id, receipt.recipient);
                    self.bind(message, attempt, id, recipient, now);
                }
                return is_unbound;
            }
            (_, None) => return false,
            (Settlement::Retry { failure, due_at }, Some(waiting)) => {
                (waiting.state, waiting.due_at, waiting.attempt) = (Stands::Queued, due_at, None);
                let retried = What::Retried {
                    attempt,
                    failure,
                    due_at,
                };
                self.happened(message, retried, now);
                return true;
            }
            (Settlement::Unknown(reason), Some(waiting)) => {
                if waiting.state != Stands::InFlight {
                    return false;
                }
                (waiting.state, waiting.due_at) = (Stands::Unknown, now);
                self.happened(message, What::Unknown { reason }, now);
                return true;
            }
            (Settlement::Failed(failure), Some(_)) => What::Failed { failure, raw: None },
            (Settlement::Expired, Some(_)) => What::Expired,
            (Settlement::Cancelled, Some(_)) => What::Cancelled,
            (Settlement::Dead, Some(_)) => What::Dead,
        };
        self.line_mut(message).waiting = None;
        self.happened(message, what, now);
        true
    }

    /// The message before, in its conversation, that was ever to be sent.
    pub(super) fn foregoing(&self, message: MessageId) -> Option<Foregoing> {
        let line = self.line(message)?;
        let earlier = self.lines.range(..message).rev();
        let same = earlier.filter(|(_, one)| one.conversation == line.conversation);
        let mut same = same.take(LOOK_BACK);
        let (before, found) = same.find(|(_, one)| one.outbound().is_some() && !one.refused)?;
        Some(Foregoing {
            message: *before,
            state: found.fold.state,
            moved_since: found.last_event > line.last_event,
            since: self.time_of(found.last_event.max(line.last_event)),
        })
    }
}
