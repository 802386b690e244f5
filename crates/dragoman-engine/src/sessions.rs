//! Ends the sessions of collaborators whose time is over.

use std::sync::Arc;
use std::time::Duration;

use dragoman_core::catalog::{Catalog, Change, Token, TokenScope};
use dragoman_core::ports::{self, StoreError};
use dragoman_core::{Id, Timestamp};

use crate::pulse::Phase;
use crate::shared::Shared;

/// How often sessions are looked through.
const LOOK: Duration = Duration::from_secs(60);

/// Takes sessions away until the end. Tokens of other kinds stay when they are no longer valid:
/// whose they were is still worth knowing, and nobody has to hear of it.
pub(crate) async fn keep_ending(shared: Arc<Shared>) {
    let mut moves = shared.pulse.moves();
    let mut phases = shared.pulse.phases();
    while shared.is_running() {
        if let Err(error) = end(&shared).await {
            tracing::warn!(%error, "cannot end sessions yet");
        }
        tokio::select! {
            biased;
            () = tokio::time::sleep(LOOK) => {}
            _ = moves.changed() => {}
            _ = phases.wait_for(|phase| *phase > Phase::Running) => {}
        }
    }
}

async fn end(shared: &Shared) -> Result<(), StoreError> {
    let now = shared.clock.now();
    if over(&shared.store.catalog(), now).next().is_none() {
        return Ok(());
    }
    let ending = |catalog: &Catalog| Ok((over(catalog, now).map(Change::EndSession).collect(), ()));
    ports::edit(&*shared.store, ending).await
}

fn over(catalog: &Catalog, now: Timestamp) -> impl Iterator<Item = Id> {
    let is_over = move |token: &&Token| match token.scope {
        TokenScope::Session { .. } => token.expires_at.is_some_and(|at| at <= now),
        TokenScope::Api(_) | TokenScope::Onprem { .. } => false,
    };
    catalog.tokens.iter().filter(is_over).map(|token| token.id)
}
