//! `GET /emulator/v1/media/{id}`: a file as the page shows it.

use std::sync::Arc;

use axum::extract::{Path, State as Shared};
use axum::response::Response;

use super::{Answer, ControlError, Ours};
use crate::graph;
use crate::state::State;

/// A phone keeps a file for as long as it was not deleted, though the provider forgets it.
pub(crate) async fn get(
    Shared(state): Shared<Arc<State>>,
    Ours(Path(id)): Ours<Path<String>>,
) -> Answer<Response> {
    let media = state.hold().media.get(&id).cloned();
    match media {
        Some(media) => Ok(graph::file_bytes(&state, &id, &media.mime).await),
        None => Err(ControlError::unknown(format!("{id} is no file"))),
    }
}
