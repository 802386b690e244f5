//! Files on their way through the memory: each is held whole, all together within a budget.

use std::sync::Arc;

use axum::body::Body;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_LENGTH;
use http_body_util::BodyExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::whatsapp_onprem::limits::UPLOAD;
use crate::whatsapp_onprem::render::Fault;

/// What all files that are in memory may have together, in KiB: 256 MiB.
const BUDGET_KIB: u32 = 256 << 10;

/// So many bytes are taken at once at least.
const STEP: usize = 64 << 10;

/// The memory for files. Whoever finds none left is told to come again.
#[derive(Clone, Debug)]
pub(in crate::whatsapp_onprem) struct Memory(Arc<Semaphore>);

/// A share of the memory, given back when dropped.
#[derive(Debug)]
pub(in crate::whatsapp_onprem) struct Share(Option<OwnedSemaphorePermit>);

impl Default for Memory {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(BUDGET_KIB as usize)))
    }
}

impl Memory {
    /// Memory for so many bytes.
    ///
    /// # Errors
    /// 1016 when there is no more.
    pub(in crate::whatsapp_onprem) fn take(&self, bytes: usize) -> Result<Share, Fault> {
        let mut share = Share(None);
        self.add(&mut share, bytes)?;
        Ok(share)
    }

    fn add(&self, share: &mut Share, bytes: usize) -> Result<(), Fault> {
        let kib = u32::try_from(bytes.div_ceil(1024)).map_err(|_| Fault::unavailable())?;
        let more = Arc::clone(&self.0).try_acquire_many_owned(kib);
        let more = more.map_err(|_| Fault::unavailable())?;
        match &mut share.0 {
            Some(own) => own.merge(more),
            none @ None => *none = Some(more),
        }
        Ok(())
    }

    /// Reads the body of a call. Memory is taken for what has arrived, not for what is announced:
    /// whoever announces much and sends nothing keeps nobody away.
    ///
    /// # Errors
    /// 1016 when there is no more memory, 413 when it is too large, 1025 when it breaks off.
    pub(in crate::whatsapp_onprem) async fn read(
        &self,
        headers: &HeaderMap,
        mut body: Body,
    ) -> Result<(Vec<u8>, Share), Fault> {
        let announced = headers.get(CONTENT_LENGTH);
        let announced = announced.and_then(|length| length.to_str().ok()?.parse().ok());
        if announced.is_some_and(|length: usize| length > UPLOAD) {
            return Err(Fault::too_large(UPLOAD));
        }
        let mut bytes = Vec::with_capacity(announced.unwrap_or_default());
        let (mut share, mut taken) = (Share(None), 0);
        while let Some(frame) = body.frame().await {
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
                self.add(&mut share, step)?;
                taken += step;
            }
        }
        Ok((bytes, share))
    }
}

impl Share {
    /// The bytes as a body; the share is given back when they are gone.
    pub(in crate::whatsapp_onprem) fn lend(self, bytes: Vec<u8>) -> Body {
        let lent = Lent {
            bytes,
            _share: self,
        };
        Body::from(axum::body::Bytes::from_owner(lent))
    }
}

struct Lent {
    bytes: Vec<u8>,
    _share: Share,
}

impl AsRef<[u8]> for Lent {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn free(memory: &Memory) -> usize {
        memory.0.available_permits() << 10
    }

    #[tokio::test]
    async fn memory_is_taken_for_what_arrives_and_given_back() {
        let memory = Memory::default();
        let whole = free(&memory);
        let body = Body::from(vec![7; 300_000]);
        let (bytes, share) = memory.read(&HeaderMap::new(), body).await.unwrap();
        assert_eq!(bytes.len(), 300_000);
        assert!((300_000..400_000).contains(&(whole - free(&memory))));
        let lent = share.lend(bytes);
        assert!(free(&memory) < whole);
        drop(lent);
        assert_eq!(free(&memory), whole);
    }

    #[tokio::test]
    async fn when_the_memory_is_spent_others_are_sent_away_until_it_is_back() {
        let memory = Memory::default();
        let spent = memory.take(free(&memory)).unwrap();
        let read = async |memory: &Memory| {
            let read = memory.read(&HeaderMap::new(), Body::from("x")).await;
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
        let refused = memory.read(&headers, Body::empty()).await;
        assert_eq!(refused.err(), Some(Fault::too_large(UPLOAD)));
        let unannounced = memory
            .read(&HeaderMap::new(), Body::from(vec![0; UPLOAD + 1]))
            .await;
        assert_eq!(unannounced.err(), Some(Fault::too_large(UPLOAD)));
    }
}
