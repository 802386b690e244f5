//! `dragoman import callbell`: copies what a Callbell account has, with its ids.
//!
//! Everything is written through the management API, and everything keeps its id, so that copying
//! again finds what is there.

mod contact;
mod onprem;
mod source;
mod target;
mod told;

use std::collections::BTreeMap;

use serde_json::Value;

pub(crate) use self::onprem::onprem;
use self::source::Source;
use self::target::{Target, is_same};
use self::told::Told;
use super::client::NotRunning;
use super::print;
use crate::cli::CallbellImport;

pub(crate) async fn callbell(args: &CallbellImport) -> anyhow::Result<()> {
    let mut copying = Copying {
        args,
        source: Source::new(&args.url, args.token.reveal()),
        target: Target::new(args.place(), &args.account),
        told: Told::default(),
    };
    copying.channels().await?;
    copying.teams().await?;
    copying.statuses().await?;
    copying.funnels().await?;
    copying.templates().await?;
    // Contacts belong to channels, teams, collaborators and stages. Definitions follow them, so that
    // a value that is older than its definition comes along too.
    let definitions = copying.contacts().await?;
    copying.fields(definitions).await?;
    if args.json {
        print::json(&copying.told.json())?;
    } else {
        copying.told.people()?;
    }
    Ok(())
}

/// An account on its way from there to here.
struct Copying<'a> {
    args: &'a CallbellImport,
    source: Source,
    target: Target,
    told: Told,
}

impl Copying<'_> {
    /// Channels need credentials that the source does not tell, so that their owner adds them.
    async fn channels(&mut self) -> anyhow::Result<()> {
        let there = self.source.list("channels", "/channels").await?;
        let here = self.target.list("channels").await?;
        let has = |uuid| here.iter().any(|known| is_same(known, uuid));
        let missing = there.iter().filter(|one| !has(text(one, "uuid")));
        let commands = missing.map(|one| channel_command(&self.args.account, one));
        self.told.channels = commands.collect();
        Ok(())
    }

    async fn teams(&mut self) -> anyhow::Result<()> {
        for team in self.source.list("teams", "/teams").await? {
            self.told.teams.count(self.target.team(&team).await?);
            let uuid = text(&team, "uuid");
            let members = format!("/teams/{uuid}/members");
            for member in self.source.list("users", &members).await? {
                let outcome = self.target.member(&member, uuid).await?;
                self.told.users.count(outcome);
            }
        }
        Ok(())
    }

    async fn templates(&mut self) -> anyhow::Result<()> {
        for template in self.source.list("templates", "/templates").await? {
            match self.target.template(&template).await? {
                Some(outcome) => self.told.templates.count(outcome),
                None => self.told.unlinked.push(link_command(&template)),
            }
        }
        Ok(())
    }

    async fn statuses(&mut self) -> anyhow::Result<()> {
        let all = self.source.list("customStatuses", "/custom_statuses");
        for status in all.await? {
            self.told.statuses.count(self.target.status(&status).await?);
        }
        Ok(())
    }

    /// In their order: each comes behind those that are here.
    async fn funnels(&mut self) -> anyhow::Result<()> {
        let mut all = self.source.list("funnels", "/funnels").await?;
        all.sort_by_key(|funnel| funnel["position"].as_u64());
        for funnel in all {
            self.told.funnels.count(self.target.funnel(&funnel).await?);
        }
        Ok(())
    }

    /// Answers the definitions of the custom fields that they have values of.
    async fn contacts(&mut self) -> anyhow::Result<Definitions> {
        let here = self.target.here().await?;
        let mut definitions = Definitions::default();
        let mut after = None;
        loop {
            let (contacts, next) = self.source.contacts(after.as_deref()).await?;
            for contact in &contacts {
                definitions.learn(contact);
                let otherwise = self.args.channel.as_deref();
                match self.target.contact(contact, &here, otherwise).await {
                    Ok(outcome) => self.told.contacts.count(outcome),
                    Err(error) => self.left_out("contact", text(contact, "uuid"), error)?,
                }
            }
            if next.is_none() {
                return Ok(definitions);
            }
            after = next;
        }
    }

    async fn fields(&mut self, definitions: Definitions) -> anyhow::Result<()> {
        for (name, definition) in definitions.0 {
            match self.target.custom_field(&name, &definition).await {
                Ok(outcome) => self.told.fields.count(outcome),
                Err(error) => self.left_out("field", &name, error)?,
            }
        }
        Ok(())
    }

    /// One that cannot be taken does not keep the others; without a gateway there is no going on.
    fn left_out(&mut self, kind: &str, name: &str, error: anyhow::Error) -> anyhow::Result<()> {
        if error.is::<NotRunning>() {
            return Err(error);
        }
        self.told.left_out.push(format!("{kind} {name}: {error:#}"));
        Ok(())
    }
}

/// Custom fields by name, as the contacts who have a value show them: the source has no list.
#[derive(Default)]
struct Definitions(BTreeMap<String, Value>);

impl Definitions {
    fn learn(&mut self, contact: &Value) {
        let typed = contact["customFieldsMetadata"].as_object();
        for (name, field) in typed.into_iter().flatten() {
            let known = self.0.entry(name.clone());
            known.or_insert_with(|| field.clone());
        }
    }
}

fn text<'a>(object: &'a Value, key: &str) -> &'a str {
    object[key].as_str().unwrap_or_default()
}

fn channel_command(account: &str, channel: &Value) -> String {
    format!(
        "dragoman channel add whatsapp_cloud SLUG --account {} --uuid {} --title {} \
         --phone-number-id … --waba-id … --access-token-file … --app-secret-file … \
         --verify-token-file …",
        quoted(account),
        text(channel, "uuid"),
        quoted(text(channel, "title")),
    )
}

fn link_command(template: &Value) -> String {
    format!(
        "dragoman template link ID --uuid {}   # {}",
        text(template, "uuid"),
        // The rest of the line is a comment, and stays one.
        print::plain(text(template, "title")),
    )
}

/// A text as a shell takes it for one word.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_command_that_is_shown_can_be_pasted() {
        let channel = json!({ "uuid": "35f6", "title": "Ada's number" });
        let command = channel_command("acme", &channel);
        assert!(command.contains(r"--title 'Ada'\''s number'"), "{command}");
        assert!(command.contains("--uuid 35f6 "), "{command}");
    }

    #[test]
    fn a_field_is_known_by_the_first_contact_who_has_a_value() {
        let mut definitions = Definitions::default();
        let size = json!({ "value": "S", "type": "dropdown", "options": ["S", "L"] });
        definitions.learn(&json!({ "customFieldsMetadata": { "Size": size } }));
        definitions.learn(&json!({ "customFieldsMetadata": { "Size": {}, "Age": {} } }));
        definitions.learn(&json!({}));
        let expected = [("Age".to_owned(), json!({})), ("Size".to_owned(), size)];
        assert_eq!(definitions.0, BTreeMap::from(expected));
    }
}
