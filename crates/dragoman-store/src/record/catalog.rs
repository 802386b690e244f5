//! Slow data: accounts, tokens, channels and the rest.

use std::collections::BTreeMap;
use std::time::Duration;

use dragoman_core::catalog::{
    Account, Channel, MediaAccess, MediaProvider, OnpremSettings, OnpremUser, Policy, Retiring,
    Sending, Source, StopReason, Stopped, Subscription, Token, TokenScope,
};
use dragoman_core::content::Kind;
use dragoman_core::rate::Rate;
use dragoman_core::refusal::When;
use dragoman_core::template::{Category, Header, Template, TemplateStatus};
use dragoman_core::{Id, Raw, Secret, Timestamp};
use serde::{Deserialize, Serialize};

use super::content::KindRecord;
use super::scope::TokenScopeRecord;
use super::sending::SendingRecord;
use super::shape::{Named, One, Optional, shape};
use super::value::{HashRecord, HiddenRecord, IdRecord, RateRecord, SecretRecord, TimestampRecord};

#[derive(Serialize, Deserialize)]
#[serde(remote = "Account")]
pub(crate) struct AccountRecord {
    #[serde(with = "One::<IdRecord>")]
    id: Id,
    name: Box<str>,
    #[serde(with = "One::<TimestampRecord>")]
    created_at: Timestamp,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Token")]
pub(crate) struct TokenRecord {
    #[serde(with = "One::<IdRecord>")]
    id: Id,
    #[serde(with = "One::<IdRecord>")]
    account: Id,
    #[serde(default)]
    name: Box<str>,
    #[serde(with = "One::<HashRecord>")]
    hash: [u8; 32],
    #[serde(with = "One::<TokenScopeRecord>")]
    scope: TokenScope,
    #[serde(default, with = "PolicyRecord")]
    policy: Policy,
    #[serde(default, with = "One::<TimestampRecord>")]
    created_at: Timestamp,
    #[serde(default, with = "Optional::<TimestampRecord>")]
    expires_at: Option<Timestamp>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "Optional::<TimestampRecord>"
    )]
    last_used_at: Option<Timestamp>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Policy")]
pub(crate) struct PolicyRecord {
    #[serde(default, with = "Optional::<WhenRecord>")]
    refusals: Option<When>,
    #[serde(default, with = "Optional::<RateRecord>")]
    rate: Option<Rate>,
    #[serde(default)]
    duplicate_window: Option<Duration>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "When", rename_all = "snake_case")]
pub(crate) enum WhenRecord {
    Now,
    Later,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Channel")]
pub(crate) struct ChannelRecord {
    #[serde(with = "One::<IdRecord>")]
    id: Id,
    #[serde(with = "One::<IdRecord>")]
    account: Id,
    slug: Box<str>,
    title: Box<str>,
    driver: Box<str>,
    #[serde(with = "SourceRecord")]
    source: Source,
    provider_id: Box<str>,
    #[serde(default)]
    phone: Option<Box<str>>,
    #[serde(with = "Named::<SecretRecord>")]
    settings: BTreeMap<Box<str>, Secret>,
    #[serde(with = "One::<RateRecord>")]
    rate: Rate,
    #[serde(default, with = "SendingRecord")]
    sending: Sending,
    concurrency: u16,
    main: bool,
    enabled: bool,
    #[serde(with = "One::<TimestampRecord>")]
    created_at: Timestamp,
    #[serde(with = "One::<TimestampRecord>")]
    watched_since: Timestamp,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Source", rename_all = "snake_case")]
pub(crate) enum SourceRecord {
    Whatsapp,
    Facebook,
    Instagram,
    Telegram,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Template")]
pub(crate) struct TemplateRecord {
    #[serde(with = "One::<IdRecord>")]
    id: Id,
    #[serde(default, with = "Optional::<IdRecord>")]
    family: Option<Id>,
    #[serde(with = "One::<IdRecord>")]
    account: Id,
    #[serde(with = "One::<IdRecord>")]
    channel: Id,
    title: Box<str>,
    name: Box<str>,
    language: Box<str>,
    #[serde(with = "CategoryRecord")]
    category: Category,
    #[serde(with = "TemplateStatusRecord")]
    status: TemplateStatus,
    #[serde(with = "HeaderRecord")]
    header: Header,
    body: Box<str>,
    #[serde(default)]
    footer: Option<Box<str>>,
    buttons: Vec<Box<str>>,
    #[serde(with = "One::<TimestampRecord>")]
    created_at: Timestamp,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Category", rename_all = "snake_case")]
pub(crate) enum CategoryRecord {
    Marketing,
    Utility,
    Authentication,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "TemplateStatus", rename_all = "snake_case")]
pub(crate) enum TemplateStatusRecord {
    Approved,
    Pending,
    Rejected,
    Paused,
    Disabled,
    Deleted,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Header", rename_all = "snake_case")]
pub(crate) enum HeaderRecord {
    None,
    Text(Box<str>),
    Media(#[serde(with = "KindRecord")] Kind),
    Location,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Subscription")]
pub(crate) struct SubscriptionRecord {
    #[serde(with = "One::<IdRecord>")]
    id: Id,
    #[serde(with = "One::<IdRecord>")]
    account: Id,
    #[serde(default, with = "Optional::<IdRecord>")]
    channel: Option<Id>,
    url: Box<str>,
    format: Box<str>,
    events: Vec<Box<str>>,
    #[serde(default, with = "Optional::<SecretRecord>")]
    secret: Option<Secret>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "Optional::<RetiringRecord>"
    )]
    retiring: Option<Retiring>,
    concurrency: u16,
    #[serde(default)]
    ordered: bool,
    #[serde(default, with = "Optional::<HiddenRecord>")]
    settings: Option<Raw>,
    since: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    trust: Option<Box<str>>,
    enabled: bool,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "Optional::<StoppedRecord>"
    )]
    stopped: Option<Stopped>,
    #[serde(with = "One::<TimestampRecord>")]
    created_at: Timestamp,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Retiring")]
pub(crate) struct RetiringRecord {
    #[serde(with = "One::<SecretRecord>")]
    secret: Secret,
    #[serde(with = "One::<TimestampRecord>")]
    until: Timestamp,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Stopped")]
pub(crate) struct StoppedRecord {
    #[serde(with = "One::<TimestampRecord>")]
    at: Timestamp,
    #[serde(with = "StopReasonRecord")]
    reason: StopReason,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "StopReason", rename_all = "snake_case")]
pub(crate) enum StopReasonRecord {
    Gone,
    Failing,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "OnpremUser")]
pub(crate) struct OnpremUserRecord {
    #[serde(with = "One::<IdRecord>")]
    id: Id,
    #[serde(with = "One::<IdRecord>")]
    channel: Id,
    name: Box<str>,
    #[serde(with = "One::<SecretRecord>")]
    password_hash: Secret,
    must_change: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "OnpremSettings")]
pub(crate) struct OnpremSettingsRecord {
    #[serde(with = "One::<IdRecord>")]
    channel: Id,
    #[serde(with = "One::<HiddenRecord>")]
    application: Raw,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    webhook_ca: Option<Box<str>>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "MediaProvider")]
pub(crate) struct MediaProviderRecord {
    #[serde(with = "One::<IdRecord>")]
    id: Id,
    #[serde(with = "One::<IdRecord>")]
    channel: Id,
    name: Box<str>,
    #[serde(with = "MediaAccessRecord")]
    access: MediaAccess,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "MediaAccess", rename_all = "snake_case")]
pub(crate) enum MediaAccessRecord {
    Bearer(#[serde(with = "One::<SecretRecord>")] Secret),
    Basic {
        username: Box<str>,
        #[serde(with = "One::<SecretRecord>")]
        password: Secret,
    },
}

shape! {
    AccountRecord => Account,
    TokenRecord => Token,
    WhenRecord => When,
    ChannelRecord => Channel,
    TemplateRecord => Template,
    SubscriptionRecord => Subscription,
    RetiringRecord => Retiring,
    StoppedRecord => Stopped,
    StopReasonRecord => StopReason,
    OnpremUserRecord => OnpremUser,
    OnpremSettingsRecord => OnpremSettings,
    MediaProviderRecord => MediaProvider,
}
