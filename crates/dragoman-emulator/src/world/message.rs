//! A message in a chat, and the request that brought it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{Shown, Template};
use crate::clock::UnixMillis;

/// Seen from the phone: `In` is what the business sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Direction {
    In,
    Out,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Status {
    Accepted,
    Sent,
    Delivered,
    Read,
    Failed,
}

impl Status {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Read => "read",
            Self::Failed => "failed",
        }
    }
}

/// What a fault does to one accepted message.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Quirks {
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) answer_lost: bool,
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) status_duplicate: bool,
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) status_reorder: bool,
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) status_missing: bool,
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) status_without_token: bool,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the shape that serde asks for"
)]
pub(super) fn is_false(flag: &bool) -> bool {
    !flag
}

#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) wamid: String,
    /// Index of the customer.
    pub(crate) customer: u32,
    pub(crate) phone_number_id: String,
    pub(crate) direction: Direction,
    pub(crate) at: UnixMillis,
    pub(crate) status: Status,
    pub(crate) shown: Shown,
    /// Index of the message that this one answers.
    pub(crate) quoted: Option<u32>,
    /// The customer had the chat open before this arrived.
    pub(crate) read_on_arrival: bool,
    pub(crate) outbound: Option<Outbound>,
    /// What a customer's message says on the wire.
    pub(crate) wire: Option<Box<RawValue>>,
}

/// What only a message of the business has.
#[derive(Debug)]
pub(crate) struct Outbound {
    /// `biz_opaque_callback_data`.
    pub(crate) token: Option<String>,
    pub(crate) addressed_by_bsuid: bool,
    /// Template category in lower case, or `service`.
    pub(crate) category: Cow<'static, str>,
    pub(crate) fate: Option<u32>,
    /// The template whose quality is being looked at: nothing happens until that is over.
    pub(crate) held_for: Option<String>,
    pub(crate) quirks: Quirks,
}

impl Message {
    /// Whether the phone shows it.
    pub(crate) fn on_the_phone(&self) -> bool {
        match self.direction {
            Direction::Out => !self.is_notice(),
            Direction::In => matches!(self.status, Status::Delivered | Status::Read),
        }
    }

    /// `WhatsApp` tells the business something about the customer.
    pub(crate) fn is_notice(&self) -> bool {
        self.shown.kind == "system"
    }

    /// Reactions are `sent` and nothing more is told of them.
    pub(crate) fn is_reaction(&self) -> bool {
        self.shown.kind == "reaction"
    }
}

/// One row of the upstream ledger.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) at: UnixMillis,
    pub(crate) phone_number_id: String,
    pub(crate) body: Box<RawValue>,
    pub(crate) token: Option<String>,
    pub(crate) wamid: Option<String>,
    pub(crate) decision: Cow<'static, str>,
}

/// A webhook that was not answered yet.
#[derive(Debug, Clone)]
pub(crate) enum Pending {
    Message {
        /// Index of the message it speaks of.
        message: u32,
        news: News,
    },
    Template(Box<TemplateNews>),
}

/// What became of a template, for one of the numbers of its business account.
#[derive(Debug, Clone)]
pub(crate) struct TemplateNews {
    pub(crate) phone_number_id: String,
    pub(crate) template: Template,
    pub(crate) at: UnixMillis,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum News {
    CustomerWrote,
    Status { status: Status, at: UnixMillis },
}
