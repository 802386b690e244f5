//! Where dialects hand in what clients ask for.

use async_trait::async_trait;

use super::Accepted;
use crate::refusal::Refusal;
use crate::submission::Submission;

/// Takes submissions: gathers what the rules need, lets them judge, has the store keep the message.
#[async_trait]
pub trait Desk: Send + Sync {
    /// Returns when the message is durable, and not before.
    ///
    /// # Errors
    /// Nothing was stored, unless the error is [`DeskError::Unavailable`] and the call had a key:
    /// then the same key finds out.
    async fn submit(&self, submission: Submission) -> Result<Accepted, DeskError>;
}

/// Why a submission was not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeskError {
    /// The rules refuse it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The idempotency key was used for another request.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// Cannot be kept now: shutting down, overloaded, or the store is unwell. Worth repeating.
    #[error("not available now")]
    Unavailable,
}
