//! How the messages of a channel fare: how many reach the customers, and whom nothing reaches.
//!
//! A provider says that it has taken a message, and later that it is on the phone. It never says that
//! a customer has blocked the business: what is seen of that are messages that stay `sent`. So does
//! what is for a phone that is off; nothing tells the two apart.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use crate::id::Id;
use crate::state::{Fold, State};
use crate::time::Timestamp;

/// Younger messages have had no time to arrive: no rate is made of them.
pub const TIME_TO_ARRIVE: Duration = Duration::from_secs(3600);

/// What has not arrived so long after it was sent stays away for a reason.
pub const LONG: Duration = Duration::from_secs(24 * 3600);

/// As many customers are named, the longest silence first.
pub const NAMED: usize = 100;

/// One message of a channel, as far as it is reckoned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fared {
    /// One of the business.
    Ours {
        /// For whom.
        contact: Id,
        /// When it was accepted.
        accepted_at: Timestamp,
        /// What became of it.
        fold: Fold,
        /// Why it failed, where it did: 0 without a code of the provider.
        code: Option<i64>,
    },
    /// One of a customer.
    Theirs {
        /// Who wrote it.
        contact: Id,
        /// When, by the provider's clock.
        at: Timestamp,
    },
}

/// The sums over some messages of a channel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reckoning {
    /// How many messages of the business stand where; states without any are left out.
    pub states: Vec<(State, u64)>,
    /// Why messages failed and how many: the most frequent first.
    pub failures: Vec<(i64, u64)>,
    /// Messages that the provider was asked to deliver and that had their time.
    pub judged: u64,
    /// How many of those are on the customer's device.
    pub arrived: u64,
    /// Whom nothing has reached for [`LONG`], at most [`NAMED`].
    pub unreached: Vec<Unreached>,
}

/// A customer with messages that were sent and have not arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreached {
    /// Who it is.
    pub contact: Id,
    /// When the oldest of those messages was sent.
    pub since: Timestamp,
    /// How many there are.
    pub messages: u64,
    /// When they last wrote, or something else arrived, if that was later: then they have not
    /// blocked the business.
    pub alive_at: Option<Timestamp>,
}

impl Reckoning {
    /// Reckons messages as they stand `now`, in any order.
    pub fn of(messages: &[Fared], now: Timestamp) -> Self {
        let mut reckoning = Self::default();
        let mut states: BTreeMap<u8, u64> = BTreeMap::new();
        let mut failures: BTreeMap<i64, u64> = BTreeMap::new();
        let mut silent: HashMap<Id, Unreached> = HashMap::new();
        let mut alive: HashMap<Id, Timestamp> = HashMap::new();
        for message in messages {
            if let Some((contact, at)) = sign_of_life(message) {
                let last = alive.entry(contact).or_insert(at);
                *last = at.max(*last);
            }
            let Fared::Ours {
                contact,
                accepted_at,
                fold,
                code,
            } = message
            else {
                continue;
            };
            *states.entry(fold.state as u8).or_default() += 1;
            if let Some(code) = code {
                *failures.entry(*code).or_default() += 1;
            }
            if was_handed_over(fold.state) && now.since(*accepted_at) >= TIME_TO_ARRIVE {
                reckoning.judged += 1;
                reckoning.arrived += u64::from(has_arrived(fold.state));
            }
            let sent_at = fold.sent_at.unwrap_or(*accepted_at);
            if is_on_its_way(fold.state) && now.since(sent_at) >= LONG {
                let known = silent.entry(*contact).or_insert(Unreached {
                    contact: *contact,
                    since: sent_at,
                    messages: 0,
                    alive_at: None,
                });
                known.since = sent_at.min(known.since);
                known.messages += 1;
            }
        }
        let state = |(number, count)| Some((State::from_number(number)?, count));
        reckoning.states = states.into_iter().filter_map(state).collect();
        reckoning.failures = failures.into_iter().collect();
        reckoning
            .failures
            .sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        reckoning.unreached = silent.into_values().collect();
        for customer in &mut reckoning.unreached {
            let last = alive.get(&customer.contact).copied();
            customer.alive_at = last.filter(|at| *at > customer.since);
        }
        let longest = |one: &Unreached| (one.since, one.contact);
        reckoning.unreached.sort_unstable_by_key(longest);
        reckoning.unreached.truncate(NAMED);
        reckoning
    }

    /// Which part of what was handed over has arrived, between 0 and 1; `None` where there is
    /// nothing to judge by.
    pub fn rate(&self) -> Option<f64> {
        (self.judged > 0).then(|| self.arrived as f64 / self.judged as f64)
    }
}

/// Who showed that they are there, and when.
fn sign_of_life(message: &Fared) -> Option<(Id, Timestamp)> {
    match message {
        Fared::Theirs { contact, at } => Some((*contact, *at)),
        Fared::Ours { contact, fold, .. } => {
            let last = fold.delivered_at.max(fold.read_at);
            last.map(|at| (*contact, at))
        }
    }
}

/// Whether the provider was asked to deliver it, and it is known what it answered.
const fn was_handed_over(state: State) -> bool {
    is_on_its_way(state) || has_arrived(state) || matches!(state, State::Failed)
}

/// Whether the provider has it and the customer, as far as is known, does not.
const fn is_on_its_way(state: State) -> bool {
    matches!(state, State::Submitted | State::Sent)
}

/// Whether it is on the customer's device. Who is in the chat is told to have read it at once.
const fn has_arrived(state: State) -> bool {
    matches!(state, State::Delivered | State::Read)
}

#[cfg(test)]
#[path = "reckoning_tests.rs"]
mod tests;
