//! Meta's shapes: what we write exactly, and what we read leniently.
//!
//! <https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages>,
//! <https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/components>.

use std::borrow::Cow;

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

/// The body of `POST /<phone number id>/messages`.
#[derive(Serialize)]
pub(super) struct Outgoing<'a> {
    pub(super) messaging_product: &'static str,
    pub(super) recipient_type: &'static str,
    /// A number with `+`: without it Meta may put the sender's country code in front.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) to: Option<String>,
    /// A WhatsApp user id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) recipient: Option<&'a str>,
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    #[serde(flatten)]
    pub(super) object: Object<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) context: Option<Quoted<'a>>,
    /// Meta delivers to these keys alone, where the number has its identity check on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) recipient_identity_key_hash: Option<&'a str>,
    pub(super) biz_opaque_callback_data: String,
}

/// The object that is named like its type.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Object<'a> {
    Text(Text<'a>),
    Image(File<'a>),
    Audio(File<'a>),
    Video(File<'a>),
    Document(File<'a>),
    Sticker(File<'a>),
    Location(Place<'a>),
    Contacts(&'a RawValue),
    Interactive(Cow<'a, RawValue>),
    Template(Template<'a>),
    Reaction(Reaction<'a>),
}

#[derive(Serialize)]
pub(super) struct Quoted<'a> {
    pub(super) message_id: &'a str,
}

#[derive(Serialize)]
pub(super) struct Text<'a> {
    pub(super) body: &'a str,
    pub(super) preview_url: bool,
}

/// Exactly one of `id` and `link`.
#[derive(Serialize)]
pub(super) struct File<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) link: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) caption: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) filename: Option<&'a str>,
}

#[derive(Serialize)]
pub(super) struct Place<'a> {
    pub(super) latitude: Degrees<'a>,
    pub(super) longitude: Degrees<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) address: Option<&'a str>,
}

/// Meta takes both; a number goes out digit for digit as the client wrote it.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Degrees<'a> {
    Number(&'a RawValue),
    Text(&'a str),
}

#[derive(Serialize)]
pub(super) struct Reaction<'a> {
    pub(super) message_id: &'a str,
    pub(super) emoji: &'a str,
}

#[derive(Serialize)]
pub(super) struct Template<'a> {
    pub(super) name: &'a str,
    pub(super) language: Language<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) components: Vec<Component<'a>>,
}

#[derive(Serialize)]
pub(super) struct Language<'a> {
    pub(super) code: &'a str,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Component<'a> {
    Header {
        parameters: [Parameter<'a>; 1],
    },
    Body {
        parameters: Vec<Parameter<'a>>,
    },
    Button {
        sub_type: &'a str,
        index: u8,
        parameters: &'a RawValue,
    },
}

#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Parameter<'a> {
    Text {
        #[serde(rename = "type")]
        kind: &'static str,
        text: &'a str,
    },
    File {
        #[serde(rename = "type")]
        kind: &'static str,
        #[serde(flatten)]
        object: Object<'a>,
    },
    Raw(&'a RawValue),
}

/// The answer to a POST that was taken. Only the id is needed.
#[derive(Deserialize)]
pub(super) struct Taken<'a> {
    #[serde(borrow)]
    pub(super) messages: Vec<&'a RawValue>,
    #[serde(borrow)]
    pub(super) contacts: Option<&'a RawValue>,
}

#[derive(Deserialize)]
pub(super) struct TakenMessage<'a> {
    pub(super) id: Box<str>,
    /// Only with templates.
    #[serde(borrow)]
    pub(super) message_status: Option<&'a RawValue>,
}

/// Who wrote, or who was written to: beside messages and statuses, and in answers.
#[derive(Clone, Default, Deserialize)]
pub(super) struct Contact {
    pub(super) profile: Option<Profile>,
    pub(super) wa_id: Option<Box<str>>,
    pub(super) user_id: Option<Box<str>>,
    /// The same person for all portfolios of one parent company.
    pub(super) parent_user_id: Option<Box<str>>,
}

#[derive(Clone, Default, Deserialize)]
pub(super) struct Profile {
    pub(super) name: Option<Box<str>>,
}

/// A webhook's body. What may be wrong on its own stays raw until it is looked at, so that one bad
/// part cannot spoil the others.
#[derive(Deserialize)]
pub(super) struct Webhook<'a> {
    #[serde(borrow)]
    pub(super) entry: Option<&'a RawValue>,
}

#[derive(Deserialize)]
pub(super) struct Entry<'a> {
    /// The business account.
    #[serde(borrow)]
    pub(super) id: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) changes: Option<&'a RawValue>,
}

#[derive(Deserialize)]
pub(super) struct Change<'a> {
    pub(super) field: Box<str>,
    #[serde(borrow)]
    pub(super) value: Option<&'a RawValue>,
}

/// The value of a change of the field `messages`.
#[derive(Deserialize)]
pub(super) struct Value<'a> {
    #[serde(borrow)]
    pub(super) metadata: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) contacts: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) messages: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) statuses: Option<&'a RawValue>,
    /// About the account or the app.
    #[serde(borrow)]
    pub(super) errors: Option<&'a RawValue>,
}

#[derive(Deserialize)]
pub(super) struct Metadata {
    pub(super) phone_number_id: Box<str>,
}

/// A customer's message; of the objects only the one named like its type is there.
#[derive(Deserialize)]
pub(super) struct Message<'a> {
    pub(super) id: Option<Box<str>>,
    #[serde(default, deserialize_with = "seconds")]
    pub(super) timestamp: Option<i64>,
    #[serde(rename = "type")]
    pub(super) kind: Option<Box<str>>,
    pub(super) from: Option<Box<str>>,
    pub(super) from_user_id: Option<Box<str>>,
    pub(super) from_parent_user_id: Option<Box<str>>,
    #[serde(borrow)]
    pub(super) context: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) referral: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) identity: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) errors: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) text: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) image: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) audio: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) video: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) document: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) sticker: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) location: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) contacts: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) reaction: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) button: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) interactive: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) order: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) system: Option<&'a RawValue>,
}

#[derive(Deserialize)]
pub(super) struct TextIn {
    pub(super) body: Box<str>,
}

#[derive(Deserialize)]
pub(super) struct FileIn {
    pub(super) id: Box<str>,
    pub(super) mime_type: Option<Box<str>>,
    pub(super) sha256: Option<Box<str>>,
    pub(super) caption: Option<Box<str>>,
    pub(super) filename: Option<Box<str>>,
    pub(super) voice: Option<bool>,
}

#[derive(Deserialize)]
pub(super) struct PlaceIn<'a> {
    #[serde(borrow)]
    pub(super) latitude: &'a RawValue,
    #[serde(borrow)]
    pub(super) longitude: &'a RawValue,
    pub(super) name: Option<Box<str>>,
    pub(super) address: Option<Box<str>>,
}

#[derive(Deserialize)]
pub(super) struct ReactionIn {
    pub(super) message_id: Box<str>,
    /// Missing or empty: taken away.
    pub(super) emoji: Option<Box<str>>,
}

#[derive(Deserialize)]
pub(super) struct ButtonIn {
    pub(super) text: Box<str>,
    pub(super) payload: Option<Box<str>>,
}

/// A notice about a customer; of the addresses only those that are new.
#[derive(Default, Deserialize)]
pub(super) struct Notice {
    #[serde(rename = "type")]
    pub(super) kind: Option<Box<str>>,
    pub(super) wa_id: Option<Box<str>>,
    /// What `wa_id` was called once.
    pub(super) new_wa_id: Option<Box<str>>,
    pub(super) user_id: Option<Box<str>>,
    pub(super) parent_user_id: Option<Box<str>>,
}

/// What is read of it; it is kept whole.
#[derive(Default, Deserialize)]
pub(super) struct ContextIn {
    pub(super) id: Option<Box<str>>,
    pub(super) from: Option<Box<str>>,
    pub(super) forwarded: Option<bool>,
    /// More than five times.
    pub(super) frequently_forwarded: Option<bool>,
}

/// What an advertisement shows: a picture, or a film and a picture of it. It is kept whole.
#[derive(Default, Deserialize)]
pub(super) struct ReferralIn {
    pub(super) image_url: Option<Box<str>>,
    pub(super) video_url: Option<Box<str>>,
    pub(super) thumbnail_url: Option<Box<str>>,
}

/// What became of a message.
#[derive(Deserialize)]
pub(super) struct Status {
    pub(super) id: Option<Box<str>>,
    pub(super) status: Option<Box<str>>,
    #[serde(default, deserialize_with = "seconds")]
    pub(super) timestamp: Option<i64>,
    pub(super) recipient_id: Option<Box<str>>,
    pub(super) recipient_user_id: Option<Box<str>>,
    pub(super) biz_opaque_callback_data: Option<Box<str>>,
    pub(super) errors: Option<serde_json::Value>,
}

/// A webhook's value, reduced to one status.
#[derive(Serialize)]
pub(super) struct StatusAlone<'a> {
    pub(super) messaging_product: &'static str,
    pub(super) metadata: &'a RawValue,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) contacts: Option<Vec<&'a RawValue>>,
    pub(super) statuses: [&'a RawValue; 1],
}

/// What stands for a message of a type that we do not know, in the form of Meta's own errors.
#[derive(Serialize)]
pub(super) struct NotSupported<'a> {
    pub(super) code: i64,
    pub(super) title: &'static str,
    pub(super) message: &'static str,
    pub(super) error_data: NotSupportedData<'a>,
}

#[derive(Serialize)]
pub(super) struct NotSupportedData<'a> {
    pub(super) details: String,
    /// The message as it came, so that nothing is lost.
    pub(super) original: &'a RawValue,
}

/// Reads a raw part; `None` when it is missing or has another shape.
pub(super) fn part<'a, T: Deserialize<'a>>(raw: Option<&'a RawValue>) -> Option<T> {
    serde_json::from_str(raw?.get()).ok()
}

/// The elements of a raw array; `None` when it is missing or no array.
pub(super) fn list(raw: Option<&RawValue>) -> Option<Vec<&RawValue>> {
    part(raw)
}

/// The elements of a raw array; none when it is missing or no array.
pub(super) fn parts(raw: Option<&RawValue>) -> Vec<&RawValue> {
    list(raw).unwrap_or_default()
}

/// The text, unless it is missing or empty.
pub(super) fn filled(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty())
}

/// Unix seconds: a string in webhooks about messages, a number in others; `None` when it is neither.
fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Number(i64),
        Text(String),
        Otherwise(IgnoredAny),
    }
    Ok(match Written::deserialize(deserializer)? {
        Written::Number(seconds) => Some(seconds),
        Written::Text(text) => text.parse().ok(),
        Written::Otherwise(_) => None,
    })
}
