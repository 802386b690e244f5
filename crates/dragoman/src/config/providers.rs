//! What an operator knows better about providers.

use std::path::PathBuf;

use anyhow::Context;
use serde::Deserialize;

/// By driver.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Providers {
    /// WhatsApp by Meta's Cloud API.
    pub(crate) whatsapp_cloud: WhatsappCloud,
}

/// WhatsApp by Meta's Cloud API.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct WhatsappCloud {
    /// A file that says what error codes mean, before the table that is built in; only that when
    /// left out.
    codes: Option<PathBuf>,
}

impl WhatsappCloud {
    /// What error codes mean, as this key has it: `read` makes the table of a file's text.
    pub(crate) fn codes<T, E>(&self, read: impl FnOnce(&str) -> Result<T, E>) -> anyhow::Result<T>
    where
        T: Default,
        E: std::error::Error + Send + Sync + 'static,
    {
        const KEY: &str = "the key providers.whatsapp_cloud.codes";
        let Some(path) = &self.codes else {
            return Ok(T::default());
        };
        let place = path.display();
        let text =
            std::fs::read_to_string(path).with_context(|| format!("{KEY}: reading {place}"))?;
        read(&text).with_context(|| format!("{KEY}: in {place}"))
    }
}
