//! What a client asks for, unchecked.

use std::time::Duration;

use crate::address::Address;
use crate::content::Content;
use crate::doubt::OnUnknown;
use crate::id::Id;
use crate::message::Priority;
use crate::order::After;
use crate::raw::Raw;
use crate::refusal::{Refusal, When};
use crate::template::TemplateAsk;
use crate::tenant::Tenant;

/// A request to send one message, as a dialect has parsed it. The rules have not seen it yet.
#[derive(Clone, Debug)]
pub struct Submission {
    /// The tenant, proven by the credentials of the call.
    pub account: Tenant,
    /// The sender. The dialect has made sure that it belongs to the account.
    pub channel: Id,
    /// The recipient.
    pub to: Address,
    /// What to say.
    pub ask: Ask,
    /// Which API it came through.
    pub dialect: Dialect,
    /// What the sender says about the customer's consent.
    pub opt_in: OptIn,
    /// Whom the conversation shall belong to.
    pub assignment: Wish,
    /// The client's own data, given back in answers and webhooks.
    pub metadata: Option<Raw>,
    /// Makes a repeated call harmless.
    pub key: Option<IdempotencyKey>,
    /// Makes the same content to the same recipient harmless, for a while.
    pub duplicate: Option<Duplicate>,
    /// Not to be sent later than this after acceptance; `None` leaves it to the rules.
    pub ttl: Option<Duration>,
    /// The provider's id of the message that this one answers.
    pub reply_to: Option<Box<str>>,
    /// How it is sent, where that differs from its channel's way.
    pub manner: Manner,
    /// The dialect's table: which refusals its client hears now, which later.
    pub timing: fn(&Refusal) -> When,
}

/// How one message is sent, where that differs from its channel's way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manner {
    /// What it waits for.
    pub after: Option<After>,
    /// What becomes of it when its attempt's answer is lost.
    pub on_unknown: Option<OnUnknown>,
    /// Its turn; `None` leaves it to the rules.
    pub priority: Option<Priority>,
    /// The hash of the keys of the customer's device, in the provider's words: it is for them alone.
    pub identity: Option<Box<str>>,
}

/// What to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// This, as it is. Never [`Content::Template`].
    Content(Content),
    /// A template, still to be found and filled in.
    Template(TemplateAsk),
}

/// A client API that we serve. The numbers are stored: never change one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Dialect {
    /// Callbell's public API.
    Callbell = 1,
    /// The WhatsApp Business On-Premises API.
    Onprem = 2,
    /// The WhatsApp Cloud API.
    Cloud = 3,
    /// Our own management API.
    Native = 4,
}

/// What the sender says about the customer's consent to templates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OptIn {
    /// The sender says that the customer agreed.
    Confirmed,
    /// The API asks for a confirmation, and there is none.
    Missing,
    /// The API has no such field.
    NotAsked,
}

/// Whom the conversation shall belong to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wish {
    /// E-mail address of a collaborator.
    pub user: Option<Box<str>>,
    /// A team of the account.
    pub team: Option<Id>,
}

/// `Idempotency-Key` and what it was first used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct IdempotencyKey {
    /// 16 bytes of SHA-256 over account, route and key.
    pub key: [u8; 16],
    /// 16 bytes of SHA-256 over method, path and body.
    pub fingerprint: [u8; 16],
}

/// The same content to the same recipient within this time is answered with the first message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Duplicate {
    /// 16 bytes of SHA-256 over account, channel, recipient and content.
    pub fingerprint: [u8; 16],
    /// For how long.
    pub window: Duration,
}
