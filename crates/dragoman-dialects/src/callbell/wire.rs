//! The shapes that Callbell's clients read, in Callbell's spelling. Written exactly.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::value::RawValue;

/// `{"message": …}`.
#[derive(Serialize)]
pub(super) struct MessageAnswer {
    pub(super) message: Message,
}

/// A message as the send and status calls show it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Message {
    pub(super) uuid: String,
    pub(super) status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) message_status_payload: Option<StatusPayload>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) contact: Option<ReachableContact>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) conversation: Option<Conversation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) metadata: Option<Box<RawValue>>,
}

/// A provider's status the way Cloud API channels of the original pass it on.
#[derive(Serialize)]
pub(super) struct StatusPayload {
    pub(super) messaging: Messaging,
}

/// The provider's change object.
#[derive(Serialize)]
pub(super) struct Messaging {
    pub(super) field: &'static str,
    pub(super) value: Box<RawValue>,
}

/// A contact with the two fields that only message answers have.
#[derive(Serialize)]
pub(super) struct ReachableContact {
    #[serde(flatten)]
    pub(super) contact: Contact,
    pub(super) phone: Option<String>,
    pub(super) email: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Contact {
    pub(super) uuid: String,
    pub(super) name: Option<String>,
    pub(super) phone_number: Option<String>,
    pub(super) avatar_url: Option<String>,
    pub(super) blocked_at: Option<String>,
    pub(super) created_at: String,
    pub(super) closed_at: Option<String>,
    pub(super) source: &'static str,
    pub(super) href: String,
    pub(super) conversation_href: String,
    pub(super) tags: Vec<String>,
    pub(super) assigned_user: Option<String>,
    pub(super) custom_fields: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) custom_fields_metadata: Option<BTreeMap<String, TypedField>>,
    pub(super) funnel_id: Option<String>,
    pub(super) team: MaybeTeam,
    pub(super) channel: Option<Channel>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) bsuid: Option<String>,
    pub(super) note: Option<String>,
}

/// A custom field with what its definition says.
#[derive(Serialize)]
pub(super) struct TypedField {
    pub(super) value: FieldValue,
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) options: Option<Vec<String>>,
}

/// One text, or what is chosen of a list.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum FieldValue {
    Text(String),
    List(Vec<String>),
}

/// `{"contact": …}`.
#[derive(Serialize)]
pub(super) struct ContactAnswer {
    pub(super) contact: Contact,
}

/// A part of the list of contacts.
#[derive(Serialize)]
pub(super) struct ContactList {
    pub(super) contacts: Vec<Contact>,
    pub(super) meta: Place,
}

/// A part of a contact's history.
#[derive(Serialize)]
pub(super) struct History {
    pub(super) messages: Vec<PastMessage>,
    pub(super) meta: Place,
}

/// A message as the history shows it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PastMessage {
    pub(super) uuid: String,
    pub(super) text: String,
    pub(super) status: &'static str,
    pub(super) channel: &'static str,
    pub(super) from: String,
    pub(super) to: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) attachments: Vec<String>,
    pub(super) created_at: String,
}

/// Where in a list an answer stands: the page where one was asked for, and the cursor behind which
/// it goes on.
#[derive(Serialize)]
pub(super) struct Place {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) page: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) pages: Option<usize>,
    pub(super) next: Option<String>,
}

/// `{"bot": …}`.
#[derive(Serialize)]
pub(super) struct BotAnswer {
    pub(super) bot: Bot,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Bot {
    pub(super) uuid: String,
    pub(super) name: &'static str,
    pub(super) status: &'static str,
    pub(super) conversation_started_at: Option<String>,
    pub(super) version: u32,
    pub(super) latest_bot_version: bool,
}

/// A team, or `{}` where there is none.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum MaybeTeam {
    Team(Team),
    None {},
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Conversation {
    pub(super) source: &'static str,
    pub(super) href: String,
    pub(super) created_at: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Channel {
    pub(super) uuid: String,
    pub(super) title: String,
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    pub(super) main: bool,
    pub(super) discarded_at: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Team {
    pub(super) uuid: String,
    pub(super) name: String,
    pub(super) created_at: String,
    pub(super) default: bool,
    pub(super) members: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Template {
    pub(super) uuid: String,
    pub(super) title: String,
    pub(super) text: String,
    pub(super) template_type: &'static str,
    pub(super) category: &'static str,
    pub(super) status: &'static str,
    pub(super) created_at: String,
}

/// Where in a list an answer stands.
#[derive(Serialize)]
pub(super) struct Meta {
    pub(super) page: usize,
    pub(super) pages: usize,
}

/// The answer to `GET /auth/me`; this one is in snake case.
#[derive(Serialize)]
pub(super) struct Me {
    pub(super) status: &'static str,
    pub(super) user_email: String,
    pub(super) user_name: String,
    pub(super) api_key: String,
}
