//! The account that is copied to, over the management API.

use anyhow::Context;
use serde_json::{Map, Value};

use super::text;
use crate::cli::Place;
use crate::commands::asked::{Call, Fields, one, segment};

/// Whether something is new here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    New,
    Known,
}

/// Writes into an account.
pub(super) struct Target {
    place: Place,
    account: String,
}

impl Target {
    pub(super) fn new(place: Place, account: &str) -> Self {
        Self {
            place,
            account: account.to_owned(),
        }
    }

    /// Everything of one kind that the account has.
    pub(super) async fn list(&self, kind: &str) -> anyhow::Result<Vec<Value>> {
        let path = format!("/api/v1/{kind}?account={}", segment(&self.account));
        let mut answer = Call::get(path).make(&self.place).await?;
        let all = answer[kind].as_array_mut().map(std::mem::take);
        all.with_context(|| format!("the gateway answered no list of {kind}"))
    }

    /// A team keeps its id.
    pub(super) async fn team(&self, team: &Value) -> anyhow::Result<Outcome> {
        let known = self.list("teams").await?;
        if known.iter().any(|known| known["id"] == team["uuid"]) {
            return Ok(Outcome::Known);
        }
        let fields = self
            .fields()
            .with("uuid", team["uuid"].as_str())
            .with("name", Some(text(team, "name")))
            .with("default", team["default"].as_bool());
        self.make(Call::post("/api/v1/teams", fields)).await?;
        Ok(Outcome::New)
    }

    /// A member of a team: that API tells no ids of collaborators, so that the address names them.
    pub(super) async fn member(&self, member: &Value, team: &str) -> anyhow::Result<Outcome> {
        let email = text(member, "email");
        let users = self.list("users").await?;
        let same = |user: &&Value| text(user, "email").eq_ignore_ascii_case(email);
        let Some(user) = users.iter().find(same) else {
            let name = member["name"]
                .as_str()
                .filter(|name| !name.trim().is_empty());
            let fields = self
                .fields()
                .with("email", Some(email))
                .with("name", name)
                .with("teams", Some([team]));
            self.make(Call::post("/api/v1/users", fields)).await?;
            return Ok(Outcome::New);
        };
        let mut teams: Vec<&str> = user["teams"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        if !teams.contains(&team) {
            teams.push(team);
            let fields = Fields::default().with("teams", Some(teams));
            let path = one("/api/v1/users", text(user, "id"));
            self.make(Call::patch(path, fields)).await?;
        }
        Ok(Outcome::Known)
    }

    /// A template is given its id, where one here has its text, or its title. `None` when nothing
    /// here looks like it.
    pub(super) async fn template(&self, template: &Value) -> anyhow::Result<Option<Outcome>> {
        let known = self.list("templates").await?;
        let uuid = text(template, "uuid");
        let has_it = |one: &&Value| one["id"] == uuid || one["family"] == uuid;
        if known.iter().any(|one| has_it(&one)) {
            return Ok(Some(Outcome::Known));
        }
        let Some(here) = looks_like(template, &known) else {
            return Ok(None);
        };
        let fields = Fields::default().with("uuid", Some(uuid));
        let path = one("/api/v1/templates", text(here, "id"));
        self.make(Call::patch(path, fields)).await?;
        Ok(Some(Outcome::New))
    }

    /// A contact keeps its id, unless somebody here has its address already. It belongs to nobody
    /// when its collaborator was in no team, since those are not told.
    pub(super) async fn contact(
        &self,
        contact: &Value,
        channel: Option<&str>,
        users: &[Value],
    ) -> anyhow::Result<Outcome> {
        let number = contact["phoneNumber"].as_str();
        let address = number.or_else(|| contact["bsuid"].as_str());
        let address = address.context("has neither a number nor a WhatsApp user id")?;
        let is_here = |email: &&str| {
            let mut known = users.iter().map(|user| text(user, "email"));
            known.any(|known| known.eq_ignore_ascii_case(email))
        };
        let user = contact["assignedUser"].as_str().filter(is_here);
        let tags = contact["tags"].as_array().filter(|tags| !tags.is_empty());
        let fields = self
            .fields()
            .with("uuid", contact["uuid"].as_str())
            .with("address", Some(address))
            .with("channel", channel)
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
            .with("user", user)
            .with("team", contact["team"]["uuid"].as_str());
        let uuid = text(contact, "uuid");
        let here = Call::get(one("/api/v1/contacts", uuid))
            .make(&self.place)
            .await;
        let taken = self.make(Call::post("/api/v1/contacts", fields)).await?;
        // Whoever has the address keeps their own id.
        let is_new = here.is_err() && taken["id"] == uuid;
        Ok(if is_new { Outcome::New } else { Outcome::Known })
    }

    fn fields(&self) -> Fields {
        Fields::default().with("account", Some(&self.account))
    }

    async fn make(&self, call: Call) -> anyhow::Result<Value> {
        call.make(&self.place).await
    }
}

/// The one template here with the same text, or with the same title or name.
fn looks_like<'a>(template: &Value, known: &'a [Value]) -> Option<&'a Value> {
    let only = |fits: &dyn Fn(&Value) -> bool| {
        let mut fitting = known.iter().filter(|one| fits(one));
        let first = fitting.next();
        first.filter(|_| fitting.next().is_none())
    };
    let (body, title) = (text(template, "text"), text(template, "title"));
    let by_body = only(&|one| text(one, "body").trim() == body.trim());
    by_body.or_else(|| only(&|one| one["title"] == title || one["name"] == title))
}

/// The custom fields; a checkbox comes as a list that is written as a text.
fn custom(contact: &Value) -> Option<Map<String, Value>> {
    let fields = contact["customFields"].as_object()?;
    let values = fields.iter().filter_map(|(name, value)| {
        let text = value.as_str()?;
        let list = serde_json::from_str(text).ok().filter(Value::is_array);
        Some((name.clone(), list.unwrap_or_else(|| text.into())))
    });
    let values: Map<String, Value> = values.collect();
    (!values.is_empty()).then_some(values)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_template_looks_like_the_only_one_with_its_text_or_else_its_title() {
        let here = [
            json!({ "id": "1", "body": "Hello {{1}}", "title": "a", "name": "a" }),
            json!({ "id": "2", "body": "Bye", "title": "b", "name": "b" }),
            json!({ "id": "3", "body": "Bye", "title": "c", "name": "c" }),
        ];
        let check = |text: &str, title: &str, expected: Option<&str>| {
            let found = looks_like(&json!({ "text": text, "title": title }), &here);
            assert_eq!(
                found.and_then(|one| one["id"].as_str()),
                expected,
                "{text} {title}"
            );
        };
        check(" Hello {{1}}\n", "x", Some("1"));
        check("Bye", "c", Some("3"));
        check("Bye", "x", None);
        check("Other", "b", Some("2"));
    }

    #[test]
    fn a_checkbox_is_read_back_as_a_list() {
        let contact = json!({ "customFields": { "City": "London", "Likes": "[\"tea\"]" } });
        let expected = json!({ "City": "London", "Likes": ["tea"] });
        assert_eq!(custom(&contact).map(Value::from), Some(expected));
        assert_eq!(custom(&json!({ "customFields": {} })), None);
    }
}
