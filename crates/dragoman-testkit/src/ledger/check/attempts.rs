//! The provider's ledger, by message.

use std::collections::BTreeMap;

use crate::ledger::UpstreamRequest;

/// What became of a message's POSTs.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Attempts {
    pub(super) taken: usize,
    pub(super) refused: usize,
    /// Neither taken nor answered: the gateway cannot know.
    pub(super) dropped: usize,
}

impl Attempts {
    pub(super) fn by_message(upstream: &[UpstreamRequest]) -> BTreeMap<&str, Self> {
        let mut attempts = BTreeMap::<&str, Self>::new();
        for request in upstream {
            if let Some(message) = request.message() {
                let of_message = attempts.entry(message).or_default();
                of_message.taken += usize::from(request.is_taken());
                of_message.refused += usize::from(request.is_refused());
                of_message.dropped += usize::from(!request.is_taken() && !request.is_refused());
            }
        }
        attempts
    }
}
