//! What happened to a message before: read from the log, for what happens rarely.

use dragoman_core::Timestamp;
use dragoman_core::doubt::{Resolution, Resolver};
use dragoman_core::event::What;
use dragoman_core::id::AttemptId;
use rusqlite::types::Type;

use crate::sqlite::batch::Batch;
use crate::sqlite::rows::{self, ReadError};

/// What happened to a message so far, in order, this batch included.
pub(crate) struct History(Vec<What>);

impl History {
    /// # Errors
    /// The log cannot be read.
    pub(crate) fn of(batch: &Batch<'_>, message: i64) -> rusqlite::Result<Self> {
        let last = batch
            .outcome(message)
            .map_or(0, |outcome| outcome.last_event);
        let chain = rows::chain(batch.connection, last).map_err(|error| match error {
            ReadError::Database(error) => error,
            ReadError::Unreadable(error) => {
                rusqlite::Error::FromSqlConversionFailure(0, Type::Text, error.into())
            }
        })?;
        Ok(Self(chain.into_iter().map(|event| event.what).collect()))
    }

    /// Whether this attempt has departed.
    pub(crate) fn knows(&self, attempt: AttemptId) -> bool {
        let departed =
            |what: &What| matches!(what, What::Departed { attempt: one } if *one == attempt);
        self.0.iter().any(departed)
    }

    /// How many attempts have departed.
    pub(crate) fn starts(&self) -> u32 {
        let is_start = |what: &&What| matches!(what, What::Departed { .. });
        let starts = self.0.iter().filter(is_start).count();
        u32::try_from(starts).unwrap_or(u32::MAX)
    }

    /// Whether the policy has sent it again.
    pub(crate) fn was_resent(&self) -> bool {
        let resent = What::Resolved {
            resolution: Resolution::Resend,
            by: Resolver::Policy,
        };
        self.0.contains(&resent)
    }

    /// Whether people were told of the attempt that is in doubt.
    pub(crate) fn is_held(&self) -> bool {
        let since = self.0.iter().rev();
        let since = since.take_while(|what| !matches!(what, What::Departed { .. }));
        let is_hold = |what: &What| matches!(what, What::Resolved { resolution, .. } if *resolution == Resolution::Hold);
        since.into_iter().any(is_hold)
    }

    /// Whether the provider has said exactly this before.
    pub(crate) fn contains(&self, status: &What) -> bool {
        self.0.iter().any(|what| is_same(what, status))
    }
}

/// Whether two statuses are one: a provider repeats a status with its time, and a failure, which
/// has none here, as it was.
fn is_same(one: &What, other: &What) -> bool {
    let at = spoken_at(one);
    one == other || at.is_some() && at == spoken_at(other) && one.word() == other.word()
}

/// The provider's time.
const fn spoken_at(what: &What) -> Option<Timestamp> {
    if let What::Sent { at, .. } | What::Delivered { at, .. } | What::Read { at, .. } = what {
        return Some(*at);
    }
    None
}
