//! `GET /media/{signed name}`: the bytes of a file, for whoever was given its address.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use dragoman_core::file::File;
use dragoman_core::ports::StoreError;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::services::Services;

/// A file counts as used anew at most this often: every note of it is a commit.
const USED_AGAIN: Duration = Duration::from_secs(24 * 3600);

/// Files are what strangers sent: nothing in them may run or load anything.
const SANDBOX: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/// Serves files at `/media/{signed name}`. A wrong, foreign or expired name is like one that there
/// is not.
pub fn router(services: Arc<Services>) -> Router {
    Router::new()
        .route("/media/{name}", get(serve))
        .with_state(services)
}

async fn serve(
    State(services): State<Arc<Services>>,
    Path(name): Path<String>,
) -> Result<Response, StatusCode> {
    match find(&services, &name).await {
        Ok(Some((file, bytes))) => Ok((headers(&file, bytes.len()), bytes).into_response()),
        Ok(None) => Err(StatusCode::NOT_FOUND),
        Err(error) => {
            tracing::warn!(%error, "a file could not be served");
            Err(StatusCode::SERVICE_UNAVAILABLE)
        }
    }
}

async fn find(services: &Services, name: &str) -> Result<Option<(File, Vec<u8>)>, StoreError> {
    let now = services.clock.now();
    let Some((account, id)) = services.links.opened(name, now) else {
        return Ok(None);
    };
    let Some(file) = services.files.file(account, id).await? else {
        return Ok(None);
    };
    let Some(bytes) = services.objects.get(id).await? else {
        return Ok(None);
    };
    if now.since(file.used_at) > USED_AGAIN {
        services.files.used_file(id, now).await?;
    }
    Ok(Some((file, bytes)))
}

fn headers(file: &File, length: usize) -> [(HeaderName, HeaderValue); 6] {
    let kind = HeaderValue::from_str(&file.mime_type);
    let kind = kind.unwrap_or(HeaderValue::from_static("application/octet-stream"));
    [
        (CONTENT_TYPE, kind),
        (CONTENT_LENGTH, length.into()),
        (CONTENT_DISPOSITION, disposition(file)),
        (CACHE_CONTROL, HeaderValue::from_static("private")),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (CONTENT_SECURITY_POLICY, HeaderValue::from_static(SANDBOX)),
    ]
}

/// Pictures, sound and films are shown where they are opened, everything else is saved.
fn disposition(file: &File) -> HeaderValue {
    let shown = ["image/", "audio/", "video/"];
    let way = if shown.iter().any(|kind| file.mime_type.starts_with(kind)) {
        "inline"
    } else {
        "attachment"
    };
    let Some(name) = &file.filename else {
        return HeaderValue::from_static(way);
    };
    let name = utf8_percent_encode(name, NON_ALPHANUMERIC);
    HeaderValue::from_str(&format!("{way}; filename*=UTF-8''{name}"))
        .unwrap_or(HeaderValue::from_static(way))
}
