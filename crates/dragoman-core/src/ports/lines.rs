//! What waits in line, and for whom.

use std::time::Duration;

use crate::id::{Id, MessageId};
use crate::message::Stored;
use crate::time::Timestamp;

/// What counts as the time of a message that has none: some wait for ever, and still somebody should
/// know after a while.
const USUAL_LIFE: Duration = Duration::from_secs(24 * 3600);
/// A message that has waited for one part in so many of its time has waited for long.
const PARTS: u32 = 10;

/// What a message waits for that is not its turn alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaitingFor {
    /// The message before it in its conversation.
    pub message: MessageId,
    /// Since when.
    pub since: Timestamp,
}

/// The message of a channel that was accepted first of those that wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Oldest {
    /// Which it is.
    pub message: MessageId,
    /// For how long it has waited.
    pub waited: Duration,
    /// For how long it may wait at most, from its acceptance to its expiry.
    pub life: Duration,
}

impl Oldest {
    /// A message that waits, as it stands at `machine`, by the machine's clock.
    pub fn new(message: MessageId, expires_at: Timestamp, machine: Timestamp) -> Self {
        let life = if expires_at == Timestamp::NEVER {
            USUAL_LIFE
        } else {
            expires_at.since(message.at())
        };
        Self {
            message,
            waited: machine.since(message.at()),
            life,
        }
    }

    /// Whether somebody should look why: a tenth of its time is gone.
    pub fn has_waited_long(&self) -> bool {
        self.waited > self.life / PARTS
    }
}

/// Knows the lines of conversations as they stand in memory.
pub trait Lines: Send + Sync {
    /// What a message waits for; `None` when it waits for nobody.
    fn waiting_for(&self, message: &Stored) -> Option<WaitingFor>;

    /// The message that a channel has let wait for the longest time; `None` when none waits. Looks
    /// at every one.
    fn oldest(&self, channel: Id) -> Option<Oldest>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenth_of_its_time_is_long_for_a_message_and_of_a_day_where_it_has_none() {
        let message = MessageId::from_parts(1_790_000_000_000 << 12, 0);
        let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
        let code = message.at().plus(minutes(10));
        for (expires_at, long) in [(code, minutes(1)), (Timestamp::NEVER, minutes(144))] {
            let at = |waited| Oldest::new(message, expires_at, message.at().plus(waited));
            assert!(!at(long).has_waited_long());
            assert!(at(long + minutes(1)).has_waited_long());
        }
    }
}
