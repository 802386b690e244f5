//! What the faults make of calls.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::GraphError;
use crate::faults::{Call, Turn};
use crate::server::CloseConnection;
use crate::state::State;

/// What nginx says when nobody is behind it.
const PAGE_502: &str = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n\
    <center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n";

pub(super) fn page_502() -> Response {
    let headers = [(header::CONTENT_TYPE, "text/html")];
    (StatusCode::BAD_GATEWAY, headers, PAGE_502).into_response()
}

/// The answer to a call about a file, unless a rule has something else for it. When the answer is
/// lost, what was asked for is done nevertheless.
pub(super) async fn disturbed(
    state: &State,
    call: Call,
    answer: impl Future<Output = Response>,
) -> Response {
    let hit = state.faults().draw_for_file(call);
    if !hit.delay.is_zero() {
        tokio::time::sleep(hit.delay).await;
    }
    match hit.turn {
        Some(Turn::Error(code)) => GraphError::known(code).into_response(),
        Some(Turn::Reset) => CloseConnection.into_response(),
        Some(Turn::Page502) => page_502(),
        None => {
            let answer = answer.await;
            if hit.quirks.answer_lost {
                CloseConnection.into_response()
            } else {
                answer
            }
        }
    }
}
