//! Messages whose attempt's answer was lost.

use dragoman_core::doubt::{Resolution, Resolver};
use dragoman_core::event::What;
use dragoman_core::ports::{Decided, Decision, Doubt, Queued};
use dragoman_core::state::State as Stands;
use dragoman_core::{Id, MessageId};

use super::state::{State, Waiting};

impl State {
    pub(super) fn doubts(&self, channel: Id, limit: usize) -> Vec<Doubt> {
        let lines = self.lines.iter();
        let of_channel = lines.filter(|(_, line)| line.channel == channel);
        let doubts = of_channel.filter_map(|(message, line)| {
            let waiting = line.waiting.filter(|w| w.state == Stands::Unknown)?;
            Some(Doubt {
                message: *message,
                account: line.account,
                channel,
                attempt: waiting.attempt?,
                since: waiting.due_at,
                on_unknown: line.outbound()?.on_unknown,
            })
        });
        doubts.take(limit).collect()
    }

    pub(super) fn resolve(&mut self, decision: Decision) -> Decided {
        let message = decision.message;
        let own = self
            .line(message)
            .filter(|line| line.outbound().is_some() && line.account == decision.account);
        let Some(line) = own else {
            return Decided::Missing;
        };
        let fold = line.fold;
        let is_another = decision.attempt.is_some() && fold.attempt != decision.attempt;
        if !fold.is_doubtful() || is_another {
            return Decided::NotInDoubt;
        }
        match decision.resolution {
            Resolution::Hold if self.is_held(message) => return Decided::Held,
            Resolution::Hold => {}
            Resolution::Resend => return self.resend(decision),
            Resolution::Sent | Resolution::Failed | Resolution::Final => {
                self.line_mut(message).waiting = None;
            }
        }
        self.decided(decision);
        Decided::Done
    }

    /// Whether people were told of the attempt that is in doubt.
    fn is_held(&self, message: MessageId) -> bool {
        let back = self.story(message).rev();
        let mut since = back.take_while(|event| !matches!(event.what, What::Departed { .. }));
        since.any(|event| {
            matches!(event.what, What::Resolved { resolution, .. } if resolution == Resolution::Hold)
        })
    }

    fn resend(&mut self, decision: Decision) -> Decided {
        let message = decision.message;
        let line = self.line(message).expect("the caller has seen it");
        let Some(body) = line.outbound() else {
            return Decided::Missing;
        };
        if body.expires_at <= decision.now {
            return Decided::Late;
        }
        let resent = What::Resolved {
            resolution: Resolution::Resend,
            by: Resolver::Policy,
        };
        let was_resent = self.story(message).any(|event| event.what == resent);
        if decision.by == Resolver::Policy && was_resent {
            return Decided::Resent;
        }
        let departed = self.story(message);
        let departed = departed.filter(|event| matches!(event.what, What::Departed { .. }));
        let again = Queued {
            message,
            conversation: line.conversation,
            priority: body.priority,
            due_at: decision.now,
            expires_at: body.expires_at,
            starts: u32::try_from(departed.count()).expect("few attempts"),
            after: body.after,
        };
        let channel = line.channel;
        self.line_mut(message).waiting = Some(Waiting {
            state: Stands::Queued,
            due_at: again.due_at,
            starts: again.starts,
            attempt: None,
        });
        self.decided(decision);
        Decided::Again(channel, again)
    }

    fn decided(&mut self, decision: Decision) {
        let what = What::Resolved {
            resolution: decision.resolution,
            by: decision.by,
        };
        self.happened(decision.message, what, decision.now);
    }
}
