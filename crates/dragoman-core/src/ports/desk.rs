//! Where dialects hand in what clients ask for.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use super::{Accepted, Decided};
use crate::assignment::Assignment;
use crate::doubt::Resolution;
use crate::id::MessageId;
use crate::message::Outbound;
use crate::outcome::Failure;
use crate::refusal::Refusal;
use crate::submission::Submission;
use crate::tenant::Tenant;
use crate::window::Window;

/// Takes submissions: gathers what the rules need, lets them judge, has the store keep the message.
#[async_trait]
pub trait Desk: Send + Sync {
    /// Returns when the message is durable, and not before.
    ///
    /// # Errors
    /// Nothing was stored, unless the error is [`DeskError::Unavailable`] and the call had a key:
    /// then the same key finds out.
    async fn submit(&self, submission: Submission) -> Result<Accepted, DeskError>;

    /// What would become of it now: every rule is applied, nothing is stored.
    ///
    /// # Errors
    /// As [`Desk::submit`].
    async fn rehearse(&self, submission: Submission) -> Result<Rehearsal, DeskError>;

    /// Somebody knows what became of a message that is in doubt, or wants it sent again. Returns
    /// when that is durable.
    ///
    /// # Errors
    /// [`DeskError::Unavailable`].
    async fn resolve(
        &self,
        account: Tenant,
        message: MessageId,
        resolution: Resolution,
    ) -> Result<Decided, DeskError>;
}

/// What would become of a submission.
#[derive(Clone, Debug)]
pub struct Rehearsal {
    /// What would be kept and sent.
    pub body: Arc<Outbound>,
    /// Set when it would be accepted and fail at once.
    pub failure: Option<Failure>,
    /// The conversation's window.
    pub window: Window,
    /// To whom the conversation would go.
    pub assignment: Assignment,
    /// As many messages of the channel wait before it.
    pub waiting: usize,
    /// About how long it would wait for its turn.
    pub wait: Duration,
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
