//! Up to where the shelf holds everything.

use super::codec::{Reading, Value};

/// The layout of the shelf. Raise it with any change of what its tables hold.
pub(crate) const FORMAT: u32 = 5;

/// The highest numbers of which all is contained.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) message: i64,
    /// The tail of that message: another history has another one.
    pub(crate) tail: i64,
    pub(crate) event: i64,
    pub(crate) contact: i64,
    pub(crate) address: i64,
    pub(crate) conversation: i64,
    /// Of the log of deliveries.
    pub(crate) delivery: i64,
    /// Of the rows that were changed in place.
    pub(crate) touched: i64,
}

impl Mark {
    /// Whether the log does not reach it.
    pub(crate) fn is_ahead_of(&self, log: &Self) -> bool {
        self.message > log.message
            || self.event > log.event
            || self.contact > log.contact
            || self.address > log.address
            || self.conversation > log.conversation
            || self.delivery > log.delivery
            || self.touched > log.touched
    }
}

/// A mark with what it is worth: nothing in another format, or beside another store's log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Label {
    pub(crate) format: u32,
    /// The random id of the store.
    pub(crate) store: i64,
    pub(crate) mark: Mark,
}

impl Value for Label {
    fn write(&self, to: &mut Vec<u8>) {
        let Mark {
            message,
            tail,
            event,
            contact,
            address,
            conversation,
            delivery,
            touched,
        } = self.mark;
        to.extend(self.format.to_be_bytes());
        self.store.write(to);
        for number in [message, tail, event, contact] {
            number.write(to);
        }
        for number in [address, conversation, delivery, touched] {
            number.write(to);
        }
    }

    fn read(from: &mut Reading<'_>) -> Option<Self> {
        Some(Self {
            format: from.bytes().map(u32::from_be_bytes)?,
            store: i64::read(from)?,
            mark: Mark {
                message: i64::read(from)?,
                tail: i64::read(from)?,
                event: i64::read(from)?,
                contact: i64::read(from)?,
                address: i64::read(from)?,
                conversation: i64::read(from)?,
                delivery: i64::read(from)?,
                touched: i64::read(from)?,
            },
        })
    }
}
