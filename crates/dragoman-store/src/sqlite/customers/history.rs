//! What was said with a customer, the newest first.

use std::sync::Arc;

use dragoman_core::message::Stored;
use dragoman_core::ports::{From, Listing, Span, StoreError};

use super::part::Part;
use crate::index::entry::Thread;
use crate::index::people::People;
use crate::sqlite::SqliteStore;
use crate::sqlite::chains::Chains;

impl SqliteStore {
    /// Of the contact in this row; `None` once they were forgotten.
    pub(super) async fn said_with(
        &self,
        contact: i64,
        span: Span,
    ) -> Result<Option<Listing<Arc<Stored>>>, StoreError> {
        let Some(threads) = self.threads(contact) else {
            return Ok(None);
        };
        let part = self
            .read(move |connection| {
                let mut part = Part::of(span);
                let mut chains = match span.from {
                    From::Skip(_) => Chains::of(connection, &threads)?,
                    From::After(mark) => Chains::before(connection, &threads, mark)?,
                };
                while !part.is_complete()
                    && let Some(message) = chains.next().transpose()?
                {
                    part.add(message);
                }
                Ok(part)
            })
            .await?;
        let rows = part.marks.iter().copied().collect();
        let mut page = self.page(self.bodies(rows).await?);
        Ok(Some(part.listing(|message| page.remove(&message))))
    }

    /// The conversations of the contact in this row; `None` once they were forgotten.
    pub(super) fn threads(&self, contact: i64) -> Option<Vec<Thread>> {
        let index = self.commons.index();
        let (_, person) = index.acquainted(contact)?;
        Some(index.threads(&person))
    }
}
