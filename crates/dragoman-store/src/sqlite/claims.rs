//! Claims: the right to attempt messages, which only memory knows of.

use std::collections::hash_map::Entry;
use std::sync::Arc;

use dragoman_core::message::{Body, Claim};
use dragoman_core::ports::StoreError;
use dragoman_core::{MessageId, State};

use super::SqliteStore;

impl SqliteStore {
    /// Claims those that are queued and that nobody has claimed, with their bodies.
    pub(super) async fn take(&self, messages: &[MessageId]) -> Result<Vec<Claim>, StoreError> {
        let taken = self.mark_as_claimed(messages);
        let rows = taken.iter().map(|message| message.row()).collect();
        let bodies = match self.bodies(rows).await {
            Ok(bodies) => bodies,
            Err(error) => {
                self.end_claims(&taken);
                return Err(error);
            }
        };
        let index = self.commons.index();
        let claim = |message: MessageId| {
            let outcome = index.message(message)?;
            let Body::Outbound(body) = bodies.get(&message.row())? else {
                return None;
            };
            Some(Claim {
                message,
                account: index.id(outcome.account)?,
                channel: index.id(outcome.channel)?,
                conversation: outcome.conversation,
                body: Arc::clone(body),
                starts: index
                    .waiting
                    .get(&message.row())
                    .map_or(0, |waiting| waiting.starts),
            })
        };
        Ok(taken.into_iter().filter_map(claim).collect())
    }

    /// Nothing is written.
    fn mark_as_claimed(&self, messages: &[MessageId]) -> Vec<MessageId> {
        let mut claims = self.commons.claims();
        let index = self.commons.index();
        let mut taken = Vec::with_capacity(messages.len());
        for message in messages {
            let row = message.row();
            let queued = index
                .waiting
                .get(&row)
                .filter(|waiting| waiting.state == State::Queued);
            let Some(waiting) = queued.filter(|_| index.message(*message).is_some()) else {
                continue;
            };
            if let Entry::Vacant(free) = claims.entry(row) {
                free.insert(waiting.channel);
                taken.push(*message);
            }
        }
        taken
    }

    pub(super) fn end_claims(&self, messages: &[MessageId]) {
        let mut claims = self.commons.claims();
        for message in messages {
            claims.remove(&message.row());
        }
    }
}
