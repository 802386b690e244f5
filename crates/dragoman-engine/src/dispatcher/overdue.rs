//! Answers that come late: the message is unknown by then, and what they say still ends the doubt.

use std::time::Duration;

use dragoman_core::message::InFlight;
use dragoman_core::outcome::{Receipt, SendError};
use dragoman_core::ports::Queued;

use super::attempt::{Attempt, Caught};
use super::ended::Contact;
use super::watched::Watched;
use crate::pulse::Phase;

/// A late answer is awaited for so long after its message has become unknown.
const LATE_LIMIT: Duration = Duration::from_secs(60);

impl Attempt {
    /// The answer is not there in time: the message is unknown from now on and gives its slot back.
    /// The answer is awaited a little longer, if not too many are, and keeps nobody from stopping.
    pub(super) async fn outwait(
        mut self,
        answer: impl Future<Output = Caught>,
        http: &Watched<'_>,
        in_flight: &InFlight,
        departed_at: Duration,
    ) {
        let overdue = Err(SendError::Unknown("no answer in time".into()));
        self.count(&overdue);
        let close = self.judge(overdue, Contact::Lost);
        self.close(Some(in_flight.attempt()), close, departed_at)
            .await;
        self.running = None;
        let queue = std::sync::Arc::clone(&self.queue);
        let Ok(_place) = queue.overdue.try_acquire() else {
            return;
        };
        let mut phases = queue.shared.pulse.phases();
        let caught = tokio::select! {
            biased;
            caught = tokio::time::timeout(LATE_LIMIT, answer) => caught,
            _ = phases.wait_for(|phase| *phase == Phase::Over) => return,
        };
        if let Ok(caught) = caught {
            let channel = queue.channel();
            let sent = self.understood(caught, &channel, in_flight).await;
            self.hear_late(sent, http.contact(), in_flight).await;
        }
    }

    /// What a late answer proves is recorded, unless an echo or a person was faster.
    async fn hear_late(
        &self,
        sent: Result<Receipt, SendError>,
        contact: Contact,
        in_flight: &InFlight,
    ) {
        let is_taken = sent.is_ok();
        if let Err(SendError::Unknown(_)) = sent {
            return;
        }
        let settlement = self.judge(sent, contact).settlement;
        let due_at = settlement.due_at();
        let waiting = self.turn.waiting;
        let attempt = Some(in_flight.attempt());
        if !self
            .queue
            .settle(waiting.message, attempt, settlement)
            .await
        {
            return;
        }
        let meters = &self.queue.shared.meters.doubts;
        if is_taken {
            meters.late_taken.count();
        } else {
            meters.late_refused.count();
        }
        if let Some(due_at) = due_at {
            self.queue.again(Queued {
                message: waiting.message,
                conversation: waiting.conversation,
                priority: waiting.priority,
                due_at,
                expires_at: waiting.expires_at,
                starts: in_flight.claim().starts + 1,
                after: waiting.after,
            });
        }
    }
}
