//! In which order the messages of one conversation leave.

use std::time::Duration;

use crate::state::State;

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

    /// Whether it waits for what the provider says later about the one before.
    pub const fn hears_statuses(self) -> bool {
        match self {
            Self::Nothing | Self::Answer => false,
            Self::Sent | Self::Delivered => true,
        }
    }

    /// Whether the next may leave when the one before stands so. What was read was delivered, and
    /// what has ended is not waited for.
    pub const fn is_met(self, before: State) -> bool {
        match before {
            State::Queued | State::Claimed | State::InFlight => matches!(self, Self::Nothing),
            State::Submitted | State::Unknown => !self.hears_statuses(),
            State::Sent => !matches!(self, Self::Delivered),
            State::Delivered
            | State::Read
            | State::Failed
            | State::Expired
            | State::Cancelled
            | State::Dead
            | State::Unresolved => true,
        }
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
    /// What a message waits for that wishes this.
    pub fn of(&self, wish: Option<After>) -> After {
        wish.unwrap_or(self.after)
    }

    /// Whether a message that wishes this has to know how the one before stands.
    pub fn looks_back(&self, wish: Option<After>) -> bool {
        match self.of(wish) {
            After::Nothing => false,
            After::Answer => self.strict,
            After::Sent | After::Delivered => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_leaves_when_the_one_before_stands_as_it_waits_for() {
        let met = |after: After| {
            let met = State::ALL.into_iter().filter(|state| after.is_met(*state));
            met.map(State::word).collect::<Vec<_>>().join(" ")
        };
        let ended = "failed expired cancelled dead";
        assert_eq!(met(After::Nothing).split(' ').count(), State::ALL.len());
        for state in State::ALL {
            let is_ended = ended.contains(state.word());
            assert!(!is_ended || After::ALL.iter().all(|after| after.is_met(state)));
        }
        for (state, answer, sent, delivered) in [
            (State::InFlight, false, false, false),
            (State::Submitted, true, false, false),
            (State::Unknown, true, false, false),
            (State::Sent, true, true, false),
            (State::Delivered, true, true, true),
            (State::Read, true, true, true),
            (State::Unresolved, true, true, true),
        ] {
            let held =
                [After::Answer, After::Sent, After::Delivered].map(|after| after.is_met(state));
            assert_eq!(held, [answer, sent, delivered], "{state:?}");
        }
    }

    #[test]
    fn a_wish_goes_before_the_channels_way() {
        let order = Order {
            after: After::Delivered,
            ..Order::default()
        };
        assert!(order.looks_back(None) && !order.looks_back(Some(After::Answer)));
        assert!(Order::default().looks_back(Some(After::Sent)));
        let strict = Order {
            strict: true,
            ..Order::default()
        };
        assert!(strict.looks_back(None) && !strict.looks_back(Some(After::Nothing)));
        assert_eq!(order.patience(After::Delivered), Duration::from_secs(60));
    }
}
