//! Identifiers: UUIDs for everything, with a time-ordered law for messages.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

use crate::submission::IdempotencyKey;
use crate::time::Timestamp;

/// The public id of an account, channel, team, user, template, contact, conversation or
/// subscription. Minted as `UUIDv7`, or brought along by an operator (any UUID).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(Uuid);

impl Id {
    /// A new `UUIDv7`, made at `at` from random bits.
    pub const fn fresh(at: Timestamp, random: u128) -> Self {
        let millis = (at.millis() as u128) & ((1 << 48) - 1);
        let random_a = random >> 116;
        let random_b = random & ((1 << 62) - 1);
        Self::from_u128(millis << 80 | 7 << 76 | random_a << 64 | 0b10 << 62 | random_b)
    }

    /// The id of what a call with an idempotency key makes, a `UUIDv8`: a repeated call finds what
    /// the first one made, and one with another request is told apart by [`Id::shares_key`].
    pub const fn of_request(key: &IdempotencyKey) -> Self {
        let of_key = u128::from_be_bytes(key.key) >> 68;
        let of_request = u128::from_be_bytes(key.fingerprint) >> 66;
        let (high, low) = (of_key >> 12, of_key & 0xfff);
        Self::from_u128(high << 80 | 8 << 76 | low << 64 | 0b10 << 62 | of_request)
    }

    /// Whether both were made for the same idempotency key.
    pub const fn shares_key(self, other: Self) -> bool {
        let version = self.as_u128() >> 76 & 0xf;
        version == 8 && self.as_u128() >> 64 == other.as_u128() >> 64
    }

    /// From 128 bits.
    pub const fn from_u128(bits: u128) -> Self {
        Self(Uuid::from_u128(bits))
    }

    /// As 128 bits.
    pub const fn as_u128(self) -> u128 {
        self.0.as_u128()
    }

    /// 32 hex digits without dashes, as Callbell writes ids.
    pub fn simple(self) -> String {
        self.0.simple().to_string()
    }

    /// With dashes, as Callbell writes the ids of custom statuses and funnels.
    pub fn dashed(self) -> String {
        self.0.hyphenated().to_string()
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.simple())
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.simple())
    }
}

/// The text is no UUID, neither with dashes nor without.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a uuid")]
pub struct NotAnId;

impl FromStr for Id {
    type Err = NotAnId;

    /// Accepts both spellings, 32 hex digits and the dashed form, in any case.
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        Uuid::try_parse(text).map(Self).map_err(|_| NotAnId)
    }
}

/// The id of a message, inbound or outbound: a `UUIDv7` whose 12 bits after the version are a
/// counter, so that ids of one installation are strictly increasing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageId(Uuid);

impl MessageId {
    const TAIL_BITS: u32 = 62;
    const VARIANT: u128 = 0b10 << Self::TAIL_BITS;
    const VERSION: u128 = 7 << 76;

    /// From a row (`unix_ms << 12 | counter`, 60 bits) and 62 random bits.
    pub const fn from_parts(row: i64, tail: i64) -> Self {
        let row = row as u128;
        let (millis, counter) = (row >> 12, row & 0xfff);
        let tail = tail as u128 & ((1 << Self::TAIL_BITS) - 1);
        Self(Uuid::from_u128(
            millis << 80 | Self::VERSION | counter << 64 | Self::VARIANT | tail,
        ))
    }

    /// From any UUID; `None` unless it has the shape that [`MessageId::from_parts`] makes.
    pub fn from_u128(bits: u128) -> Option<Self> {
        let id = Self(Uuid::from_u128(bits));
        (Self::from_parts(id.row(), id.tail()) == id).then_some(id)
    }

    /// As 128 bits.
    pub const fn as_u128(self) -> u128 {
        self.0.as_u128()
    }

    /// `unix_ms << 12 | counter`: the time-ordered part, and the message's row in the store.
    pub const fn row(self) -> i64 {
        let bits = self.0.as_u128();
        ((bits >> 80) << 12 | (bits >> 64 & 0xfff)) as i64
    }

    /// The 62 random bits.
    pub const fn tail(self) -> i64 {
        (self.0.as_u128() & ((1 << Self::TAIL_BITS) - 1)) as i64
    }

    /// The id of the file that came with a customer's message: the uuid of the message.
    pub const fn file(self) -> Id {
        Id::from_u128(self.as_u128())
    }

    /// The id of the picture or film of the advertisement that a customer's message came by: the
    /// same as a `UUIDv8`.
    pub const fn advertisement(self) -> Id {
        Id::from_u128(self.as_u128() & !(0xf << 76) | 8 << 76)
    }

    /// When the message was accepted or recorded, by the clock of the generator.
    pub const fn at(self) -> Timestamp {
        Timestamp::from_millis(self.row() >> 12)
    }

    /// The 16 bytes of the UUID.
    pub fn bytes(self) -> [u8; 16] {
        *self.0.as_bytes()
    }

    /// 32 hex digits.
    pub fn simple(self) -> String {
        self.0.simple().to_string()
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.simple())
    }
}

impl fmt::Debug for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.simple())
    }
}

impl FromStr for MessageId {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let uuid = Uuid::try_parse(text).map_err(|_| NotAnId)?;
        Self::from_u128(uuid.as_u128()).ok_or(NotAnId)
    }
}

/// The row of the message after `last`, at `now`: never smaller than `last + 1`, so that a clock
/// that went back or a burst of more than 4096 in a millisecond cannot break the order (the
/// counter borrows from the next millisecond).
pub const fn next_row(last: i64, now: Timestamp) -> i64 {
    let by_clock = now.millis() << 12;
    if by_clock > last { by_clock } else { last + 1 }
}

/// Names one attempt to send one message: 128 random bits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct AttemptId(pub u128);

impl fmt::Debug for AttemptId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// What travels with an attempt to the provider and comes back in its statuses (the echo).
/// `g1.<message id>.<attempt id>`: no personal data, at most 70 characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AttemptToken {
    /// The message that was attempted.
    pub message: MessageId,
    /// The attempt.
    pub attempt: AttemptId,
}

impl fmt::Display for AttemptToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "g1.{}.{:032x}", self.message, self.attempt.0)
    }
}

impl FromStr for AttemptToken {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let rest = text.strip_prefix("g1.").ok_or(NotAnId)?;
        let (message, attempt) = rest.split_once('.').ok_or(NotAnId)?;
        if attempt.len() != 32 {
            return Err(NotAnId);
        }
        let attempt = u128::from_str_radix(attempt, 16).map_err(|_| NotAnId)?;
        Ok(Self {
            message: message.parse()?,
            attempt: AttemptId(attempt),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROW: i64 = 1_790_000_000_123 << 12 | 0xabc;

    #[test]
    fn a_message_id_is_a_uuid_v7_and_gives_its_parts_back() {
        let id = MessageId::from_parts(ROW, 0x1234_5678_9abc_def0);
        assert_eq!((id.row(), id.tail()), (ROW, 0x1234_5678_9abc_def0));
        assert_eq!(id.at(), Timestamp::from_millis(1_790_000_000_123));
        assert_eq!(&id.simple()[12..13], "7");
        assert_eq!(id.simple().parse(), Ok(id));
    }

    #[test]
    fn what_comes_with_a_message_is_named_after_it() {
        let message = MessageId::from_parts(ROW, 1);
        assert_eq!(message.file().simple(), message.simple());
        let picture = message.advertisement().simple();
        assert_eq!(&picture[12..13], "8");
        assert_eq!(picture.replacen("8abc", "7abc", 1), message.simple());
    }

    #[test]
    fn what_a_key_makes_is_found_again_by_the_key_alone() {
        let id = |key, fingerprint| {
            Id::of_request(&IdempotencyKey {
                key: [key; 16],
                fingerprint: [fingerprint; 16],
            })
        };
        assert_eq!(id(1, 2), id(1, 2));
        assert_ne!(id(1, 2), id(1, 3));
        assert!(id(1, 2).shares_key(id(1, 3)));
        assert!(!id(1, 2).shares_key(id(2, 2)));
        assert_eq!(&id(1, 2).simple()[12..13], "8");
    }

    #[test]
    fn a_uuid_of_another_kind_is_no_message_id() {
        assert!(
            "adf3d1216d4c4dcd908199d6700f2381"
                .parse::<MessageId>()
                .is_err()
        );
        assert!("adf3d1216d4c4dcd908199d6700f2381".parse::<Id>().is_ok());
    }

    #[test]
    fn rows_increase_when_the_clock_goes_back_and_when_a_millisecond_is_full() {
        let now = Timestamp::from_millis(1000);
        assert_eq!(next_row(0, now), 1000 << 12);
        assert_eq!(next_row(2000 << 12, now), (2000 << 12) + 1);
        assert_eq!(next_row((1000 << 12) + 0xfff, now), 1001 << 12);
    }

    #[test]
    fn an_attempt_token_survives_the_journey() {
        let token = AttemptToken {
            message: MessageId::from_parts(ROW, 7),
            attempt: AttemptId(42),
        };
        let text = token.to_string();
        assert!(text.len() <= 70, "{text}");
        assert_eq!(text.parse(), Ok(token));
        assert!("g1.x.y".parse::<AttemptToken>().is_err());
        assert!("someone else's data".parse::<AttemptToken>().is_err());
    }
}
