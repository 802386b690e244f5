//! Keeps what the rules have let through.

use std::sync::Arc;
use std::time::Duration;

use dragoman_core::assignment::Assignment;
use dragoman_core::event::What;
use dragoman_core::message::{Body, Claim, InFlight, Priority, Ready};
use dragoman_core::news::ContactNews;
use dragoman_core::ports::{Acceptance, Accepted, Moment, StoreError};
use dragoman_core::state::{Fold, State as Stands};
use dragoman_core::submission::{Duplicate, IdempotencyKey};
use dragoman_core::{Id, MessageId, Refusal, Timestamp};

use super::people::Caller;
use super::state::{Line, State, Waiting};

/// How long a key names its first message.
const KEY_LIFE: Duration = Duration::from_secs(72 * 3600);

impl State {
    pub(super) fn accept(&mut self, acceptance: Acceptance) -> Result<Accepted, StoreError> {
        let admitted = &acceptance.admitted;
        if let Some(first) = self.repeats(&acceptance)? {
            return Ok(self.again(first));
        }
        if !acceptance.patience.serve() {
            return Err(StoreError::TooLate);
        }
        if admitted.failure().is_none() {
            self.stale(&acceptance).map_err(StoreError::Refused)?;
        }
        let message = self.keep(&acceptance);
        let mut accepted = self.answer(message);
        let departure = acceptance.departure.filter(|_| !accepted.failed);
        accepted.in_flight = departure.map(|departure| {
            let claim = Claim {
                message,
                account: admitted.account(),
                channel: admitted.channel(),
                conversation: accepted.conversation.number,
                body: Arc::clone(admitted.body()),
                starts: 0,
            };
            InFlight::after_durable_departure(Ready::new(claim, None), departure.attempt)
        });
        Ok(accepted)
    }

    pub(super) fn first_answer(
        &self,
        key: &IdempotencyKey,
        machine: Timestamp,
    ) -> Result<Option<Accepted>, StoreError> {
        let first = self.named(key, machine)?;
        Ok(first.map(|first| self.again(first)))
    }

    /// The message that this one repeats. A key says that it is another one, however much it looks
    /// like one before.
    fn repeats(&self, acceptance: &Acceptance) -> Result<Option<MessageId>, StoreError> {
        let machine = acceptance.machine;
        match (acceptance.admitted.key(), acceptance.admitted.duplicate()) {
            (Some(key), _) => self.named(key, machine),
            (None, Some(duplicate)) => Ok(self.twin(duplicate, machine)),
            (None, None) => Ok(None),
        }
    }

    fn named(
        &self,
        key: &IdempotencyKey,
        machine: Timestamp,
    ) -> Result<Option<MessageId>, StoreError> {
        match self.keys.get(&key.key) {
            Some((_, first)) if machine.since(first.at()) >= KEY_LIFE => Ok(None),
            Some((kept, _)) if kept.fingerprint != key.fingerprint => Err(StoreError::KeyReused),
            known => Ok(known.map(|(_, first)| *first)),
        }
    }

    fn twin(&self, duplicate: &Duplicate, machine: Timestamp) -> Option<MessageId> {
        let first = *self.twins.get(&duplicate.fingerprint)?;
        let window = duplicate.window.min(KEY_LIFE);
        let counts =
            machine.since(first.at()) < window && self.line(first)?.fold.state != Stands::Cancelled;
        counts.then_some(first)
    }

    /// What has changed since the rules judged.
    fn stale(&self, acceptance: &Acceptance) -> Result<(), Refusal> {
        let admitted = &acceptance.admitted;
        let (tenant, channel) = (admitted.tenant(), admitted.channel());
        let found = self.catalog.channel_of(tenant, channel);
        if !found.is_some_and(|channel| channel.enabled) {
            return Err(Refusal::ChannelDisabled);
        }
        if acceptance.departure.is_none()
            && self.queue(channel).len() as u64 >= acceptance.queue_limit
        {
            return Err(Refusal::QueueFull);
        }
        if acceptance.departure.is_none()
            && self.queued_of(tenant.id()) as u64 >= acceptance.account_limit
        {
            return Err(Refusal::AccountFull);
        }
        let contact = self.reached_at(tenant.id(), &admitted.body().to);
        if contact.is_some_and(|contact| self.people[contact].contact.is_opted_out()) {
            return Err(Refusal::OptedOut);
        }
        Ok(())
    }

    /// How many messages of an account are queued in all its channels.
    fn queued_of(&self, account: Id) -> usize {
        let channels = self.catalog.channels.iter();
        let own = channels.filter(|channel| channel.account == account);
        own.map(|channel| self.queue(channel.id).len()).sum()
    }

    fn keep(&mut self, acceptance: &Acceptance) -> MessageId {
        let (admitted, now) = (&acceptance.admitted, acceptance.now);
        let [tail, for_contact, for_conversation] = acceptance.random;
        let (contact, conversation) = self.meet(&Caller {
            account: admitted.account(),
            channel: admitted.channel(),
            addresses: std::slice::from_ref(&admitted.body().to),
            name: None,
            random: [for_contact, for_conversation],
            at: Moment {
                machine: acceptance.machine,
                now,
            },
        });
        let message = self.next_message(acceptance.machine, tail);
        let departure = acceptance
            .departure
            .filter(|_| admitted.failure().is_none());
        let line = Line {
            account: admitted.account(),
            channel: admitted.channel(),
            contact,
            conversation,
            body: Body::Outbound(Arc::clone(admitted.body())),
            refused: admitted.failure().is_some(),
            fold: Fold::ACCEPTED,
            provider_id: None,
            waiting: admitted.failure().is_none().then(|| Waiting {
                state: departure.map_or(Stands::Queued, |_| Stands::InFlight),
                due_at: now,
                starts: u32::from(departure.is_some()),
                attempt: departure.map(|departure| departure.attempt),
            }),
            last_event: 0,
        };
        self.lines.insert(message, line);
        self.assign(message, admitted.assignment(), now);
        if let Some(key) = admitted.key() {
            self.keys.insert(key.key, (*key, message));
        }
        if let Some(duplicate) = admitted.duplicate() {
            self.twins.insert(duplicate.fingerprint, message);
        }
        self.happened(message, What::Accepted, now);
        if let Some(why) = admitted.assignment().refused {
            self.happened(message, What::NotAssigned(why), now);
        }
        if let Some(failure) = admitted.failure().cloned() {
            self.happened(message, What::Failed { failure, raw: None }, now);
        }
        if let Some(departure) = departure {
            let attempt = departure.attempt;
            self.happened(message, What::Departed { attempt }, now);
        }
        message
    }

    /// The parts of the wish that were granted; the others stay as they are.
    fn assign(&mut self, message: MessageId, wish: &Assignment, now: Timestamp) {
        let (contact, channel) = {
            let line = self.line_mut(message);
            (line.contact, line.channel)
        };
        let talk = &mut self.head_mut(contact, channel).conversation;
        let before = (talk.user, talk.team);
        talk.user = wish.user.or(talk.user);
        talk.team = wish.team.or(talk.team);
        if (talk.user, talk.team) != before {
            self.tell(contact, Some(channel), ContactNews::Updated, now);
        }
    }

    fn answer(&self, message: MessageId) -> Accepted {
        let stored = self.stored(message).expect("it was kept");
        let body = stored.outbound();
        Accepted {
            message,
            priority: body.map_or(Priority::Normal, |body| body.priority),
            failed: self.line(message).is_some_and(|line| line.refused),
            contact: stored.contact,
            conversation: stored.conversation,
            replayed: false,
            held: false,
            in_flight: None,
        }
    }

    fn again(&self, first: MessageId) -> Accepted {
        Accepted {
            replayed: true,
            ..self.answer(first)
        }
    }
}
