//! A new channel: what the operator says of it, checked, with the first On-Premises login.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use dragoman_core::Secret;
use dragoman_core::catalog::{Change, Channel, OnpremUser, Source};
use dragoman_core::ports::{Driver, edit};
use dragoman_core::rate::Rate;
use serde::{Deserialize, Serialize};

use super::accounts::{bad_uuid, find_account};
use super::answer::{Body, Problem, check_name};
use super::channels::{rate, webhook_url};
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
    /// By the driver's own names.
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

pub(super) async fn add(
    State(native): Room,
    headers: HeaderMap,
    body: Body,
) -> Result<impl IntoResponse, Problem> {
    native.caller(&headers)?.operator()?;
    let channel = checked(&native, body.read()?)?;
    let password = native.services.one_time_password();
    let admin = admin(&native, &channel, password.clone()).await?;
    edit(&*native.services.store, |catalog| {
        // A record with the same id would take its place.
        if catalog.channel(channel.id).is_some() {
            return Err(Problem::Taken(format!("the uuid {}", channel.id)));
        }
        let first = catalog.main_channel(channel.account, channel.source);
        let channel = Channel {
            main: first.is_none(),
            ..channel.clone()
        };
        let changes = vec![Change::Channel(channel), Change::OnpremUser(admin.clone())];
        Ok((changes, ()))
    })
    .await?;
    let answer = AddedChannel {
        id: channel.id.simple(),
        slug: channel.slug.to_string(),
        webhook_url: webhook_url(&native, &channel),
        onprem_password: password,
    };
    Ok((StatusCode::CREATED, Json(answer)))
}

async fn admin(
    native: &Native,
    channel: &Channel,
    password: String,
) -> Result<OnpremUser, Problem> {
    let salt = native.services.random.bits();
    let hashing = move || whatsapp_onprem::hash_password(&password, salt);
    let password_hash = tokio::task::spawn_blocking(hashing)
        .await
        .map_err(|_| Problem::Unavailable)?;
    Ok(OnpremUser {
        id: native.services.fresh_id(),
        channel: channel.id,
        name: "admin".into(),
        password_hash,
        must_change: true,
    })
}

fn checked(native: &Native, new: NewChannel) -> Result<Channel, Problem> {
    let driver = driver(native, &new.driver)?;
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if !(1..=32).contains(&new.slug.len()) || !new.slug.bytes().all(allowed) {
        return Err(Problem::invalid(
            "slug",
            "must have 1 to 32 of a-z, 0-9 and -",
        ));
    }
    let title = new.title.unwrap_or_else(|| new.slug.clone());
    check_name("title", &title)?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(&new.phone_number_id) {
        return Err(Problem::invalid("phone_number_id", "must be digits"));
    }
    let now = native.services.clock.now();
    Ok(Channel {
        id: native
            .services
            .id_or_fresh(new.uuid.as_deref())
            .ok_or_else(bad_uuid)?,
        account: find_account(native, &new.account)?,
        title: title.into(),
        slug: new.slug.into(),
        driver: driver.name().into(),
        source: Source::Whatsapp,
        provider_id: new.phone_number_id.into(),
        phone: new.phone.map(|phone| phone.trim_start_matches('+').into()),
        settings: settings(driver, new.settings)?,
        rate: new.rate.as_deref().map_or(Ok(Rate::WHATSAPP), rate)?,
        concurrency: CONCURRENCY,
        main: false,
        enabled: true,
        created_at: now,
        watched_since: now,
    })
}

fn driver<'a>(native: &'a Native, name: &str) -> Result<&'a dyn Driver, Problem> {
    let drivers = &native.services.drivers;
    let found = drivers.iter().find(|driver| driver.name() == name);
    found.map(|driver| &**driver).ok_or_else(|| {
        let names: Vec<&str> = drivers.iter().map(|driver| driver.name()).collect();
        Problem::invalid("driver", format!("must be one of {}", names.join(", ")))
    })
}

/// All that the driver requires, and nothing that it does not know.
fn settings(
    driver: &dyn Driver,
    given: BTreeMap<Box<str>, String>,
) -> Result<BTreeMap<Box<str>, Secret>, Problem> {
    let known = driver.settings();
    let is_missing = |name| given.get(name).is_none_or(String::is_empty);
    let mut required = known.iter().filter(|setting| setting.required);
    if let Some(setting) = required.find(|setting| is_missing(setting.name)) {
        let text = format!("{} is missing", setting.name);
        return Err(Problem::invalid("settings", text));
    }
    let is_known = |name: &str| known.iter().any(|setting| setting.name == name);
    if let Some(name) = given.keys().find(|name| !is_known(name)) {
        let text = format!("{} has no setting {name:?}", driver.name());
        return Err(Problem::invalid("settings", text));
    }
    let secret = |(name, value): (_, String)| (name, Secret::new(value));
    Ok(given.into_iter().map(secret).collect())
}
