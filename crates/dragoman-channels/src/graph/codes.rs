//! What the error codes mean for the message that was refused.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

pub use super::table::NotATable;
use super::table::Table;

/// What we know, in the shape that operators write too.
const OURS: &str = include_str!("codes.toml");
/// So many codes that are not listed are counted one by one.
const COUNTED: usize = 50;

/// What a code in the direct answer to a POST says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// This message will never be taken as it is.
    Permanent,
    /// The whole sender is too fast.
    Throttle,
    /// Too many messages to this one recipient.
    PairThrottle,
    /// The sender has a bad name; it takes long to mend.
    ReputationThrottle,
    /// No message of this channel will be taken until somebody mends it.
    Broken,
    /// The provider is unwell and has not taken the message.
    Transient,
    /// The provider is unwell, and it is not quite certain that it has not taken the message.
    Struggling,
    /// The provider could not fetch the file.
    Media,
}

impl Class {
    /// Every class, by the word that tables have for it.
    pub(super) const WORDS: [(&'static str, Self); 8] = [
        ("permanent", Self::Permanent),
        ("throttle", Self::Throttle),
        ("pair", Self::PairThrottle),
        ("reputation", Self::ReputationThrottle),
        ("broken", Self::Broken),
        ("transient", Self::Transient),
        ("struggling", Self::Struggling),
        ("media", Self::Media),
    ];
}

/// The error codes of Meta's products: what each means, and how often one came that is not listed.
#[derive(Debug)]
pub struct Codes {
    ours: Table,
    /// What the operator knows better.
    theirs: Table,
    unlisted: Mutex<BTreeMap<i64, u64>>,
    others: Mutex<u64>,
}

impl Codes {
    /// The codes as they are known to us, with the entries of an operator's table before ours. It
    /// is written like `codes.toml` beside this file.
    ///
    /// # Errors
    /// What is wrong with the operator's table, and in which line.
    pub fn with(theirs: &str) -> Result<Self, NotATable> {
        Ok(Self {
            theirs: Table::read(theirs)?,
            ..Self::default()
        })
    }

    /// How often each code came that is not listed, as far as they are told apart; `None` stands
    /// for all others.
    pub fn unlisted(&self) -> Vec<(Option<i64>, u64)> {
        let unlisted = self.unlisted.lock().unwrap_or_else(PoisonError::into_inner);
        let others = *self.others.lock().unwrap_or_else(PoisonError::into_inner);
        let codes = unlisted.iter().map(|(code, count)| (Some(*code), *count));
        let others = (others > 0).then_some((None, others));
        codes.chain(others).collect()
    }

    /// What a code says; `None` when no table lists it, which is counted.
    pub(super) fn class(&self, code: i64, subcode: Option<i64>) -> Option<Class> {
        let known = self.theirs.class(code, subcode);
        let class = known.or_else(|| self.ours.class(code, subcode));
        if class.is_none() {
            self.count(code);
        }
        class
    }

    fn count(&self, code: i64) {
        let mut unlisted = self.unlisted.lock().unwrap_or_else(PoisonError::into_inner);
        if unlisted.len() < COUNTED || unlisted.contains_key(&code) {
            *unlisted.entry(code).or_default() += 1;
        } else {
            *self.others.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        }
    }
}

impl Default for Codes {
    fn default() -> Self {
        Self {
            ours: Table::read(OURS).expect("a test reads it"),
            theirs: Table::default(),
            unlisted: Mutex::default(),
            others: Mutex::default(),
        }
    }
}

#[cfg(test)]
#[path = "codes_tests.rs"]
mod tests;
