//! `/v1/media`: files of clients, and those that customers sent.

use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::http::header::{
    CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use dragoman_core::Id;
use dragoman_core::file::File;
use dragoman_core::ports::StoreError;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde_json::json;

use super::received::Received;
use super::uploads;
use crate::memory::Share;
use crate::services::Services;
use crate::whatsapp_onprem::Onprem;
use crate::whatsapp_onprem::caller::{Caller, ThisChannel};
use crate::whatsapp_onprem::render::{Fault, answer, done};

/// The file that a path names.
#[derive(Deserialize)]
pub(in crate::whatsapp_onprem) struct Named {
    id: String,
}

/// Keeps a file: its bytes are durable before anybody knows of it.
pub(in crate::whatsapp_onprem) async fn upload(
    State(house): State<Onprem>,
    caller: Caller,
    request: Request,
) -> Result<Response, Fault> {
    let (head, body) = request.into_parts();
    let (bytes, share) = uploads::read(&house.memory, &head.headers, body).await?;
    let received = Received::read(&head.headers, bytes).await?;
    let services = &house.services;
    let (id, now) = (services.fresh_id(), services.clock.now());
    let file = File {
        id,
        account: caller.channel.account.id(),
        channel: caller.channel.id,
        mime_type: received.mime_type,
        size: received.bytes.len() as u64,
        sha256: received.sha256,
        filename: received.filename,
        created_at: now,
        used_at: now,
    };
    let keeping = keep(Arc::clone(services), file, received.bytes, share);
    // A client that goes away in between must not leave bytes behind that nobody knows of.
    let kept = tokio::spawn(keeping).await;
    kept.map_err(|_| Fault::unavailable())??;
    let media = json!({ "media": [{ "id": id.dashed() }] });
    Ok(answer(StatusCode::OK, media))
}

async fn keep(
    services: Arc<Services>,
    file: File,
    bytes: Vec<u8>,
    _share: Share,
) -> Result<(), StoreError> {
    let id = file.id;
    services.objects.put(id, bytes).await?;
    let kept = services.files.keep_file(file).await;
    if kept.is_err() {
        // Nobody will ask for the bytes. If they stay, so be it: the call has failed already.
        let _ = services.objects.delete(id).await;
    }
    kept
}

/// The bytes of a file.
pub(in crate::whatsapp_onprem) async fn download(
    State(house): State<Onprem>,
    Path(named): Path<Named>,
    caller: Caller,
) -> Result<Response, Fault> {
    let services = &house.services;
    let file = of_channel(services, caller.channel, id(&named)?).await?;
    let file = file.ok_or_else(unknown)?;
    let share = house.memory.take(file.size as usize)?;
    let bytes = services.objects.get(file.id).await?;
    let bytes = bytes.ok_or_else(unknown)?;
    services
        .files
        .used_file(file.id, services.clock.now())
        .await?;
    let length = HeaderValue::from(bytes.len());
    let mut response = share.lend(bytes).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_LENGTH, length);
    headers.insert(CONTENT_TYPE, content_type(&file));
    // A page among the files must not act in our name.
    headers.insert(CONTENT_DISPOSITION, disposition(&file));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let sandbox = HeaderValue::from_static("default-src 'none'; sandbox");
    headers.insert(CONTENT_SECURITY_POLICY, sandbox);
    Ok(response)
}

/// Forgets a file.
pub(in crate::whatsapp_onprem) async fn delete(
    State(house): State<Onprem>,
    Path(named): Path<Named>,
    caller: Caller,
) -> Result<Response, Fault> {
    let services = &house.services;
    let file = of_channel(services, caller.channel, id(&named)?).await?;
    let file = file.ok_or_else(unknown)?;
    if services.files.remove_file(file.tenant(), file.id).await? {
        Ok(done())
    } else {
        Err(unknown())
    }
}

/// The channel's file with this id. A login is one of a channel, and so is what it may see.
///
/// # Errors
/// The store is unwell.
pub(in crate::whatsapp_onprem) async fn of_channel(
    services: &Services,
    channel: ThisChannel,
    id: Id,
) -> Result<Option<File>, StoreError> {
    let file = services.files.file(channel.account, id).await?;
    Ok(file.filter(|file| file.channel == channel.id))
}

/// Both spellings, as clients keep ids in columns of their own making.
fn id(named: &Named) -> Result<Id, Fault> {
    named.id.parse().map_err(|_| unknown())
}

fn unknown() -> Fault {
    Fault::not_found("There is no such file.")
}

fn content_type(file: &File) -> HeaderValue {
    let anything = HeaderValue::from_static("application/octet-stream");
    HeaderValue::from_str(&file.mime_type).unwrap_or(anything)
}

fn disposition(file: &File) -> HeaderValue {
    let bare = HeaderValue::from_static("attachment");
    let Some(name) = &file.filename else {
        return bare;
    };
    let name = utf8_percent_encode(name, NON_ALPHANUMERIC);
    HeaderValue::from_str(&format!("attachment; filename*=UTF-8''{name}")).unwrap_or(bare)
}
