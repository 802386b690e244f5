//! `/in/{driver}/{channel}`: webhooks from providers.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequestParts, Path, Query, State};
use axum::http::request::Parts;
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
    Claimed { driver, channel }: Claimed,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    status(intake.webhook(&driver, &channel, &headers, &body).await)
}

/// A webhook that claims to be a provider's, for a channel that is there.
struct Claimed {
    driver: String,
    channel: String,
}

impl FromRequestParts<Arc<Intake>> for Claimed {
    type Rejection = StatusCode;

    /// Comes before the body is read, so that strangers cannot make us read one.
    async fn from_request_parts(
        parts: &mut Parts,
        intake: &Arc<Intake>,
    ) -> Result<Self, StatusCode> {
        let named = Path::<(String, String)>::from_request_parts(parts, intake).await;
        let Path((driver, channel)) = named.map_err(|_| StatusCode::NOT_FOUND)?;
        match intake.turns_away(&driver, &channel, &parts.headers) {
            Some(answer) => Err(status(answer)),
            None => Ok(Self { driver, channel }),
        }
    }
}

const fn status(answer: IntakeAnswer) -> StatusCode {
    match answer {
        IntakeAnswer::Taken => StatusCode::OK,
        IntakeAnswer::BadSignature => StatusCode::UNAUTHORIZED,
        IntakeAnswer::NotFound => StatusCode::NOT_FOUND,
        IntakeAnswer::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
    }
}
