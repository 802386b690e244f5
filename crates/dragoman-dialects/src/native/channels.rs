//! Channels: the senders of an account.

use std::time::Duration;

use axum::Json;
use axum::extract::{Path, State};
use dragoman_core::catalog::{Catalog, Change, Channel};
use dragoman_core::order::Order;
use dragoman_core::{Id, Secret, Tenant};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answer::Problem;
use super::call::{Call, Caller};
use super::new_channel::{self, AddedChannel, NewChannel};
use super::operation::Operation;
use super::record::{self, Record};
use super::words::{Following, Name, OnOrderTimeout, Policy, Rate, Span};
use super::{Native, Room, input};
use crate::spans::spelled;
use crate::whatsapp_onprem::{DUPLICATE_WINDOW, duplicate_window};

const ALL: &str = "/api/v1/channels";
const ONE: &str = "/api/v1/channels/{id}";
const RELEASE: &str = "/api/v1/channels/{id}/release";

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::list::<Channel>(ALL).named("list_channels", "Channels, without what is secret."),
        Operation::post(ALL, new_channel::add)
            .named("create_channel", "Adds a channel. Only for the operator.")
            .takes::<NewChannel>()
            .creates::<AddedChannel>(&["get_channel", "change_channel"]),
        Operation::show::<Channel>(ONE).named(
            "get_channel",
            "A channel, by slug or uuid, without what is secret.",
        ),
        Operation::patch(ONE, change)
            .named("change_channel", "Changes what is named.")
            .takes::<ChannelChange>()
            .answers::<ChannelBody>(200),
        Operation::post(RELEASE, release)
            .named(
                "release_channel",
                "Lets a channel that is held send again. Only for the operator.",
            )
            .answers::<ChannelBody>(200),
    ]
}

/// A channel.
#[derive(Serialize, ToSchema)]
#[schema(as = Channel)]
pub(super) struct ChannelBody {
    id: String,
    account: String,
    /// Unique in the installation.
    slug: String,
    title: String,
    /// What speaks for it (`whatsapp_cloud`).
    driver: String,
    /// The messenger (`whatsapp`).
    source: &'static str,
    /// The provider's id of the sender.
    provider_id: String,
    /// The sender's own number as digits, when known.
    phone: Option<String>,
    /// The provider's limit.
    rate: String,
    /// How many attempts may be in flight at once.
    concurrency: u16,
    /// What the next message of a conversation waits for, of the one before.
    order: &'static str,
    /// How long it waits at most; `null` where nothing bounds it.
    order_timeout: Option<String>,
    /// What then.
    on_order_timeout: &'static str,
    /// Whether what waits behind a message that fails is cancelled with it.
    order_strict: bool,
    /// What becomes of a message whose attempt's answer was lost: `hold`, `fail` or `resend_once`.
    on_unknown: &'static str,
    /// Whether an error of the provider's servers leaves a message unknown.
    strict: bool,
    /// Why nothing is sent until the operator releases the channel.
    held: Option<String>,
    /// Whether it is the default of its messenger.
    main: bool,
    enabled: bool,
    /// Within which time the same content to the same recipient is the same message of the
    /// On-Premises API; `null` is never.
    duplicate_window: Option<String>,
    /// What the provider is told to call.
    webhook_url: String,
    created_at: String,
}

/// What is to be changed of a channel.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChannelChange {
    rate: Option<Rate>,
    /// How many attempts may be in flight at once.
    #[schema(minimum = 1, maximum = 1024)]
    concurrency: Option<u16>,
    /// What the next message of a conversation waits for, of the one before.
    order: Option<Following>,
    /// How long it waits at most; left out at first, 5m for `sent` and 60s for `delivered`.
    order_timeout: Option<Span>,
    on_order_timeout: Option<OnOrderTimeout>,
    /// What waits behind a message that fails, expires or is cancelled is cancelled with it.
    order_strict: Option<bool>,
    title: Option<Name>,
    enabled: Option<bool>,
    /// Within which time the same content to the same recipient is the same message of the
    /// On-Premises API; `null` is never.
    #[serde(default, deserialize_with = "input::given")]
    #[schema(value_type = Option<Span>)]
    duplicate_window: Option<Option<Span>>,
    on_unknown: Option<Policy>,
    /// Whether an error of the provider's servers leaves a message unknown.
    strict: Option<bool>,
}

impl Record for Channel {
    const WORD: &'static str = "channel";
    const LIST: &'static str = "channels";
    type Shown = ChannelBody;

    record::listed!(Channel, channels);

    fn named<'a>(catalog: &'a Catalog, name: &str) -> Option<&'a Self> {
        catalog.channel_by_name(name)
    }

    fn shown(&self, native: &Native) -> ChannelBody {
        ChannelBody {
            id: self.id.simple(),
            account: self.account.simple(),
            slug: self.slug.to_string(),
            title: self.title.to_string(),
            driver: self.driver.to_string(),
            source: self.source.word(),
            provider_id: self.provider_id.to_string(),
            phone: self.phone.as_deref().map(str::to_owned),
            rate: self.rate.to_string(),
            concurrency: self.concurrency,
            order: self.sending.order.after.word(),
            order_timeout: patience(&self.sending.order),
            on_order_timeout: self.sending.order.on_timeout.word(),
            order_strict: self.sending.order.strict,
            on_unknown: self.sending.on_unknown.word(),
            strict: self.sending.strict,
            held: self.sending.held.as_deref().map(str::to_owned),
            main: self.main,
            enabled: self.enabled,
            duplicate_window: duplicate_window(self).map(spelled),
            webhook_url: webhook_url(native, self),
            created_at: self.created_at.iso().to_string(),
        }
    }
}

impl ChannelChange {
    fn arrange(&self, order: &mut Order) {
        if let Some(Following(after)) = &self.order {
            order.after = *after;
        }
        if let Some(Span(timeout)) = &self.order_timeout {
            order.timeout = Some(*timeout);
        }
        if let Some(OnOrderTimeout(then)) = &self.on_order_timeout {
            order.on_timeout = *then;
        }
        order.strict = self.order_strict.unwrap_or(order.strict);
    }
}

/// How long a message waits at most, as people write it.
fn patience(order: &Order) -> Option<String> {
    let patience = order.patience(order.after);
    (order.after.hears_statuses() && patience < Duration::MAX).then(|| spelled(patience))
}

async fn change(
    State(native): Room,
    Path(name): Path<String>,
    call: Call,
) -> Result<Json<ChannelBody>, Problem> {
    let wish: ChannelChange = call.read()?;
    let given = wish.concurrency;
    if given.is_some_and(|count| !(1..=1024).contains(&count)) {
        let text = "must be between 1 and 1024";
        return Err(Problem::invalid("concurrency", text));
    }
    record::change(&native, call.caller, &name, |_, mut channel: Channel| {
        if let Some(Rate(rate)) = wish.rate {
            channel.rate = rate;
        }
        if let Some(Name(title)) = &wish.title {
            channel.title = title.clone();
        }
        channel.concurrency = wish.concurrency.unwrap_or(channel.concurrency);
        if let Some(window) = &wish.duplicate_window {
            let window = window
                .as_ref()
                .map_or_else(String::new, |span| spelled(span.0));
            let kept = Secret::new(window);
            channel.settings.insert(DUPLICATE_WINDOW.into(), kept);
        }
        wish.arrange(&mut channel.sending.order);
        channel.enabled = wish.enabled.unwrap_or(channel.enabled);
        if let Some(Policy(policy)) = wish.on_unknown {
            channel.sending.on_unknown = policy;
        }
        channel.sending.strict = wish.strict.unwrap_or(channel.sending.strict);
        Ok((Vec::new(), channel))
    })
    .await
}

async fn release(
    State(native): Room,
    Path(name): Path<String>,
    caller: Caller,
) -> Result<Json<ChannelBody>, Problem> {
    caller.operator()?;
    record::change(&native, caller, &name, |_, mut channel: Channel| {
        channel.sending.held = None;
        Ok((Vec::new(), channel))
    })
    .await
}

/// The channel of an account that a body names, by slug or uuid.
pub(super) fn of_account<'a>(
    catalog: &'a Catalog,
    account: Tenant,
    name: &str,
) -> Result<&'a Channel, Problem> {
    let found = catalog.channel_by_name(name);
    let found = found.filter(|channel| channel.account == account);
    found.ok_or_else(|| Problem::invalid("channel", format!("no channel {name:?}")))
}

/// What the provider is told to call.
pub(super) fn webhook_url(native: &Native, channel: &Channel) -> String {
    format!(
        "{}/in/{}/{}",
        native.services.public_url, channel.driver, channel.slug
    )
}
