//! What providers tell.

use std::sync::Arc;

use dragoman_core::content::Kind;
use dragoman_core::event::What;
use dragoman_core::id::AttemptId;
use dragoman_core::inbound::{Inbound, Report, Status, StatusKind};
use dragoman_core::message::Body;
use dragoman_core::news::ContactNews;
use dragoman_core::ports::{Moment, Proven, Recorded, StoreError};
use dragoman_core::state::{Fold, State as Stands};
use dragoman_core::{Id, MessageId, Timestamp};

use super::people::Caller;
use super::state::{Line, State};

/// What a status comes to.
enum Heard {
    New(MessageId),
    Repeated,
    Orphan,
}

impl State {
    pub(super) fn record(
        &mut self,
        channel: Id,
        reports: Vec<Report>,
        at: Moment,
    ) -> Result<Recorded, StoreError> {
        let Some(found) = self.catalog.channel(channel) else {
            return Err(StoreError::Unwell("no such channel".into()));
        };
        let (account, is_awaited) = (found.account, found.sending.order.looks_back(None));
        let mut recorded = Recorded::default();
        for report in reports {
            match report {
                Report::Inbound(inbound) => {
                    if self.receive(account, channel, inbound, at) {
                        recorded.inbound += 1;
                    } else {
                        recorded.repeated += 1;
                    }
                }
                Report::Status(status) => match self.hear(channel, status, at.now, &mut recorded) {
                    Heard::New(message) => {
                        recorded.statuses += 1;
                        if is_awaited {
                            let conversation = self.line_mut(message).conversation;
                            recorded.moved.push(conversation);
                        }
                    }
                    Heard::Repeated => recorded.repeated += 1,
                    Heard::Orphan => recorded.orphans += 1,
                },
            }
        }
        if !recorded.regressed.is_empty() {
            self.hold_every_channel();
        }
        Ok(recorded)
    }

    /// Answers whether it is new.
    fn receive(&mut self, account: Id, channel: Id, inbound: Inbound, at: Moment) -> bool {
        let key = (channel, inbound.provider_id.clone());
        if self.provider_ids.contains_key(&key) {
            return false;
        }
        let [contact, talk, tail] = std::array::from_fn(|_| {
            u128::from(self.random.next()) << 64 | u128::from(self.random.next())
        });
        let (contact, conversation) = self.meet(&Caller {
            account,
            channel,
            addresses: &inbound.from,
            name: inbound.profile_name.as_deref(),
            random: [contact, talk],
            at,
        });
        let message = self.next_message(at.machine, tail);
        let head = self.head_mut(contact, channel);
        // A notice of the messenger is nothing that the customer wrote.
        if inbound.content.kind() != Kind::System {
            let heard = &mut head.heard;
            heard.last_inbound = heard.last_inbound.max(Some(inbound.at));
            if inbound.referral.is_some() {
                heard.last_referral = heard.last_referral.max(Some(inbound.at));
            }
            if head.conversation.closed_at.take().is_some() {
                self.tell(contact, Some(channel), ContactNews::Opened, at.now);
            }
        }
        let line = Line {
            account,
            channel,
            contact,
            conversation,
            body: Body::Inbound(Arc::new(inbound)),
            refused: false,
            fold: Fold {
                state: Stands::Delivered,
                ..Fold::ACCEPTED
            },
            provider_id: Some(key.1.clone()),
            waiting: None,
            last_event: 0,
        };
        self.lines.insert(message, line);
        self.provider_ids.insert(key, message);
        self.happened(message, What::Received, at.now);
        true
    }

    fn hear(
        &mut self,
        channel: Id,
        status: Status,
        now: Timestamp,
        recorded: &mut Recorded,
    ) -> Heard {
        // A token is only believed on the channel that its message was sent by.
        let named = status.token.and_then(|token| {
            let line = self.line(token.message)?;
            line.outbound()?;
            Some((token, line.channel == channel))
        });
        if let Some((token, true)) = named {
            let message = token.message;
            self.note_echo(message, token.attempt, &status, recorded);
            if self.line_mut(message).provider_id.is_some() {
                return self.tell_status(message, status, now);
            }
            let (id, recipient) = (status.provider_id.clone(), status.recipient.clone());
            self.bind(message, Some(token.attempt), id, recipient, now);
            self.tell_status(message, status, now);
            return Heard::New(message);
        }
        if named.is_some() {
            recorded.foreign += 1;
        }
        let key = (channel, status.provider_id.clone());
        let known = self.provider_ids.get(&key).copied();
        let ours =
            |message: &MessageId| self.line(*message).is_some_and(|l| l.outbound().is_some());
        if let Some(message) = known.filter(ours) {
            return self.tell_status(message, status, now);
        }
        let orphan = (channel, status);
        if self.orphans.contains(&orphan) {
            return Heard::Repeated;
        }
        self.orphans.push(orphan);
        Heard::Orphan
    }

    /// Notes an echo that nobody would expect: of an attempt that was refused, of one before
    /// another, or of one that was never heard of.
    fn note_echo(
        &self,
        message: MessageId,
        attempt: AttemptId,
        status: &Status,
        recorded: &mut Recorded,
    ) {
        let line = self.line(message).expect("the caller has seen it");
        let is_bound = line.provider_id.as_ref() == Some(&status.provider_id);
        if is_bound || line.waiting.is_some_and(|w| w.attempt == Some(attempt)) {
            return;
        }
        let proven = Proven {
            message,
            conversation: line.conversation,
        };
        let departed = What::Departed { attempt };
        if !self.story(message).any(|event| event.what == departed) {
            recorded.regressed.push(proven);
        } else if line.waiting.is_some_and(|w| w.state == Stands::Queued) {
            recorded.late.push(proven);
        }
    }

    /// The provider has the message: it leaves the queue, and hears the statuses that came before.
    pub(super) fn bind(
        &mut self,
        message: MessageId,
        attempt: Option<AttemptId>,
        provider_id: Box<str>,
        recipient: Option<Box<str>>,
        now: Timestamp,
    ) {
        let line = self.line_mut(message);
        line.waiting = None;
        line.provider_id = Some(provider_id.clone());
        let (channel, contact) = (line.channel, line.contact);
        let key = (channel, provider_id.clone());
        self.provider_ids.insert(key, message);
        self.learn(contact, recipient.as_deref(), now);
        let what = What::Submitted {
            attempt,
            provider_id: provider_id.clone(),
            recipient,
        };
        self.happened(message, what, now);
        let early: Vec<Status> = self
            .orphans
            .extract_if(.., |(of, status)| {
                *of == channel && status.provider_id == provider_id
            })
            .map(|(_, status)| status)
            .collect();
        for status in early {
            self.tell_status(message, status, now);
        }
    }

    /// Folds a status into its message, unless it was told before.
    fn tell_status(&mut self, message: MessageId, status: Status, now: Timestamp) -> Heard {
        let contact = self.line_mut(message).contact;
        self.learn(contact, status.recipient.as_deref(), now);
        self.learn(contact, status.recipient_user.as_deref(), now);
        let (at, raw) = (status.at, status.raw);
        let what = match status.kind {
            StatusKind::Sent => What::Sent { at, raw },
            StatusKind::Delivered => What::Delivered { at, raw },
            StatusKind::Read => What::Read { at, raw },
            StatusKind::Failed(failure) => What::Failed {
                failure,
                raw: Some(raw),
            },
        };
        let is_told = |known: &What| is_same(known, &what);
        if self.story(message).any(|event| is_told(&event.what)) {
            return Heard::Repeated;
        }
        self.happened(message, what, now);
        Heard::New(message)
    }
}

/// A provider repeats a status with its time, and a failure, which has none here, as it was.
fn is_same(one: &What, other: &What) -> bool {
    let at = spoken_at(one);
    one == other || at.is_some() && at == spoken_at(other) && one.word() == other.word()
}

const fn spoken_at(what: &What) -> Option<Timestamp> {
    if let What::Sent { at, .. } | What::Delivered { at, .. } | What::Read { at, .. } = what {
        return Some(*at);
    }
    None
}
