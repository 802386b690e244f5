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

use crate::memory::{Memory, Share};
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
        .with_state(House {
            services,
            memory: Memory::default(),
        })
}

/// What files are served with.
#[derive(Clone)]
struct House {
    services: Arc<Services>,
    /// What files may take while they pass. An address is good for whoever has it, as often as
    /// they like.
    memory: Memory,
}

/// A file that is there, and the memory that its bytes take.
struct Found {
    file: File,
    bytes: Vec<u8>,
    share: Share,
}

/// Why a file is not served now.
#[derive(Debug, thiserror::Error)]
enum Hindrance {
    #[error("{0}")]
    Store(#[from] StoreError),
    #[error("too many files are on their way")]
    Crowded,
}

async fn serve(
    State(house): State<House>,
    Path(name): Path<String>,
) -> Result<Response, StatusCode> {
    match find(&house, &name).await {
        Ok(Some(found)) => {
            let headers = headers(&found.file, found.bytes.len());
            Ok((headers, found.share.lend(found.bytes)).into_response())
        }
        Ok(None) => Err(StatusCode::NOT_FOUND),
        Err(error) => {
            tracing::warn!(%error, "a file could not be served");
            Err(StatusCode::SERVICE_UNAVAILABLE)
        }
    }
}

async fn find(house: &House, name: &str) -> Result<Option<Found>, Hindrance> {
    let services = &house.services;
    let now = services.clock.now();
    let Some((owner, id)) = services.links.opened(name, now) else {
        return Ok(None);
    };
    let catalog = services.store.catalog();
    let account = catalog.accounts.iter().find(|account| account.id == owner);
    let Some(account) = account else {
        return Ok(None);
    };
    let Some(file) = services.files.file(account.tenant(), id).await? else {
        return Ok(None);
    };
    let share = house.memory.take(file.size as usize);
    let share = share.map_err(|_| Hindrance::Crowded)?;
    let Some(bytes) = services.objects.get(id).await? else {
        return Ok(None);
    };
    if now.since(file.used_at) > USED_AGAIN {
        services.files.used_file(id, now).await?;
    }
    Ok(Some(Found { file, bytes, share }))
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

#[cfg(test)]
mod tests {
    use dragoman_core::catalog::{Account, Catalog};
    use dragoman_core::{Id, Timestamp};

    use super::*;
    use crate::doubles::{MemoryStore, services};
    use crate::links::Linked;

    #[tokio::test]
    async fn files_on_their_way_have_a_bound_together() {
        let (id, account) = (Id::from_u128(1), Id::from_u128(2));
        let owner = Account {
            id: account,
            name: "acme".into(),
            created_at: Timestamp::default(),
        };
        let catalog = Catalog {
            accounts: vec![owner],
            ..Catalog::default()
        };
        let services = services(Arc::new(MemoryStore::new(catalog)));
        let now = services.clock.now();
        let file = File {
            id,
            account,
            channel: Id::from_u128(3),
            mime_type: "image/png".into(),
            size: 5,
            sha256: [0; 32],
            filename: None,
            created_at: now,
            used_at: now,
        };
        services.files.keep_file(file).await.unwrap();
        services.objects.put(id, b"bytes".to_vec()).await.unwrap();
        let linked = Linked {
            account,
            file: id,
            extension: None,
        };
        let link = services.links.link(linked, now);
        let name = link.rsplit('/').next().unwrap().to_owned();
        let house = House {
            services: Arc::new(services),
            memory: Memory::default(),
        };
        let fetch = async || serve(State(house.clone()), Path(name.clone())).await;

        let whole = house.memory.free();
        let answer = fetch().await.unwrap();
        assert!(house.memory.free() < whole, "it is lent until it is sent");
        drop(answer);
        assert_eq!(house.memory.free(), whole);

        let _spent = house.memory.take(whole).unwrap();
        assert_eq!(fetch().await.unwrap_err(), StatusCode::SERVICE_UNAVAILABLE);
    }
}
