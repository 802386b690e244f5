//! `dragoman channel register`.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use dragoman_core::Secret;
use serde_json::{Value, json};

use super::channel::PATH;
use crate::commands::asked::{Asked, Call, Fields, Show, one, secret};

#[derive(Debug, Args)]
pub(crate) struct Registration {
    /// Slug or uuid.
    channel: String,
    /// Six digits of two-step verification; they become its PIN where it has none.
    #[arg(long, required_unless_present = "pin_file")]
    pin: Option<Secret>,
    #[arg(long, conflicts_with = "pin")]
    pin_file: Option<PathBuf>,
    /// What the On-Premises client answered to `settings/backup`, or the `data` in it.
    #[arg(long, requires = "backup_password_file")]
    backup_file: Option<PathBuf>,
    /// The password that the backup was made with.
    #[arg(long, requires = "backup_file")]
    backup_password_file: Option<PathBuf>,
}

impl Registration {
    pub(super) fn asked(self) -> anyhow::Result<Asked> {
        let pin = secret(self.pin.as_ref(), self.pin_file.as_deref())?;
        let password = secret(None, self.backup_password_file.as_deref())?;
        let backup = match (self.backup_file, password) {
            (Some(file), Some(password)) => {
                let data = backup(&file)?;
                Some(json!({ "data": data, "password": password }))
            }
            (Some(_), None) | (None, _) => None,
        };
        let fields = Fields::default().with("pin", pin).with("backup", backup);
        let path = one(PATH, &self.channel) + "/register";
        Ok(Asked::new(Call::post(path, fields), Show::Object))
    }
}

fn backup(file: &Path) -> anyhow::Result<String> {
    let text = secret(None, Some(file))?.unwrap_or_default();
    read(text).with_context(|| format!("in {}", file.display()))
}

/// The backup itself: the file may hold the client's whole answer.
fn read(text: String) -> anyhow::Result<String> {
    if !text.starts_with('{') {
        return Ok(text);
    }
    let answer: Value = serde_json::from_str(&text).context("this is no JSON")?;
    let data = answer["settings"]["data"].as_str().map(str::to_owned);
    data.context("there is no settings.data")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backup_is_taken_from_the_whole_answer_or_as_it_is() {
        let read = |text: &str| read(text.to_owned()).ok();
        let whole = r#"{"settings":{"data":"YQ=="},"meta":{}}"#;
        assert_eq!(read(whole).as_deref(), Some("YQ=="));
        assert_eq!(read("YQ==").as_deref(), Some("YQ=="));
        assert_eq!(read(r#"{"errors":[]}"#), None);
        assert_eq!(read("{"), None);
    }
}
