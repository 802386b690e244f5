//! Channels: the senders of an account.

use std::collections::BTreeMap;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use dragoman_core::Secret;
use dragoman_core::catalog::{Change, Channel, OnpremUser, Source};
use dragoman_core::rate::Rate;
use serde::{Deserialize, Serialize};

use super::accounts::{bad_uuid, find_account};
use super::answer::{Problem, read};
use super::{Native, Room};
use crate::whatsapp_onprem;

/// How many attempts may be in flight at once, unless it is said otherwise.
const CONCURRENCY: u16 = 32;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewChannel {
    driver: String,
    slug: String,
    account: String,
    uuid: Option<String>,
    title: Option<String>,
    phone_number_id: String,
    phone: Option<String>,
    /// The driver's settings: `waba_id`, `access_token`, `app_secret`, `verify_token`, `graph_url`.
    settings: BTreeMap<Box<str>, String>,
    rate: Option<String>,
}

#[derive(Serialize)]
struct AddedChannel {
    id: String,
    slug: String,
    webhook_url: String,
    /// Shown once, to be changed at the first login.
    onprem_password: String,
}

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

pub(super) async fn add(
    State(native): Room,
    headers: HeaderMap,
    body: Bytes,
) -> Result<impl IntoResponse, Problem> {
    native.caller(&headers)?.operator()?;
    let new: NewChannel = read(&body)?;
    let channel = checked(&native, new)?;
    let password = native.services.one_time_password();
    let salt = native.services.random.bits();
    let hashed = password.clone();
    let hashing = move || whatsapp_onprem::hash_password(&hashed, salt);
    let password_hash = tokio::task::spawn_blocking(hashing)
        .await
        .map_err(|_| Problem::Unavailable)?;
    let admin = OnpremUser {
        id: native.services.fresh_id(),
        channel: channel.id,
        name: "admin".into(),
        password_hash,
        must_change: true,
    };
    let answer = AddedChannel {
        id: channel.id.simple(),
        slug: channel.slug.to_string(),
        webhook_url: webhook_url(&native, &channel),
        onprem_password: password,
    };
    native
        .services
        .store
        .change(vec![Change::Channel(channel), Change::OnpremUser(admin)])
        .await?;
    Ok((StatusCode::CREATED, Json(answer)))
}

pub(super) async fn set(
    State(native): Room,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<impl IntoResponse, Problem> {
    let caller = native.caller(&headers)?;
    let wanted: Settings = read(&body)?;
    let catalog = native.catalog();
    let found = catalog
        .channel_by_name(&name)
        .filter(|channel| caller.may(channel.account));
    let mut channel = found.ok_or(Problem::NotFound("channel"))?.clone();
    if let Some(text) = &wanted.rate {
        channel.rate = rate(text)?;
    }
    if let Some(concurrency) = wanted.concurrency {
        if !(1..=1024).contains(&concurrency) {
            return Err(Problem::invalid(
                "concurrency",
                "must be between 1 and 1024",
            ));
        }
        channel.concurrency = concurrency;
    }
    channel.title = wanted.title.map_or(channel.title, Into::into);
    channel.enabled = wanted.enabled.unwrap_or(channel.enabled);
    let answer = shown(&native, &channel);
    native
        .services
        .store
        .change(vec![Change::Channel(channel)])
        .await?;
    Ok(Json(answer))
}

fn checked(native: &Native, new: NewChannel) -> Result<Channel, Problem> {
    if new.driver != "whatsapp_cloud" {
        return Err(Problem::invalid("driver", "must be whatsapp_cloud"));
    }
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if !(1..=32).contains(&new.slug.len()) || !new.slug.bytes().all(allowed) {
        return Err(Problem::invalid(
            "slug",
            "must have 1 to 32 of a-z, 0-9 and -",
        ));
    }
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(&new.phone_number_id) {
        return Err(Problem::invalid("phone_number_id", "must be digits"));
    }
    for name in ["waba_id", "access_token", "app_secret", "verify_token"] {
        if new.settings.get(name).is_none_or(String::is_empty) {
            return Err(Problem::invalid("settings", format!("{name} is missing")));
        }
    }
    let account = find_account(native, &new.account)?;
    let catalog = native.catalog();
    let first = catalog.main_channel(account, Source::Whatsapp).is_none();
    let now = native.services.clock.now();
    Ok(Channel {
        id: native
            .services
            .id_or_fresh(new.uuid.as_deref())
            .ok_or_else(bad_uuid)?,
        account,
        title: new.title.unwrap_or_else(|| new.slug.clone()).into(),
        slug: new.slug.into(),
        driver: new.driver.into(),
        source: Source::Whatsapp,
        provider_id: new.phone_number_id.into(),
        phone: new.phone.map(|phone| phone.trim_start_matches('+').into()),
        settings: new
            .settings
            .into_iter()
            .map(|(name, value)| (name, Secret::new(value)))
            .collect(),
        rate: new.rate.as_deref().map_or(Ok(Rate::WHATSAPP), rate)?,
        concurrency: CONCURRENCY,
        main: first,
        enabled: true,
        created_at: now,
        watched_since: now,
    })
}

fn rate(text: &str) -> Result<Rate, Problem> {
    text.parse()
        .map_err(|error: dragoman_core::rate::NotARate| Problem::invalid("rate", error.to_string()))
}

fn webhook_url(native: &Native, channel: &Channel) -> String {
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
