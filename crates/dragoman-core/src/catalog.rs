//! Slow data: who there is, with which channels, templates and subscriptions.
//!
//! Small enough to be held in memory whole, changed rarely, read by every call. Public ids are
//! stored values, so that operators can bring their own.

mod apply;
mod cascade;
mod change;
mod onprem;
mod right;
mod sending;
mod staff;
mod subscription;

use std::collections::BTreeMap;
use std::time::Duration;

use crate::id::Id;
use crate::rate::Rate;
use crate::refusal::When;
use crate::secret::Secret;
use crate::template::Template;
use crate::tenant::Tenant;
use crate::time::Timestamp;

pub use cascade::cascade;
pub use change::Change;
pub use onprem::{MediaAccess, MediaProvider, OnpremSettings, OnpremUser};
pub use right::{Right, Rights};
pub use sending::Sending;
pub use staff::{CustomField, CustomStatus, FieldKind, Funnel, Team, User};
pub use subscription::{Retiring, StopReason, Stopped, Subscription};

/// Everything slow, at one moment. Readers hold a snapshot.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "one list per kind of record")]
pub struct Catalog {
    pub accounts: Vec<Account>,
    pub tokens: Vec<Token>,
    pub channels: Vec<Channel>,
    pub teams: Vec<Team>,
    pub users: Vec<User>,
    pub funnels: Vec<Funnel>,
    pub custom_statuses: Vec<CustomStatus>,
    pub custom_fields: Vec<CustomField>,
    pub templates: Vec<Template>,
    pub subscriptions: Vec<Subscription>,
    pub onprem_users: Vec<OnpremUser>,
    pub onprem_settings: Vec<OnpremSettings>,
    pub media_providers: Vec<MediaProvider>,
}

/// A tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Public id.
    pub id: Id,
    /// Unique in the installation.
    pub name: Box<str>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A credential of a program. Only its hash is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Public id of the record, not a secret.
    pub id: Id,
    /// Whom it speaks for.
    pub account: Id,
    /// What people call it; may be empty.
    pub name: Box<str>,
    /// SHA-256 of the token.
    pub hash: [u8; 32],
    /// What it opens.
    pub scope: TokenScope,
    /// How its calls are treated.
    pub policy: Policy,
    /// When it was made.
    pub created_at: Timestamp,
    /// No longer valid from then on; `None` is for ever.
    pub expires_at: Option<Timestamp>,
    /// When a call came with it, as far as is on disk: up to an hour late, and only of programs.
    pub last_used_at: Option<Timestamp>,
}

/// How the calls of a token are treated, where its program wants it otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// When refusals are heard that the dialect lets choose; `None` is as the dialect does.
    pub refusals: Option<When>,
    /// More calls are answered 429; `None` is no limit.
    pub rate: Option<Rate>,
    /// The same content to the same recipient within this time is the same message; `None` is
    /// never.
    pub duplicate_window: Option<Duration>,
}

/// What a token opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenScope {
    /// The Callbell, Cloud and management APIs of its account, as far as its rights go.
    Api(Rights),
    /// The On-Premises API of one channel, as one of its users.
    Onprem {
        /// The channel.
        channel: Id,
        /// The name of the user who logged in.
        user: Box<str>,
    },
    /// The management API of its account, as a collaborator who logged in.
    Session {
        /// The collaborator.
        user: Id,
    },
}

/// A configured sender.
#[derive(Clone, Debug)]
pub struct Channel {
    /// Public id.
    pub id: Id,
    /// The tenant.
    pub account: Id,
    /// `[a-z0-9-]{1,32}`, unique in the installation.
    pub slug: Box<str>,
    /// What people call it.
    pub title: Box<str>,
    /// The driver that speaks for it (`whatsapp_cloud`).
    pub driver: Box<str>,
    /// The messenger, as Callbell's `from` names it.
    pub source: Source,
    /// The provider's id of the sender; with the driver unique in the installation.
    pub provider_id: Box<str>,
    /// The sender's own number, when known.
    pub phone: Option<Box<str>>,
    /// What the driver needs: addresses, tokens, secrets, by the driver's own names.
    pub settings: BTreeMap<Box<str>, Secret>,
    /// The provider's limit for this sender.
    pub rate: Rate,
    /// How its messages are sent, where its owner wants it otherwise.
    pub sending: Sending,
    /// How many attempts may be in flight at once. Bounds how many messages a crash makes unknown.
    pub concurrency: u16,
    /// The default for its source.
    pub main: bool,
    /// Whether it takes and sends messages.
    pub enabled: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// Since when the provider's feed is unbroken.
    pub watched_since: Timestamp,
}

impl Channel {
    /// A setting of the driver; empty when it was not given.
    pub fn setting(&self, name: &str) -> &str {
        self.settings.get(name).map_or("", Secret::reveal)
    }
}

/// A messenger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Source {
    Whatsapp,
    Facebook,
    Instagram,
    Telegram,
}

impl Source {
    /// All of them, in the order in which they are listed to people.
    pub const ALL: [Self; 4] = [
        Self::Whatsapp,
        Self::Facebook,
        Self::Instagram,
        Self::Telegram,
    ];

    /// The word in APIs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Whatsapp => "whatsapp",
            Self::Facebook => "facebook",
            Self::Instagram => "instagram",
            Self::Telegram => "telegram",
        }
    }

    /// The messenger of that name.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.word() == word)
    }
}

impl Catalog {
    /// The account of that name.
    pub fn account_by_name(&self, name: &str) -> Option<&Account> {
        self.accounts.iter().find(|account| &*account.name == name)
    }

    /// The channel with this id, whosever it is. For rooms that act for the installation.
    pub fn channel(&self, id: Id) -> Option<&Channel> {
        self.channels.iter().find(|channel| channel.id == id)
    }

    /// The channel with this id, if it is this account's.
    pub fn channel_of(&self, account: Tenant, id: Id) -> Option<&Channel> {
        self.channel(id)
            .filter(|channel| channel.account == account)
    }

    /// The channel that a path names: by slug, or by uuid.
    pub fn channel_by_name(&self, name: &str) -> Option<&Channel> {
        let by_slug = self.channels.iter().find(|channel| &*channel.slug == name);
        by_slug.or_else(|| name.parse().ok().and_then(|id| self.channel(id)))
    }

    /// The account's default sender for a messenger.
    pub fn main_channel(&self, account: Tenant, source: Source) -> Option<&Channel> {
        let mut fitting = self
            .channels
            .iter()
            .filter(|channel| channel.account == account && channel.source == source);
        let first = fitting.clone().next();
        fitting.find(|channel| channel.main).or(first)
    }

    /// The channel's credentials of that name.
    pub fn media_provider(&self, channel: Id, name: &str) -> Option<&MediaProvider> {
        self.media_providers
            .iter()
            .find(|provider| provider.channel == channel && &*provider.name == name)
    }

    /// The templates that a channel may send.
    pub fn templates_of(&self, channel: Id) -> Vec<&Template> {
        self.templates
            .iter()
            .filter(|template| template.channel == channel)
            .collect()
    }
}
