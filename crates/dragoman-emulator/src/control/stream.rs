//! `GET /emulator/v1/stream`: tells the page what changed, by server-sent events.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State as Shared;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use futures_util::stream::{self, Stream, StreamExt as _};
use serde_json::json;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use crate::server::ended;
use crate::state::{Change, State};

/// Changes within this time are told once.
const GATHER: Duration = Duration::from_millis(40);

/// `change` names a customer; `clock` means that everything may look different.
pub(crate) async fn changes(
    Shared(state): Shared<Arc<State>>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>> + use<>> {
    let mut stopped = state.stopped.clone();
    let events = stream::unfold(state.changes(), |mut changes| async move {
        let events = gather(&mut changes).await?;
        Some((stream::iter(events), changes))
    });
    // Otherwise an open page would keep the emulator from stopping.
    let stop = async move { ended(&mut stopped).await };
    Sse::new(events.flatten().take_until(Box::pin(stop)).map(Ok)).keep_alive(KeepAlive::default())
}

async fn gather(changes: &mut Receiver<Change>) -> Option<Vec<Event>> {
    let mut customers = BTreeSet::new();
    let mut clock = false;
    let first = changes.recv().await;
    let end = tokio::time::sleep(GATHER);
    tokio::pin!(end);
    let mut next = first;
    loop {
        match next {
            Ok(Change::Customer(customer)) => {
                customers.insert(customer);
            }
            Ok(Change::Clock) | Err(RecvError::Lagged(_)) => clock = true,
            Err(RecvError::Closed) if customers.is_empty() && !clock => return None,
            Err(RecvError::Closed) => break,
        }
        next = tokio::select! {
            () = &mut end => break,
            change = changes.recv() => change,
        };
    }
    let clock = clock.then(|| Event::default().event("clock").data("{}"));
    let changed = customers.into_iter().map(|customer| {
        Event::default()
            .event("change")
            .data(json!({"customer": customer}).to_string())
    });
    Some(clock.into_iter().chain(changed).collect())
}
