//! Channels: the senders of an account.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use dragoman_core::catalog::{Change, Channel};
use dragoman_core::ports::edit;
use dragoman_core::rate::{NotARate, Rate};
use serde::Deserialize;

use super::answer::{Body, Problem, check_name};
use super::{Native, Room};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    rate: Option<String>,
    concurrency: Option<u16>,
    title: Option<String>,
    enabled: Option<bool>,
}

pub(super) async fn list(
    State(native): Room,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Problem> {
    let caller = native.caller(&headers)?;
    let catalog = native.catalog();
    let visible = catalog
        .channels
        .iter()
        .filter(|channel| caller.may(channel.account));
    let channels: Vec<_> = visible.map(|channel| shown(&native, channel)).collect();
    Ok(Json(serde_json::json!({ "channels": channels })))
}

/// Changes what is named and leaves the rest as it is.
pub(super) async fn set(
    State(native): Room,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<impl IntoResponse, Problem> {
    let caller = native.caller(&headers)?;
    let wanted: Settings = body.read()?;
    let answer = edit(&*native.services.store, |catalog| {
        let found = catalog
            .channel_by_name(&name)
            .filter(|channel| caller.may(channel.account));
        let channel = found.ok_or(Problem::NotFound("channel"))?;
        let channel = wanted.applied_to(channel)?;
        let answer = shown(&native, &channel);
        Ok::<_, Problem>((vec![Change::Channel(channel)], answer))
    })
    .await?;
    Ok(Json(answer))
}

impl Settings {
    fn applied_to(&self, channel: &Channel) -> Result<Channel, Problem> {
        let mut channel = channel.clone();
        if let Some(text) = &self.rate {
            channel.rate = rate(text)?;
        }
        if let Some(concurrency) = self.concurrency {
            if !(1..=1024).contains(&concurrency) {
                return Err(Problem::invalid(
                    "concurrency",
                    "must be between 1 and 1024",
                ));
            }
            channel.concurrency = concurrency;
        }
        if let Some(title) = &self.title {
            check_name("title", title)?;
            channel.title = title.as_str().into();
        }
        channel.enabled = self.enabled.unwrap_or(channel.enabled);
        Ok(channel)
    }
}

/// A rate as people write it.
pub(super) fn rate(text: &str) -> Result<Rate, Problem> {
    text.parse()
        .map_err(|error: NotARate| Problem::invalid("rate", error.to_string()))
}

/// What the provider is told to call.
pub(super) fn webhook_url(native: &Native, channel: &Channel) -> String {
    format!(
        "{}/in/{}/{}",
        native.services.public_url, channel.driver, channel.slug
    )
}

/// A channel without its secrets.
fn shown(native: &Native, channel: &Channel) -> serde_json::Value {
    serde_json::json!({
        "id": channel.id.simple(),
        "slug": channel.slug,
        "title": channel.title,
        "driver": channel.driver,
        "provider_id": channel.provider_id,
        "rate": channel.rate.to_string(),
        "concurrency": channel.concurrency,
        "main": channel.main,
        "enabled": channel.enabled,
        "webhook_url": webhook_url(native, channel),
    })
}
