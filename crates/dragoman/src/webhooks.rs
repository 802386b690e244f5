//! `/in/{driver}/{channel}`: webhooks from providers.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use dragoman_engine::{Intake, IntakeAnswer};

/// The largest webhook, in bytes. Meta batches up to 3 MB.
const BODY_LIMIT: usize = 4 * 1024 * 1024;

/// The route that providers call.
pub(crate) fn router(intake: Arc<Intake>) -> Router {
    Router::new()
        .route("/in/{driver}/{channel}", get(verify).post(receive))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .with_state(intake)
}

/// The provider asks whether this address is ours.
async fn verify(
    State(intake): State<Arc<Intake>>,
    Path((driver, channel)): Path<(String, String)>,
    Query(query): Query<Vec<(String, String)>>,
) -> Response {
    match intake.verify(&driver, &channel, &query) {
        Some(challenge) => ([(header::CONTENT_TYPE, "text/plain")], challenge).into_response(),
        None => StatusCode::FORBIDDEN.into_response(),
    }
}

/// Answered 200 only when what it says is durable.
async fn receive(
    State(intake): State<Arc<Intake>>,
    Path((driver, channel)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    match intake.webhook(&driver, &channel, &headers, &body).await {
        IntakeAnswer::Taken => StatusCode::OK,
        IntakeAnswer::BadSignature => StatusCode::UNAUTHORIZED,
        IntakeAnswer::NotFound => StatusCode::NOT_FOUND,
        IntakeAnswer::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
    }
}
