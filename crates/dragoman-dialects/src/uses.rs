//! When the tokens of programs were used last.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use dragoman_core::catalog::{Catalog, Change, Token};
use dragoman_core::ports::{Store, StoreError, edit};
use dragoman_core::{Id, Timestamp};

/// The use of a token is written down at most this often.
const WRITTEN: Duration = Duration::from_secs(3600);

/// Notes uses in memory. What is not written when the process ends is forgotten.
#[derive(Debug, Default)]
pub struct Uses(Mutex<HashMap<Id, Timestamp>>);

impl Uses {
    /// A call came with this token.
    pub(crate) fn note(&self, token: Id, now: Timestamp) {
        self.noted().insert(token, now);
    }

    /// When a call last came with this token.
    pub(crate) fn last(&self, token: &Token) -> Option<Timestamp> {
        self.noted().get(&token.id).copied().max(token.last_used_at)
    }

    /// Writes down what has not been for an hour.
    ///
    /// # Errors
    /// The store takes nothing now; what was noted is kept.
    pub async fn write(&self, store: &dyn Store) -> Result<(), StoreError> {
        if self.due(&store.catalog()).is_empty() {
            return Ok(());
        }
        edit(store, |catalog| {
            Ok::<_, StoreError>((self.due(catalog), ()))
        })
        .await
    }

    /// What is to be written. Notes about tokens that are gone go too.
    fn due(&self, catalog: &Catalog) -> Vec<Change> {
        let mut noted = self.noted();
        noted.retain(|id, _| catalog.tokens.iter().any(|token| token.id == *id));
        let used = |token: &Token| {
            let at = *noted.get(&token.id)?;
            let is_due = |written: Timestamp| at.since(written) >= WRITTEN;
            token.last_used_at.is_none_or(is_due).then(|| {
                Change::Token(Token {
                    last_used_at: Some(at),
                    ..token.clone()
                })
            })
        };
        catalog.tokens.iter().filter_map(used).collect()
    }

    fn noted(&self) -> MutexGuard<'_, HashMap<Id, Timestamp>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
