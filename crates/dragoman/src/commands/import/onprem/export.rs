//! What a client answers about itself, in memory or in a file.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::Context;
use serde_json::Value;

use super::node::Node;
use crate::commands::asked::one;
use crate::private;

pub(super) const APPLICATION: &str = "settings/application";
pub(super) const PROVIDERS: &str = "settings/application/media/providers";
pub(super) const ABOUT: &str = "settings/profile/about";
pub(super) const BUSINESS: &str = "settings/business/profile";
pub(super) const HEALTH: &str = "health";
/// Of the user who asks: there is no list of all.
const USERS: &str = "users";

/// Answers by the path that was asked, below `/v1`. No secret is among them.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Export(BTreeMap<String, Value>);

impl Export {
    /// Asks a client. What it cannot answer is left out.
    ///
    /// # Errors
    /// Not even its settings can be had.
    pub(super) async fn read(client: &Node, user: &str) -> anyhow::Result<Self> {
        let mut answers = BTreeMap::new();
        let settings = client.get(APPLICATION).await?;
        answers.insert(APPLICATION.to_owned(), settings);
        let about_user = one(USERS, user);
        for path in [PROVIDERS, ABOUT, BUSINESS, HEALTH, &about_user] {
            match client.get(path).await {
                Ok(answer) => drop(answers.insert(path.to_owned(), answer)),
                Err(error) => tracing::warn!("left out: {error:#}"),
            }
        }
        let mut export = Self(answers);
        export.forget_secrets();
        Ok(export)
    }

    /// Reads what [`save`](Self::save) wrote.
    ///
    /// # Errors
    /// The file cannot be read, or holds something else.
    pub(super) fn load(file: &Path) -> anyhow::Result<Self> {
        let place = || format!("reading {}", file.display());
        let text = fs::read(file).with_context(place)?;
        let mut export = Self(serde_json::from_slice(&text).with_context(place)?);
        export.forget_secrets();
        Ok(export)
    }

    /// # Errors
    /// The file cannot be written.
    pub(super) fn save(&self, file: &Path) -> anyhow::Result<()> {
        let text = serde_json::to_string_pretty(&self.0)?;
        private::write(file, text.as_bytes())
    }

    /// A part of the answer to a path; null where there is none.
    pub(super) fn at(&self, path: &str, pointer: &str) -> &Value {
        let answer = self.0.get(path);
        answer
            .and_then(|answer| answer.pointer(pointer))
            .unwrap_or(&Value::Null)
    }

    /// Users that it knows of.
    pub(super) fn users(&self) -> Vec<&str> {
        let named = self.0.iter().filter(|(path, _)| path.starts_with(USERS));
        let names = named.filter_map(|(_, answer)| answer["users"][0]["username"].as_str());
        names.collect()
    }

    /// Some clients show the credentials of media providers.
    fn forget_secrets(&mut self) {
        let Some(answer) = self.0.get_mut(PROVIDERS) else {
            return;
        };
        let providers = answer.pointer_mut("/settings/application/media/providers");
        let providers = providers.and_then(Value::as_array_mut);
        for provider in providers.into_iter().flatten() {
            for (_, credential) in provider["config"].as_object_mut().into_iter().flatten() {
                *credential = match credential {
                    Value::Object(basic) => serde_json::json!({
                        "username": basic.get("username"), "password": "…"
                    }),
                    Value::Null
                    | Value::Bool(_)
                    | Value::Number(_)
                    | Value::String(_)
                    | Value::Array(_) => "…".into(),
                };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_saved_is_loaded_and_holds_no_secret() {
        let providers = json!([
            { "name": "one", "type": "www", "config": { "bearer": "s3cret" } },
            { "name": "two", "type": "www",
              "config": { "basic": { "username": "u", "password": "s3cret" } } },
        ]);
        let answers = json!({
            PROVIDERS: { "settings": { "application": { "media": { "providers": providers } } } },
            "users/admin": { "users": [{ "username": "admin", "ROLES": "ROLE_ADMIN" }] },
        });
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("export.json");
        fs::write(&file, answers.to_string()).unwrap();
        let export = Export::load(&file).unwrap();
        assert_eq!(export.users(), ["admin"]);
        let shown = export.at(PROVIDERS, "/settings/application/media/providers");
        assert_eq!(shown[0]["config"], json!({ "bearer": "…" }));
        let basic = json!({ "basic": { "username": "u", "password": "…" } });
        assert_eq!(shown[1]["config"], basic);
        export.save(&file).unwrap();
        assert!(!fs::read_to_string(&file).unwrap().contains("s3cret"));
        assert_eq!(Export::load(&file).unwrap(), export);
    }
}
