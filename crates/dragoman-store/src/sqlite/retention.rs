//! How long messages are kept.

use dragoman_core::Timestamp;
use dragoman_core::ports::StoreError;

use super::{SqliteStore, verbs};

/// What is to be kept no longer. Younger than three days nothing should go: so long a key names its
/// message, and a window stays open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retention {
    /// Messages that were made before this go, with everything that happened to them; so does news.
    pub messages_before: Option<Timestamp>,
    /// What was said in messages that were made before this goes; the rest of their story stays.
    pub bodies_before: Option<Timestamp>,
}

/// What one step did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Messages that are gone.
    pub messages: u64,
    /// Bodies that were emptied.
    pub bodies: u64,
    /// There may be more: ask again, when others have had their turn.
    pub more: bool,
}

impl SqliteStore {
    /// Does one bounded step of a sweep, from the old end, in one commit with other verbs.
    ///
    /// A message that waits in the queue or for its file, and what an enabled subscription has not
    /// heard everything of, stays as it is for another sweep. A customer's file goes with what was
    /// said; its bytes are litter then.
    ///
    /// # Errors
    /// [`StoreError::Unwell`].
    pub async fn retain(&self, retention: Retention) -> Result<Swept, StoreError> {
        self.write(move |batch| verbs::retain::run(batch, retention))
            .await
    }
}
