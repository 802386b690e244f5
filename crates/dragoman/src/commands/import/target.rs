//! The account that is copied to, over the management API.

use anyhow::Context;
use dragoman_core::Id;
use serde_json::Value;

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
        let fields = self.named(team).with("default", team["default"].as_bool());
        self.keep("teams", text(team, "uuid"), fields).await
    }

    /// A custom status keeps its id.
    pub(super) async fn status(&self, status: &Value) -> anyhow::Result<Outcome> {
        let fields = self.named(status).with("emoji", status["emoji"].as_str());
        self.keep("statuses", text(status, "id"), fields).await
    }

    /// A stage of the funnel keeps its id and comes last.
    pub(super) async fn funnel(&self, funnel: &Value) -> anyhow::Result<Outcome> {
        let fields = self.named(funnel).with("emoji", funnel["emoji"].as_str());
        self.keep("funnels", text(funnel, "uuid"), fields).await
    }

    /// A custom field has no id there: its name says which it is.
    pub(super) async fn custom_field(
        &self,
        name: &str,
        definition: &Value,
    ) -> anyhow::Result<Outcome> {
        let known = self.list("fields").await?;
        if known.iter().any(|known| known["name"] == name) {
            return Ok(Outcome::Known);
        }
        let fields = self
            .fields()
            .with("name", Some(name))
            .with("kind", definition["type"].as_str())
            .with("options", definition["options"].as_array());
        self.make(Call::post("/api/v1/fields", fields)).await?;
        Ok(Outcome::New)
    }

    /// Makes one of a kind with its id, unless it is here.
    async fn keep(&self, kind: &str, id: &str, fields: Fields) -> anyhow::Result<Outcome> {
        let known = self.list(kind).await?;
        if known.iter().any(|known| is_same(known, id)) {
            return Ok(Outcome::Known);
        }
        let fields = fields.with("uuid", Some(id));
        self.make(Call::post(format!("/api/v1/{kind}"), fields))
            .await?;
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

    pub(super) fn fields(&self) -> Fields {
        Fields::default().with("account", Some(&self.account))
    }

    fn named(&self, thing: &Value) -> Fields {
        self.fields().with("name", Some(text(thing, "name")))
    }

    pub(super) async fn make(&self, call: Call) -> anyhow::Result<Value> {
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

/// Whether something here has this id, which may be spelled with dashes.
pub(super) fn is_same(known: &Value, id: &str) -> bool {
    let id: Option<Id> = id.parse().ok();
    id.is_some_and(|id| known["id"] == id.simple())
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
}
