//! Those who are written to again and again.
//!
//! Every submission asks whether its recipient's window is open, and its acceptance who they are.
//! The index knows, by way of the address, the contact and their conversation; here the answer
//! stands at hand, in one place and without a lock that the writer needs, until something about that
//! contact changes.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use dragoman_core::window::Heard;
use dragoman_core::{Address, Id};
use quick_cache::Equivalent;

use crate::index::entry::Person;
use crate::warm::{Warm, warm};

/// So many answers are kept, each some hundred bytes.
const MOST: usize = 131_072;

/// Contacts share so many stamps: now and then an answer is forgotten because of somebody else.
const STAMPS: usize = 16_384;

/// What a submission asks for: what was heard, and whether the customer has opted out.
pub(crate) type Hearing = (Heard, bool);

/// Answers at hand.
pub(crate) struct Acquaintances {
    known: Warm<Caller, Acquaintance>,
    /// Each is raised when something about one of its contacts has changed.
    stamps: Box<[AtomicU32]>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Caller {
    channel: Id,
    address: Address,
}

#[derive(Hash)]
struct Asked<'a> {
    channel: Id,
    address: &'a Address,
}

impl Equivalent<Caller> for Asked<'_> {
    fn equivalent(&self, key: &Caller) -> bool {
        self.channel == key.channel && *self.address == key.address
    }
}

/// A contact who has an address and was always the same one, as they stood when the stamp was
/// taken.
#[derive(Clone, Debug)]
pub(crate) struct Acquaintance {
    /// Their row.
    pub(crate) contact: i64,
    pub(crate) person: Arc<Person>,
    /// What was heard from them on the channel.
    pub(crate) hearing: Hearing,
    pub(crate) stamp: Stamp,
}

/// Up to when an answer about a contact may be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    place: usize,
    value: u32,
}

impl Acquaintances {
    /// Who has this address, where that is at hand and nothing about them has changed since.
    pub(crate) fn recall(&self, channel: Id, address: &Address) -> Option<Acquaintance> {
        let known = self.known.get(&Asked { channel, address })?;
        self.holds(known.stamp).then_some(known)
    }

    /// The stamp of an answer about this contact. To be taken while the index cannot change, before
    /// it is asked.
    pub(crate) fn stamp(&self, contact: i64) -> Stamp {
        let place = contact.rem_euclid(STAMPS as i64) as usize;
        Stamp {
            place,
            value: self.stamps[place].load(Ordering::Acquire),
        }
    }

    /// Whether nothing about its contact has changed since.
    pub(crate) fn holds(&self, stamp: Stamp) -> bool {
        self.stamps[stamp.place].load(Ordering::Acquire) == stamp.value
    }

    /// Keeps an answer.
    pub(crate) fn keep(&self, channel: Id, address: &Address, known: Acquaintance) {
        let caller = Caller {
            channel,
            address: address.clone(),
        };
        self.known.insert(caller, known);
    }

    /// Something about this contact has changed. To be told when the index has it, and before
    /// anybody else hears of it.
    pub(crate) fn stir(&self, contact: i64) {
        let place = self.stamp(contact).place;
        self.stamps[place].fetch_add(1, Ordering::Release);
    }
}

impl Default for Acquaintances {
    fn default() -> Self {
        Self {
            known: warm(MOST),
            stamps: (0..STAMPS).map(|_| AtomicU32::new(0)).collect(),
        }
    }
}

impl std::fmt::Debug for Acquaintances {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Acquaintances").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use dragoman_core::Timestamp;
    use dragoman_core::contact::Contact;

    use super::*;

    const CHANNEL: Id = Id::from_u128(7);

    fn address() -> Address {
        Address::parse("31612345678").unwrap()
    }

    fn contact_5(stamp: Stamp) -> Acquaintance {
        let contact = Contact {
            id: Id::from_u128(5),
            name: None,
            addresses: vec![address()],
            created_at: Timestamp::default(),
            profile: None,
        };
        Acquaintance {
            contact: 5,
            person: Arc::new(Person::new(contact)),
            hearing: Hearing::default(),
            stamp,
        }
    }

    fn recalled(acquaintances: &Acquaintances) -> Option<i64> {
        let known = acquaintances.recall(CHANNEL, &address());
        known.map(|known| known.contact)
    }

    #[test]
    fn somebody_is_at_hand_until_something_about_them_changes() {
        let acquaintances = Acquaintances::default();
        acquaintances.keep(CHANNEL, &address(), contact_5(acquaintances.stamp(5)));
        assert_eq!(recalled(&acquaintances), Some(5));
        assert!(acquaintances.recall(Id::from_u128(8), &address()).is_none());
        acquaintances.stir(6);
        assert_eq!(recalled(&acquaintances), Some(5));
        acquaintances.stir(5);
        assert_eq!(recalled(&acquaintances), None);
    }

    #[test]
    fn an_answer_that_was_old_when_it_was_kept_is_never_given() {
        let acquaintances = Acquaintances::default();
        let stamp = acquaintances.stamp(5);
        acquaintances.stir(5);
        acquaintances.keep(CHANNEL, &address(), contact_5(stamp));
        assert_eq!(recalled(&acquaintances), None);
    }
}
