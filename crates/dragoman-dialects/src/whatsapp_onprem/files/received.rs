//! What a client uploads, as bare bytes or in a form.

use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use sha2::{Digest, Sha256};

use super::{multipart, pictures};
use crate::control::has_control;
use crate::whatsapp_onprem::codes::INTERNAL;
use crate::whatsapp_onprem::render::Fault;

/// A file as it arrived.
#[derive(Debug)]
pub(in crate::whatsapp_onprem) struct Received {
    pub(in crate::whatsapp_onprem) mime_type: Box<str>,
    pub(in crate::whatsapp_onprem) filename: Option<Box<str>>,
    pub(in crate::whatsapp_onprem) sha256: [u8; 32],
    pub(in crate::whatsapp_onprem) bytes: Vec<u8>,
}

impl Received {
    /// Reads the body of an upload, beside the calls that others wait for: it may be large.
    ///
    /// # Errors
    /// 1008 without bytes or content type, 1009 for what is no content type, 1014 for a broken
    /// picture, 1025 for a form without one file.
    pub(in crate::whatsapp_onprem) async fn read(
        headers: &HeaderMap,
        bytes: Vec<u8>,
    ) -> Result<Self, Fault> {
        let content_type = headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok());
        let content_type = content_type.ok_or_else(|| Fault::missing("Content-Type"))?;
        let content_type = content_type.to_owned();
        let reading = tokio::task::spawn_blocking(move || Self::of(&content_type, bytes));
        let read = reading.await;
        read.unwrap_or_else(|_| Err(Fault::internal("The file was not read.")))
    }

    fn of(content_type: &str, mut bytes: Vec<u8>) -> Result<Self, Fault> {
        let (mut mime_type, mut filename): (Box<str>, Option<Box<str>>) =
            (content_type.into(), None);
        if let Some(boundary) = multipart::boundary(content_type) {
            let part = multipart::file(&bytes, boundary)
                .ok_or_else(|| Fault::unreadable("a form with one file was expected"))?;
            let anything = "application/octet-stream";
            mime_type = part.content_type.unwrap_or(anything).into();
            let named = |name: &&str| !name.is_empty() && !has_control(name);
            filename = part.filename.filter(named).map(Into::into);
            let place = part.bytes;
            bytes.truncate(place.end);
            bytes.drain(..place.start);
        }
        check(&mime_type, &bytes)?;
        Ok(Self {
            mime_type,
            filename,
            sha256: Sha256::digest(&bytes).into(),
            bytes,
        })
    }
}

fn check(mime_type: &str, bytes: &[u8]) -> Result<(), Fault> {
    if bytes.is_empty() {
        return Err(Fault::missing("the file"));
    }
    let media_type = pictures::bare(mime_type);
    if !is_media_type(&media_type) || has_control(mime_type) {
        return Err(Fault::invalid("Content-Type", "is none that can be sent"));
    }
    if pictures::is_broken(&media_type, bytes) {
        let details = format!("the file is no {media_type}");
        return Err(Fault::of_request(INTERNAL, details));
    }
    Ok(())
}

/// Everything can be sent as a document, but what an HTTP library calls bytes of which it was told
/// nothing is no type of a file.
fn is_media_type(media_type: &str) -> bool {
    const NAMELESS: &str = "application/x-www-form-urlencoded";
    let is_token = |text: &str| {
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte);
        !text.is_empty() && text.bytes().all(is_allowed)
    };
    let halves = media_type.split_once('/');
    let is_type = halves.is_some_and(|(kind, form)| is_token(kind) && is_token(form));
    is_type && media_type != NAMELESS && !media_type.starts_with("multipart/")
}
