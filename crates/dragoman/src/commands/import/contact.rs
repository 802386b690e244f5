//! Contacts, who may belong to what was copied before them.

use anyhow::Context;
use serde_json::{Map, Value};

use super::target::{Outcome, Target, is_same};
use super::text;
use crate::commands::asked::{Call, one};

/// What an account has that contacts may belong to.
pub(super) struct Here {
    channels: Vec<Value>,
    users: Vec<Value>,
    funnels: Vec<Value>,
}

impl Target {
    /// What contacts may belong to.
    pub(super) async fn here(&self) -> anyhow::Result<Here> {
        Ok(Here {
            channels: self.list("channels").await?,
            users: self.list("users").await?,
            funnels: self.list("funnels").await?,
        })
    }

    /// A contact goes to its own channel where that is here, `otherwise` to the one that was named.
    /// It keeps its id, unless somebody here has its address already. It belongs to nobody when its
    /// collaborator was in no team, since those are not told.
    pub(super) async fn contact(
        &self,
        contact: &Value,
        here: &Here,
        otherwise: Option<&str>,
    ) -> anyhow::Result<Outcome> {
        let uuid = text(contact, "uuid");
        let known = Call::get(one("/api/v1/contacts", uuid));
        if self.make(known).await.is_ok() {
            return Ok(Outcome::Known);
        }
        let number = contact["phoneNumber"].as_str();
        let address = number.or_else(|| contact["bsuid"].as_str());
        let address = address.context("has neither a number nor a WhatsApp user id")?;
        let is_user = |email: &&str| {
            let mut known = here.users.iter().map(|user| text(user, "email"));
            known.any(|known| known.eq_ignore_ascii_case(email))
        };
        let is_stage = |id: &&str| here.funnels.iter().any(|known| is_same(known, id));
        let user = contact["assignedUser"].as_str().filter(is_user);
        let funnel = contact["funnelId"].as_str().filter(is_stage);
        let tags = contact["tags"].as_array().filter(|tags| !tags.is_empty());
        let fields = self
            .fields()
            .with("uuid", Some(uuid))
            .with("address", Some(address))
            .with("channel", channel_of(contact, &here.channels, otherwise))
            .with(
                "name",
                contact["name"].as_str().filter(|name| !name.is_empty()),
            )
            .with("tags", tags)
            .with("fields", custom(contact))
            .with(
                "note",
                contact["note"].as_str().filter(|note| !note.is_empty()),
            )
            .with("blocked", contact["blockedAt"].is_string().then_some(true))
            .with("user", user)
            .with("team", contact["team"]["uuid"].as_str())
            .with("funnel", funnel);
        let taken = self.make(Call::post("/api/v1/contacts", fields)).await?;
        // Whoever has the address keeps their own id.
        let is_new = is_same(&taken, uuid);
        Ok(if is_new { Outcome::New } else { Outcome::Known })
    }
}

/// The custom fields that have a value. Of a checkbox it is a list that is written as a text.
fn custom(contact: &Value) -> Option<Map<String, Value>> {
    let fields = contact["customFields"].as_object()?;
    let has_value = |value: &Value| value.as_str().is_some_and(|text| !text.is_empty());
    let values = fields.iter().filter(|(_, value)| has_value(value));
    let values: Map<String, Value> = values
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    (!values.is_empty()).then_some(values)
}

/// The channel on which a contact is talked to, if it is here; otherwise the one that was named.
fn channel_of<'a>(
    contact: &'a Value,
    here: &[Value],
    otherwise: Option<&'a str>,
) -> Option<&'a str> {
    let own = contact["channel"]["uuid"].as_str();
    let is_here = |id: &&str| here.iter().any(|known| is_same(known, id));
    own.filter(is_here).or(otherwise)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_copied_as_they_are_written() {
        let fields = json!({ "City": "London", "Likes": "[\"tea\"]", "None": null, "No": "" });
        let expected = json!({ "City": "London", "Likes": "[\"tea\"]" });
        let copied = custom(&json!({ "customFields": fields }));
        assert_eq!(copied.map(Value::from), Some(expected));
        assert_eq!(custom(&json!({ "customFields": {} })), None);
    }

    #[test]
    fn a_contact_goes_to_its_own_channel_where_that_is_here() {
        let contact = json!({ "channel": { "uuid": "35F6F8CC-b550-4278-a2ea-099f3a4e0730" } });
        let here = [json!({ "id": "35f6f8ccb5504278a2ea099f3a4e0730" })];
        let own = contact["channel"]["uuid"].as_str();
        assert_eq!(channel_of(&contact, &here, Some("main")), own);
        assert_eq!(channel_of(&contact, &[], Some("main")), Some("main"));
        assert_eq!(channel_of(&json!({}), &here, None), None);
    }
}
