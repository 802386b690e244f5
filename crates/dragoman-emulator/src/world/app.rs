//! Who listens to a business number.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct App {
    #[serde(default)]
    pub(crate) phone_number_id: String,
    pub(crate) waba_id: String,
    pub(crate) access_token: String,
    #[serde(default)]
    pub(crate) app_secret: String,
    #[serde(default)]
    pub(crate) verify_token: String,
    /// Without one nobody is told anything.
    #[serde(default)]
    pub(crate) webhook_url: Option<String>,
    /// What phones call the business.
    #[serde(default)]
    pub(crate) name: Option<String>,
    /// Digits only.
    #[serde(default)]
    pub(crate) display_phone_number: Option<String>,
}

impl App {
    pub(crate) fn display_phone_number(&self) -> String {
        self.display_phone_number
            .clone()
            .unwrap_or_else(|| default_number(&self.phone_number_id))
    }

    pub(crate) fn name(&self) -> String {
        self.name
            .clone()
            .unwrap_or_else(|| default_name(&self.phone_number_id))
    }
}

/// The number of a business that nobody described.
pub(crate) fn default_number(phone_number_id: &str) -> String {
    let tail = phone_number_id.len().saturating_sub(7);
    format!(
        "1555{:0>7}",
        phone_number_id.get(tail..).unwrap_or_default()
    )
}

pub(crate) fn default_name(phone_number_id: &str) -> String {
    format!("Business +{}", default_number(phone_number_id))
}
