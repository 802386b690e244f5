//! Reading what a client uploads.

use std::time::Duration;

use axum::body::Body;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_LENGTH;
use http_body_util::BodyExt;

use crate::memory::{Memory, Share, Spent};
use crate::whatsapp_onprem::limits::UPLOAD;
use crate::whatsapp_onprem::render::Fault;

/// So many bytes are taken at once at least.
const STEP: usize = 64 << 10;

/// Whoever sends nothing for so long has gone away, perhaps without a word: what has arrived must
/// not keep others away for ever.
const SILENCE: Duration = Duration::from_secs(60);

impl From<Spent> for Fault {
    fn from(Spent: Spent) -> Self {
        Self::unavailable()
    }
}

/// Reads the body of a call. Memory is taken for what has arrived, not for what is announced:
/// whoever announces much and sends nothing keeps nobody away.
///
/// # Errors
/// 1016 when there is no more memory, 413 when it is too large, 1025 when it breaks off or stands
/// still.
pub(in crate::whatsapp_onprem) async fn read(
    memory: &Memory,
    headers: &HeaderMap,
    mut body: Body,
) -> Result<(Vec<u8>, Share), Fault> {
    let announced = headers.get(CONTENT_LENGTH);
    let announced = announced.and_then(|length| length.to_str().ok()?.parse().ok());
    if announced.is_some_and(|length: usize| length > UPLOAD) {
        return Err(Fault::too_large(UPLOAD));
    }
    let (mut bytes, mut share, mut taken) = (Vec::new(), Share::default(), 0);
    loop {
        let frame = tokio::time::timeout(SILENCE, body.frame()).await;
        let frame = frame.map_err(|_| Fault::unreadable("the body stands still"))?;
        let Some(frame) = frame else {
            return Ok((bytes, share));
        };
        let frame = frame.map_err(|_| Fault::unreadable("the body broke off"))?;
        let Ok(chunk) = frame.into_data() else {
            continue;
        };
        if bytes.len() + chunk.len() > UPLOAD {
            return Err(Fault::too_large(UPLOAD));
        }
        bytes.extend_from_slice(&chunk);
        if bytes.len() > taken {
            // In steps, so that small chunks are not rounded up one by one.
            let step = (bytes.len() - taken).max(STEP);
            memory.add(&mut share, step)?;
            taken += step;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn memory_is_taken_for_what_arrives_and_given_back() {
        let memory = Memory::default();
        let whole = memory.free();
        let body = Body::from(vec![7; 300_000]);
        let (bytes, share) = read(&memory, &HeaderMap::new(), body).await.unwrap();
        assert_eq!(bytes.len(), 300_000);
        assert!((300_000..400_000).contains(&(whole - memory.free())));
        let lent = share.lend(bytes);
        assert!(memory.free() < whole);
        drop(lent);
        assert_eq!(memory.free(), whole);
    }

    #[tokio::test]
    async fn when_the_memory_is_spent_others_are_sent_away_until_it_is_back() {
        let memory = Memory::default();
        let spent = memory.take(memory.free()).unwrap();
        let read = async |memory: &Memory| {
            let read = read(memory, &HeaderMap::new(), Body::from("x")).await;
            read.map(|(bytes, _)| bytes)
        };
        assert_eq!(read(&memory).await, Err(Fault::unavailable()));
        drop(spent);
        assert_eq!(read(&memory).await, Ok(b"x".to_vec()));
    }

    #[tokio::test]
    async fn what_is_too_large_is_not_read_to_its_end() {
        let memory = Memory::default();
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_LENGTH, (UPLOAD + 1).into());
        let refused = read(&memory, &headers, Body::empty()).await;
        assert_eq!(refused.err(), Some(Fault::too_large(UPLOAD)));
        let unannounced = Body::from(vec![0; UPLOAD + 1]);
        let unannounced = read(&memory, &HeaderMap::new(), unannounced).await;
        assert_eq!(unannounced.err(), Some(Fault::too_large(UPLOAD)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_stands_still_gives_its_memory_back() {
        let memory = Memory::default();
        let whole = memory.free();
        let body = Body::new(Body::from("abc").with_trailers(std::future::pending()));
        let refused = read(&memory, &HeaderMap::new(), body).await;
        let expected = Fault::unreadable("the body stands still");
        assert_eq!(refused.err(), Some(expected));
        assert_eq!(memory.free(), whole);
    }
}
