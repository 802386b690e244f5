//! What the journal is made of: everything that can change the world.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    App, NumberChange, Quirks, ResumableUpload, Status, StoredMedia, Subscription, Template,
};
use crate::clock::UnixMillis;

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Entry {
    /// Somebody listens to a number.
    App(App),
    Customer(CustomerChange),
    Number(NumberChange),
    Subscription(Subscription),
    /// A template is new, or its status is.
    Template(TemplateChange),
    TemplateDeleted(TemplateDeletion),
    Media(StoredMedia),
    MediaDeleted {
        id: String,
    },
    /// A file that comes in pieces is new, or longer.
    Upload(ResumableUpload),
    /// The business sent a message, and it was taken.
    Accepted(Accepted),
    /// The business tried to send a message, and it was not taken.
    Turned(Turned),
    /// A customer wrote.
    Wrote(Wrote),
    Status(StatusChange),
    /// The customer looked into a chat.
    Opened {
        customer: String,
        phone_number_id: Option<String>,
    },
    /// The business marked a customer's message, and those before it, as read.
    BusinessRead {
        wamid: String,
    },
    /// A webhook was answered with 200.
    Answered {
        webhook: u64,
    },
    Clock {
        offset_ms: u64,
    },
}

/// What is absent stays as it is.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct CustomerChange {
    pub(crate) id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) phone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) wa_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) bsuid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) username: Option<String>,
    /// Businesses see the BSUID alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) hides_number: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) on_whatsapp: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) online: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) read_receipts: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) blocked: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) identity_hash: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct TemplateChange {
    #[serde(flatten)]
    pub(crate) template: Template,
    #[serde(flatten)]
    pub(crate) told: Told,
}

/// All languages of a name, or the one that has the id.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct TemplateDeletion {
    pub(crate) waba_id: String,
    pub(crate) name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<String>,
    #[serde(flatten)]
    pub(crate) told: Told,
}

impl TemplateDeletion {
    pub(crate) fn is_about(&self, template: &Template) -> bool {
        self.waba_id == template.waba_id
            && self.name == template.name
            && self.id.as_ref().is_none_or(|id| *id == template.id)
    }
}

/// When something became of templates, and the numbers of the webhooks that tell it: for each
/// template one to each listener of its business account.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Told {
    pub(crate) at: UnixMillis,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) webhooks: Vec<u64>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Accepted {
    pub(crate) n: u64,
    pub(crate) at: UnixMillis,
    pub(crate) phone_number_id: String,
    pub(crate) customer: String,
    pub(crate) wamid: String,
    pub(crate) body: Value,
    /// The code that it will fail with, decided when it was taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) fate: Option<u32>,
    #[serde(default)]
    pub(crate) quirks: Quirks,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Turned {
    pub(crate) n: u64,
    pub(crate) at: UnixMillis,
    pub(crate) phone_number_id: String,
    pub(crate) body: Value,
    /// As the ledger shows it.
    pub(crate) decision: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Wrote {
    pub(crate) at: UnixMillis,
    pub(crate) phone_number_id: String,
    pub(crate) customer: String,
    pub(crate) wamid: String,
    /// The message object without `from`, `id` and `timestamp`.
    pub(crate) message: Value,
    /// Absent when nobody listens to the number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) webhook: Option<u64>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct StatusChange {
    pub(crate) wamid: String,
    pub(crate) status: Status,
    pub(crate) at: UnixMillis,
    /// Why it failed, where that was not known from the start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<u32>,
    /// The numbers of the webhooks that tell it: none, one, or two of the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) webhooks: Vec<u64>,
}
