//! What becomes of a message whose attempt's answer was lost, when nothing proves it.
//!
//! A provider without idempotency keys leaves two choices: perhaps twice, or perhaps never. Ours is
//! never twice, until the owner says otherwise.

/// What the owner of a channel wants of such messages, once an echo has had time enough to come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnUnknown {
    /// They stay unknown, and people are told.
    #[default]
    Hold,
    /// They count as failed; an echo still corrects it.
    Fail,
    /// They are sent once more, and may then arrive twice.
    ResendOnce,
}

impl OnUnknown {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Hold, Self::Fail, Self::ResendOnce];

    /// The word in APIs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Hold => "hold",
            Self::Fail => "fail",
            Self::ResendOnce => "resend_once",
        }
    }

    /// The policy of that name.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|policy| policy.word() == word)
    }
}

/// What counts, though nothing proves it. The numbers are stored: never change one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Resolution {
    /// It stays unknown: time for somebody to look.
    Hold = 1,
    /// The provider has taken it; only a person can know.
    Sent = 2,
    /// It has not arrived, until an echo says that it has.
    Failed = 3,
    /// It is queued again.
    Resend = 4,
    /// Nobody waits for proof any longer.
    Final = 5,
}

impl Resolution {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 5] = [
        Self::Hold,
        Self::Sent,
        Self::Failed,
        Self::Resend,
        Self::Final,
    ];

    /// The resolution of that number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|resolution| *resolution as u8 == number)
    }

    /// The word of the event in our own API, logs and docs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Hold => "held",
            Self::Sent => "resolved_sent",
            Self::Failed => "resolved_failed",
            Self::Resend => "resent",
            Self::Final => "unresolved",
        }
    }
}

/// Who decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolver {
    /// The policy of the channel or of the message.
    Policy,
    /// Somebody who asked for it.
    Person,
}

impl Resolver {
    /// The word in our own API, logs and docs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Policy => "policy",
            Self::Person => "person",
        }
    }
}
