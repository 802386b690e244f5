//! Forgets a customer, one part of what was said after the other: a long history would hold up
//! everybody's commits.

use std::collections::HashSet;

use dragoman_core::ports::StoreError;
use dragoman_core::{Id, Tenant, Timestamp};

use crate::sqlite::verbs::forget::Unsaid;
use crate::sqlite::{SqliteStore, verbs};

/// How many messages are taken back in one commit.
const STEP: usize = 100;

impl SqliteStore {
    /// The contact in this row. They are there until all that they said is gone: whoever is told
    /// nothing, because the process ended or they left, finds them and forgets the rest.
    pub(super) async fn forget_in_steps(
        &self,
        account: Tenant,
        contact: Id,
        row: i64,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let Some(threads) = self.threads(row) else {
            return self.sound(false);
        };
        let since = self.commons.last_event();
        let mut said = self
            .read(move |connection| Ok(verbs::forget::said(connection, &threads)?))
            .await?;
        let messages: HashSet<i64> = said.iter().copied().collect();
        let unsaid = Unsaid { messages, since };
        // A short history goes with its customer, in one commit.
        let last = said.split_off(said.len().saturating_sub(STEP));
        for step in said.chunks(STEP) {
            let step = step.to_vec();
            self.write(move |batch| verbs::forget::unsay(batch, &step, now))
                .await?;
        }
        self.write(move |batch| {
            verbs::forget::unsay(batch, &last, now)?;
            verbs::forget::run(batch, (account, contact), &unsaid, now)
        })
        .await
    }
}
