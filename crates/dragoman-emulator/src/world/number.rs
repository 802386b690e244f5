//! What a business made of its number: registration, profile, keys, and where its webhooks go.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

#[derive(Debug, Clone)]
pub(crate) struct Number {
    /// Whether it may send.
    pub(crate) registered: bool,
    /// Two-step verification.
    pub(crate) pin: Option<String>,
    /// The fields of the business profile that were set.
    pub(crate) profile: Map<String, Value>,
    /// The upload that is shown as the profile's picture.
    pub(crate) picture: Option<String>,
    pub(crate) encryption_key: Option<String>,
    /// Where this number's webhooks go instead.
    pub(crate) callback: Option<String>,
}

impl Default for Number {
    /// As numbers come: ready to send.
    fn default() -> Self {
        Self {
            registered: true,
            pin: None,
            profile: Map::new(),
            picture: None,
            encryption_key: None,
            callback: None,
        }
    }
}

/// What is absent stays as it is.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct NumberChange {
    pub(crate) phone_number_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) registered: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) pin: Option<String>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub(crate) profile: Map<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) picture: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) encryption_key: Option<String>,
    /// An empty one gives up the address of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) callback: Option<String>,
}

impl Number {
    pub(crate) fn change(&mut self, change: NumberChange) {
        self.registered = change.registered.unwrap_or(self.registered);
        self.pin = change.pin.or_else(|| self.pin.take());
        self.profile.extend(change.profile);
        self.picture = change.picture.or_else(|| self.picture.take());
        self.encryption_key = change.encryption_key.or_else(|| self.encryption_key.take());
        if let Some(callback) = change.callback {
            self.callback = Some(callback).filter(|callback| !callback.is_empty());
        }
    }
}

/// Whether the app hears of a business account, and where.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Subscription {
    pub(crate) waba_id: String,
    pub(crate) subscribed: bool,
    /// Instead of the app's own address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) callback: Option<String>,
}

/// A file that comes in pieces, for samples and profile pictures.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ResumableUpload {
    /// Without `upload:` before it.
    pub(crate) id: String,
    pub(crate) mime: String,
    pub(crate) length: u64,
    #[serde(default)]
    pub(crate) received: u64,
    /// By which it is used, once it is whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) handle: Option<String>,
}
