//! In which order the messages of one conversation leave.

use std::time::Duration;

/// When the next message of a conversation may leave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum After {
    /// At once: several may be under way.
    Nothing,
    /// When the attempt of the one before has ended: they are submitted in their order.
    #[default]
    Answer,
    /// When the provider has sent the one before.
    Sent,
    /// When the one before has arrived on the customer's device.
    Delivered,
}

impl After {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Nothing, Self::Answer, Self::Sent, Self::Delivered];

    /// The word in APIs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Nothing => "none",
            Self::Answer => "answer",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
        }
    }

    /// What has that name.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|after| after.word() == word)
    }
}

/// What happens to a message that has waited long enough for the one before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnTimeout {
    /// It leaves: a phone that is off must not stop a conversation.
    #[default]
    Proceed,
    /// It goes on waiting.
    Hold,
    /// It fails.
    Fail,
}

impl OnTimeout {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Proceed, Self::Hold, Self::Fail];

    /// The word in APIs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Proceed => "proceed",
            Self::Hold => "hold",
            Self::Fail => "fail",
        }
    }

    /// What has that name.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|then| then.word() == word)
    }
}

/// How a channel keeps its conversations in order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Order {
    /// What the next message waits for; a message may wish otherwise.
    pub after: After,
    /// How long it waits at most; `None` is the time that fits `after`.
    pub timeout: Option<Duration>,
    /// What then.
    pub on_timeout: OnTimeout,
    /// What waits behind a message that fails, expires or is cancelled is cancelled with it.
    pub strict: bool,
}

impl Order {
    /// How long a message waits at most for the one before, when it waits for `after`.
    pub fn patience(&self, after: After) -> Duration {
        let usual = match after {
            After::Nothing | After::Answer => Duration::MAX,
            After::Sent => Duration::from_secs(5 * 60),
            After::Delivered => Duration::from_secs(60),
        };
        self.timeout.unwrap_or(usual)
    }
}
