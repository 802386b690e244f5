//! Programs that send, and people who decide.

use std::time::Duration;

use dragoman_core::Address;
use dragoman_core::contact::CustomerChange;
use dragoman_core::doubt::{OnUnknown, Resolution};
use dragoman_core::order::After;
use dragoman_core::ports::{DeskError, Moment};
use dragoman_core::submission::{IdempotencyKey, Manner, Submission};
use dragoman_engine::Engine;
use dragoman_testkit::{SeededRandom, tenant};

use super::chronicle::{Asked, Chronicle};
use super::ground::Ground;
use super::plan::Plan;
use crate::house::text;

/// Everybody who uses the gateway.
pub(super) struct Clients<'a> {
    pub(super) plan: &'a Plan,
    pub(super) random: &'a SeededRandom,
    pub(super) chronicle: &'a Chronicle,
    pub(super) ground: &'a Ground,
    pub(super) engine: &'a Engine,
}

impl Clients<'_> {
    /// Uses it, for ever.
    pub(super) async fn use_it(&self) {
        loop {
            match self.random.below(20) {
                0 => self.decide().await,
                1 => self.change_their_mind(),
                _ => {}
            }
            let crowd = if self.plan.flood && self.random.below(10) == 0 {
                60
            } else {
                self.random.below(4)
            };
            for _ in 0..crowd {
                self.ask().await;
            }
            let pause = Duration::from_millis(self.random.below(5000));
            tokio::time::sleep(pause).await;
        }
    }

    /// Asks for something new, or once more with the same key, as who was not answered does.
    pub(super) async fn ask(&self) {
        let count = self.chronicle.seen().asked.len() as u64;
        let asked = if count > 0 && self.random.below(5) == 0 {
            let place = self.random.below(count) as usize;
            self.chronicle.seen().asked[place].clone()
        } else {
            let new = self.something_new(count as u32);
            self.chronicle.seen().asked.push(new.clone());
            new
        };
        self.hand_in(asked).await;
    }

    async fn hand_in(&self, asked: Asked) {
        let Asked { number, submission } = asked;
        let (account, to) = (submission.account.id(), submission.to.clone());
        let was_out = self.is_out(&submission);
        let answer = self.engine.desk().submit(submission).await;
        self.chronicle.note("asked", number.into());
        let is_out = self.chronicle.seen().opted_out.contains(&(account, to));
        let Ok(accepted) = answer else {
            return;
        };
        let message = accepted.message;
        let is_welcome = accepted.replayed || !(was_out && is_out);
        self.chronicle.holds(is_welcome, || {
            format!("{message} is accepted for who has opted out")
        });
        let mut seen = self.chronicle.seen();
        let first = *seen.accepted.entry(number).or_insert((account, message));
        let now = self.chronicle.clock.right();
        seen.answered.entry(message).or_insert(now);
        drop(seen);
        self.chronicle.holds(first.1 == message, || {
            format!("{message} has the key of {}", first.1)
        });
    }

    fn is_out(&self, submission: &Submission) -> bool {
        let who = (submission.account.id(), submission.to.clone());
        self.chronicle.seen().opted_out.contains(&who)
    }

    fn something_new(&self, number: u32) -> Asked {
        let channel = self.random.below(self.plan.channels.len() as u64) as usize;
        let channel = &self.plan.channels[channel];
        let key = u128::from(number).to_be_bytes();
        let some = |chance: u64| self.random.below(chance) == 0;
        let recipient = if self.plan.flood {
            0
        } else {
            self.random.below(self.plan.recipients)
        };
        let manner = Manner {
            after: some(8).then(|| After::ALL[self.random.below(4) as usize]),
            on_unknown: some(8).then(|| OnUnknown::ALL[self.random.below(3) as usize]),
            ..Manner::default()
        };
        let ttl = 20 + self.random.below(self.plan.longest_ttl);
        let submission = Submission {
            account: tenant(channel.account),
            to: recipient_number(recipient),
            key: Some(IdempotencyKey {
                key,
                fingerprint: key,
            }),
            ttl: Some(Duration::from_secs(ttl)),
            manner,
            ..text(channel.id, 0, &number.to_string())
        };
        Asked { number, submission }
    }

    /// Somebody says what became of a message, whether it is in doubt or not.
    async fn decide(&self) {
        let accepted = self.chronicle.seen().accepted.clone();
        if accepted.is_empty() {
            return;
        }
        let place = self.random.below(accepted.len() as u64) as usize;
        let (account, message) = *accepted.values().nth(place).expect("it is one of them");
        let wishes = [Resolution::Sent, Resolution::Failed, Resolution::Resend];
        let wish = wishes[self.random.below(3) as usize];
        let decided = self
            .engine
            .desk()
            .resolve(tenant(account), message, wish)
            .await;
        let is_heard = !matches!(decided, Err(DeskError::Refused(_) | DeskError::KeyReused));
        self.chronicle
            .holds(is_heard, || format!("{wish:?} is refused"));
        self.chronicle.note("decided", message.as_u128());
    }

    /// A customer wants no more messages, or wants them again.
    fn change_their_mind(&self) {
        let last = self.chronicle.seen().asked.last().cloned();
        let Some(last) = last else {
            return;
        };
        let who = (last.submission.account.id(), last.submission.to.clone());
        let is_out = !self.chronicle.seen().opted_out.contains(&who);
        let now = self.chronicle.clock.right();
        let at = Moment { machine: now, now };
        let change = CustomerChange::OptedOut(is_out);
        if !self.ground.change(who.0, &who.1, change, at) {
            return;
        }
        self.chronicle.note("opts out", u128::from(is_out));
        let mut seen = self.chronicle.seen();
        if is_out {
            seen.opted_out.insert(who);
        } else {
            seen.opted_out.remove(&who);
        }
    }
}

fn recipient_number(recipient: u64) -> Address {
    Address::parse(&format!("3160000{recipient:04}")).unwrap()
}
