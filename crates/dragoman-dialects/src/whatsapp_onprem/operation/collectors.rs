//! `/v1/services/…/gc`: clearing away, now. The answer says that it has begun, a webhook that it is
//! done.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use dragoman_core::Raw;
use dragoman_core::news::Notice;
use dragoman_core::ports::{Format, StoreError};
use serde_json::{Value, json};

use crate::services::Services;
use crate::whatsapp_onprem::caller::{Admin, ThisChannel};
use crate::whatsapp_onprem::codes::{INTERNAL, title};
use crate::whatsapp_onprem::render::{Fault, answer};
use crate::whatsapp_onprem::{Onprem, OnpremFormat};

/// A file that nobody has sent or asked for that long is cleared away.
const UNUSED: Duration = Duration::from_secs(30 * 24 * 3600);

/// So many of the installation's files are looked through at a time.
const PAGE: usize = 10_000;

/// Nothing is deleted: how long messages are kept is the operator's decision.
pub(in crate::whatsapp_onprem) async fn messages(
    State(house): State<Onprem>,
    admin: Admin,
) -> Result<Response, Fault> {
    let (services, channel) = (Arc::clone(&house.services), admin.channel);
    tokio::spawn(async move {
        let gc = json!({ "status": "complete", "messages_deleted": 0 });
        tell(&services, channel, json!({ "message": { "gc": gc } })).await;
    });
    Ok(begun("message"))
}

/// Deletes the channel's files that nobody uses.
pub(in crate::whatsapp_onprem) async fn media(
    State(house): State<Onprem>,
    admin: Admin,
) -> Result<Response, Fault> {
    let (services, channel) = (Arc::clone(&house.services), admin.channel);
    tokio::spawn(async move {
        let mut deleted = 0_u64;
        let ended = collect(&services, channel, &mut deleted).await;
        let gc = match ended {
            Ok(()) => json!({ "status": "complete", "items_deleted": deleted }),
            Err(error) => {
                let error = json!({
                    "code": INTERNAL,
                    "title": title(INTERNAL),
                    "details": error.to_string(),
                });
                json!({ "status": "failed", "items_deleted": deleted, "errors": [error] })
            }
        };
        tell(&services, channel, json!({ "media": { "gc": gc } })).await;
    });
    Ok(begun("media"))
}

fn begun(what: &str) -> Response {
    let processing = json!({ what: { "gc": { "status": "processing" } } });
    answer(StatusCode::OK, json!({ "services": processing }))
}

/// Deletes page by page, until a page holds none of the channel's files.
async fn collect(
    services: &Services,
    channel: ThisChannel,
    deleted: &mut u64,
) -> Result<(), StoreError> {
    let since = services.clock.now().minus(UNUSED);
    loop {
        let unused = services.files.unused_files(since, PAGE).await?;
        let ours = unused.iter().filter(|file| file.channel == channel.id);
        let ours = ours.map(|file| file.id).collect();
        match services.files.remove_unused(ours, since).await? {
            0 => return Ok(()),
            removed => *deleted += removed as u64,
        }
    }
}

async fn tell(services: &Services, channel: ThisChannel, service: Value) {
    let notice = Notice {
        channel: channel.id,
        format: OnpremFormat.name().into(),
        body: Raw::new(json!({ "services": [service] }).to_string()),
    };
    let now = services.clock.now();
    if let Err(error) = services.store.notify(channel.account, notice, now).await {
        tracing::error!(channel = %channel.id, %error, "telling that files were cleared away");
    }
}
