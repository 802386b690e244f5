//! The place where bytes are fetched, by an address that soon stops working.

use std::time::Duration;

use axum::http::StatusCode;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::response::{IntoResponse, Response};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::Caller;
use crate::files::hex;
use crate::state::State;
use crate::world::StoredMedia;

/// How long an address works.
const WORKS: Duration = Duration::from_secs(5 * 60);

/// Where the bytes are fetched in the next minutes.
pub(super) fn link(state: &State, caller: &Caller, media: &StoredMedia) -> String {
    let host = caller.reached(state);
    let until = state.clock.now().plus(WORKS).seconds();
    let hash = hash(media, until);
    format!(
        "http://{host}/lookaside/{}?ext={until}&hash={hash}",
        media.id
    )
}

/// 404 is all that is said to who comes too late.
pub(super) async fn download(state: &State, id: &str, caller: &Caller) -> Response {
    let now = state.clock.now();
    let Some(media) = state.hold().living_media(id, now).cloned() else {
        return StatusCode::NOT_FOUND.into_response();
    };
    if let Err(error) = caller.may_use_number(state, &media.phone_number_id) {
        return error.into_response();
    }
    let until = caller.query("ext").and_then(|until| until.parse().ok());
    let works = until.is_some_and(|until: u64| {
        now.seconds() < until && caller.query("hash") == Some(&hash(&media, until))
    });
    if !works {
        return StatusCode::NOT_FOUND.into_response();
    }
    bytes(state, id, &media.mime).await
}

/// The bytes of a file that anybody may have uploaded: a page among them must not act in the name of ours.
pub(crate) async fn bytes(state: &State, id: &str, mime: &str) -> Response {
    match state.read_media(id).await {
        Ok(bytes) => {
            let headers = [
                (CONTENT_TYPE, mime),
                (CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"),
                (X_CONTENT_TYPE_OPTIONS, "nosniff"),
            ];
            (headers, bytes).into_response()
        }
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Ties an address to its file and its end.
fn hash(media: &StoredMedia, until: u64) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(media.sha256.as_bytes())
        .expect("HMAC takes keys of every length");
    mac.update(format!("{} {until}", media.id).as_bytes());
    hex(&mac.finalize().into_bytes()[..16])
}
