//! What waits in line, and for whom.

use crate::id::MessageId;
use crate::message::Stored;
use crate::time::Timestamp;

/// What a message waits for that is not its turn alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaitingFor {
    /// The message before it in its conversation.
    pub message: MessageId,
    /// Since when.
    pub since: Timestamp,
}

/// Knows the lines of conversations as they stand in memory.
pub trait Lines: Send + Sync {
    /// What a message waits for; `None` when it waits for nobody.
    fn waiting_for(&self, message: &Stored) -> Option<WaitingFor>;
}
