//! Meta's shapes of what it keeps for a channel: templates, the number, its profile, files.
//!
//! <https://developers.facebook.com/docs/whatsapp/cloud-api/reference/media>,
//! <https://developers.facebook.com/docs/whatsapp/cloud-api/reference/business-profiles>,
//! <https://developers.facebook.com/docs/whatsapp/cloud-api/reference/phone-numbers>,
//! <https://developers.facebook.com/docs/graph-api/guides/upload>.

use serde::{Deserialize, Serialize};

/// A page of the answer to `GET /<business account>/message_templates`.
#[derive(Deserialize)]
pub(super) struct TemplatePage {
    pub(super) data: Vec<serde_json::Value>,
    pub(super) paging: Option<serde_json::Value>,
}

/// The answer to `GET /<phone number id>`.
#[derive(Deserialize)]
pub(super) struct Number {
    pub(super) display_phone_number: Option<Box<str>>,
    pub(super) verified_name: Option<Box<str>>,
    pub(super) status: Option<Box<str>>,
    pub(super) quality_rating: Option<Box<str>>,
    pub(super) is_pin_enabled: Option<bool>,
}

/// The answer to `POST /<phone number id>/media`.
#[derive(Deserialize)]
pub(super) struct Uploaded {
    pub(super) id: Box<str>,
}

/// The answer to `GET /<media id>`. The size is a string in the documentation and a number in the
/// wild.
#[derive(Deserialize)]
pub(super) struct Described {
    pub(super) url: Box<str>,
    pub(super) mime_type: Option<Box<str>>,
    pub(super) sha256: Option<Box<str>>,
    pub(super) file_size: Option<serde_json::Value>,
}

/// What marks a customer's message as read.
#[derive(Serialize)]
pub(super) struct Read<'a> {
    pub(super) messaging_product: &'static str,
    pub(super) status: &'static str,
    pub(super) message_id: &'a str,
}

/// The answer to `GET /<phone number id>/whatsapp_business_profile`.
#[derive(Deserialize)]
pub(super) struct ProfilePage {
    pub(super) data: Vec<Profile>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Profile {
    pub(super) about: Option<Box<str>>,
    pub(super) address: Option<Box<str>>,
    pub(super) description: Option<Box<str>>,
    pub(super) email: Option<Box<str>>,
    pub(super) vertical: Option<Box<str>>,
    pub(super) websites: Option<Vec<Box<str>>>,
    pub(super) profile_picture_url: Option<Box<str>>,
}

/// A change of the profile: what is left out stays.
#[derive(Serialize)]
pub(super) struct ProfileChange {
    pub(super) messaging_product: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) about: Option<Box<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) address: Option<Box<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<Box<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) email: Option<Box<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) vertical: Option<Box<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) websites: Option<Vec<Box<str>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) profile_picture_handle: Option<Box<str>>,
}

/// The answer to `POST /app/uploads`: an upload in steps has begun.
#[derive(Deserialize)]
pub(super) struct Session {
    pub(super) id: Box<str>,
}

/// The answer to the bytes of such an upload.
#[derive(Deserialize)]
pub(super) struct Handle {
    pub(super) h: Box<str>,
}

#[derive(Serialize)]
pub(super) struct CodeWanted {
    pub(super) code_method: &'static str,
    pub(super) language: &'static str,
}

#[derive(Serialize)]
pub(super) struct Code<'a> {
    pub(super) code: &'a str,
}

#[derive(Serialize)]
pub(super) struct Registration<'a> {
    pub(super) messaging_product: &'static str,
    pub(super) pin: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) backup: Option<Backup<'a>>,
}

#[derive(Serialize)]
pub(super) struct Backup<'a> {
    pub(super) data: &'a str,
    pub(super) password: &'a str,
}

#[derive(Serialize)]
pub(super) struct Pin<'a> {
    pub(super) pin: &'a str,
}

/// The answer to `GET /<business account>/subscribed_apps`.
#[derive(Deserialize)]
pub(super) struct Subscribed {
    pub(super) data: Vec<SubscribedApp>,
}

#[derive(Deserialize)]
pub(super) struct SubscribedApp {
    pub(super) override_callback_uri: Option<Box<str>>,
}

/// Where the app that asks wants to hear.
#[derive(Serialize)]
pub(super) struct Subscription<'a> {
    pub(super) override_callback_uri: &'a str,
    pub(super) verify_token: &'a str,
}
