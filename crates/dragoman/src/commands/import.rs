//! `dragoman import callbell`: copies what a Callbell account has, with its ids.
//!
//! Everything is written through the management API, and everything keeps its id, so that copying
//! again finds what is there.

mod source;
mod target;
mod told;

use serde_json::Value;

use self::source::Source;
use self::target::Target;
use self::told::Told;
use super::client::NotRunning;
use super::print;
use crate::cli::CallbellImport;

pub(crate) async fn callbell(args: &CallbellImport) -> anyhow::Result<()> {
    let mut copying = Copying {
        args,
        source: Source::new(&args.url, &args.token),
        target: Target::new(args.place(), &args.account),
        told: Told::default(),
    };
    // Contacts come last: they belong to channels, teams and collaborators.
    let here = copying.channels().await?;
    copying.teams().await?;
    copying.templates().await?;
    copying.contacts(&here).await?;
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
    /// Answers the channels that are here. Others need credentials that the source does not tell.
    async fn channels(&mut self) -> anyhow::Result<Vec<Value>> {
        let there = self.source.list("channels", "/channels").await?;
        let here = self.target.list("channels").await?;
        let missing = there.iter().filter(|one| !has(&here, one));
        let commands = missing.map(|one| channel_command(&self.args.account, one));
        self.told.channels = commands.collect();
        Ok(here)
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

    async fn contacts(&mut self, here: &[Value]) -> anyhow::Result<()> {
        let users = self.target.list("users").await?;
        let mut after = None;
        loop {
            let (contacts, next) = self.source.contacts(after.as_deref()).await?;
            for contact in &contacts {
                let channel = channel_of(contact, here, self.args.channel.as_deref());
                match self.target.contact(contact, channel, &users).await {
                    Ok(outcome) => self.told.contacts.count(outcome),
                    Err(error) if error.is::<NotRunning>() => return Err(error),
                    Err(error) => {
                        let why = format!("{}: {error:#}", text(contact, "uuid"));
                        self.told.left_out.push(why);
                    }
                }
            }
            if next.is_none() {
                return Ok(());
            }
            after = next;
        }
    }
}

fn text<'a>(object: &'a Value, key: &str) -> &'a str {
    object[key].as_str().unwrap_or_default()
}

fn has(channels: &[Value], channel: &Value) -> bool {
    channels.iter().any(|known| known["id"] == channel["uuid"])
}

/// The channel on which a contact is talked to, if it is here; otherwise the one that was named.
fn channel_of<'a>(
    contact: &'a Value,
    here: &[Value],
    otherwise: Option<&'a str>,
) -> Option<&'a str> {
    let own = &contact["channel"];
    if has(here, own) {
        own["uuid"].as_str()
    } else {
        otherwise
    }
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
        text(template, "title").replace(char::is_control, " "),
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
    fn a_contact_goes_to_its_own_channel_where_that_is_here() {
        let contact = json!({ "channel": { "uuid": "a" } });
        let here = [json!({ "id": "a" })];
        assert_eq!(channel_of(&contact, &here, Some("main")), Some("a"));
        assert_eq!(channel_of(&contact, &[], Some("main")), Some("main"));
        assert_eq!(channel_of(&json!({}), &here, None), None);
    }
}
