//! A new channel: what the operator says of it, checked, with the first On-Premises login.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::Response;
use dragoman_core::catalog::{Catalog, Change, Channel, OnpremUser, Sending, Source};
use dragoman_core::ports::Driver;
use dragoman_core::{Id, Secret, Tenant, rate};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answer::Problem;
use super::call::Call;
use super::channels::webhook_url;
use super::words::{Name, Policy, Rate, Uuid};
use super::{Native, Room, channel_settings, record};
use crate::passwords;

/// How many attempts may be in flight at once, unless it is said otherwise.
const CONCURRENCY: u16 = 32;

/// A new channel.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewChannel {
    /// What speaks for it (`whatsapp_cloud`).
    driver: String,
    /// Unique in the installation.
    #[schema(pattern = "^[a-z0-9-]{1,32}$")]
    slug: String,
    /// Name or uuid of the account.
    account: Option<String>,
    /// An id to keep.
    uuid: Option<Uuid>,
    /// Left out, the slug.
    title: Option<Name>,
    /// The provider's id of the number.
    #[schema(pattern = "^[0-9]+$")]
    phone_number_id: String,
    /// The sender's own number.
    phone: Option<String>,
    /// By the driver's own names.
    #[schema(value_type = BTreeMap<String, String>)]
    settings: BTreeMap<Box<str>, String>,
    rate: Option<Rate>,
    on_unknown: Option<Policy>,
    /// Whether an error of the provider's servers leaves a message unknown.
    #[serde(default)]
    strict: bool,
}

/// A channel that was added.
#[derive(Serialize, ToSchema)]
pub(super) struct AddedChannel {
    id: String,
    slug: String,
    /// What the provider is told to call.
    webhook_url: String,
    /// Of the On-Premises user `admin`: shown this once, and `null` when the call is repeated. To
    /// be changed at the first login.
    onprem_password: Option<String>,
}

pub(super) async fn add(State(native): Room, call: Call) -> Result<Response, Problem> {
    call.caller.operator()?;
    let new: NewChannel = call.read()?;
    let account = call
        .caller
        .account(&native.catalog(), new.account.as_deref())?;
    let uuid = new.uuid.clone();
    let channel = checked(&native, account, new)?;
    let password = native.services.one_time_password();
    let hash = passwords::hashed(password.clone(), native.services.random.bits()).await;
    let hash = hash.ok_or(Problem::Unavailable)?;
    let admin = native.services.fresh_id();
    let made = record::create(&native, &call, (account, uuid), |catalog, id| {
        let admin = OnpremUser {
            id: admin,
            channel: id,
            name: "admin".into(),
            password_hash: hash.clone(),
            must_change: true,
        };
        let channel = Channel {
            id,
            main: is_first(catalog, &channel),
            ..channel.clone()
        };
        Ok((vec![Change::OnpremUser(admin)], channel))
    })
    .await?;
    let answer = AddedChannel {
        id: made.record.id.simple(),
        slug: made.record.slug.to_string(),
        webhook_url: webhook_url(&native, &made.record),
        onprem_password: (!made.replayed).then_some(password),
    };
    Ok(made.showing(answer))
}

fn is_first(catalog: &Catalog, channel: &Channel) -> bool {
    let main = catalog.main_channel(channel.tenant(), channel.source);
    main.is_none()
}

/// What is to be added, still without its id.
fn checked(native: &Native, account: Tenant, new: NewChannel) -> Result<Channel, Problem> {
    let driver = driver(native, &new.driver)?;
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
    let now = native.services.clock.now();
    Ok(Channel {
        id: Id::from_u128(0),
        account: account.id(),
        title: new
            .title
            .map_or_else(|| new.slug.as_str().into(), |title| title.0),
        slug: new.slug.into(),
        driver: driver.name().into(),
        source: Source::Whatsapp,
        provider_id: new.phone_number_id.into(),
        phone: new.phone.map(|phone| phone.trim_start_matches('+').into()),
        settings: settings(driver, new.settings)?,
        rate: new.rate.map_or(rate::Rate::WHATSAPP, |rate| rate.0),
        concurrency: CONCURRENCY,
        main: false,
        enabled: true,
        created_at: now,
        sending: Sending {
            on_unknown: new.on_unknown.map(|policy| policy.0).unwrap_or_default(),
            strict: new.strict,
            ..Sending::default()
        },
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

/// All that the driver requires, and nothing that neither it nor the On-Premises API knows.
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
    for (name, value) in &given {
        channel_settings::check(driver, name, value)?;
    }
    let secret = |(name, value): (_, String)| (name, Secret::new(value));
    Ok(given.into_iter().map(secret).collect())
}
