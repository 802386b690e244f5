//! `dragoman import callbell`: copies what a Callbell account has, with its ids.
//!
//! Everything is written through the management API, and everything keeps its id, so that copying
//! again finds what is there.

mod source;
mod target;

use std::io;

use serde_json::{Value, json};

use self::source::Source;
use self::target::{Outcome, Target};
use super::print;
use crate::cli::CallbellImport;

pub(crate) async fn callbell(args: &CallbellImport) -> anyhow::Result<()> {
    let source = Source::new(&args.url, &args.token);
    let target = Target::new(args.place(), &args.account);
    let mut told = Told::default();
    // Where the token opens nothing, nothing is written either.
    let channels = source.list("channels", "/channels").await?;
    let here = target.list("channels").await?;
    let missing = channels.iter().filter(|one| !has(&here, one));
    told.channels = missing
        .map(|one| channel_command(&args.account, one))
        .collect();
    for team in source.list("teams", "/teams").await? {
        let made = target.team(&team).await?;
        told.teams.count(made);
        let members = format!("/teams/{}/members", text(&team, "uuid"));
        for member in source.list("users", &members).await? {
            told.users
                .count(target.member(&member, text(&team, "uuid")).await?);
        }
    }
    let known = target.list("templates").await?;
    for template in source.list("templates", "/templates").await? {
        match target.template(&template, &known).await? {
            Some(outcome) => told.templates.count(outcome),
            None => told.unlinked.push(link_command(&template)),
        }
    }
    let mut after = None;
    loop {
        let (contacts, next) = source.contacts(after.as_deref()).await?;
        for contact in &contacts {
            let channel = channel_of(contact, &here, args.channel.as_deref());
            match target.contact(contact, channel).await {
                Ok(outcome) => told.contacts.count(outcome),
                Err(error) if !error.is::<super::client::NotRunning>() => {
                    told.left_out
                        .push(format!("{}: {error:#}", text(contact, "uuid")));
                }
                Err(error) => return Err(error),
            }
        }
        if next.is_none() {
            break;
        }
        after = next;
    }
    if args.json {
        print::json(&told.json())?;
    } else {
        told.people()?;
    }
    Ok(())
}

/// How many of a kind are new here, and how many were here.
#[derive(Default)]
struct Count {
    new: usize,
    known: usize,
}

impl Count {
    fn count(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::New => self.new += 1,
            Outcome::Known => self.known += 1,
        }
    }

    fn json(&self) -> Value {
        json!({ "new": self.new, "known": self.known })
    }
}

/// What came of it.
#[derive(Default)]
struct Told {
    teams: Count,
    users: Count,
    templates: Count,
    contacts: Count,
    /// The commands that add the channels, whose credentials only their owner has.
    channels: Vec<String>,
    /// The commands that link the templates that nothing here looks like.
    unlinked: Vec<String>,
    /// Contacts that could not be taken, and why.
    left_out: Vec<String>,
}

impl Told {
    fn json(&self) -> Value {
        json!({
            "teams": self.teams.json(),
            "users": self.users.json(),
            "templates": self.templates.json(),
            "contacts": self.contacts.json(),
            "channels_to_add": self.channels,
            "templates_to_link": self.unlinked,
            "contacts_left_out": self.left_out,
        })
    }

    fn people(&self) -> io::Result<()> {
        for (kind, count) in [
            ("teams", &self.teams),
            ("users", &self.users),
            ("templates", &self.templates),
            ("contacts", &self.contacts),
        ] {
            print::line(&format!("{kind}: {} new, {} known", count.new, count.known))?;
        }
        for (heading, lines) in [
            ("To be added, with credentials of your own:", &self.channels),
            (
                "Templates that nothing here looks like; link each with:",
                &self.unlinked,
            ),
            ("Contacts that were left out:", &self.left_out),
        ] {
            if !lines.is_empty() {
                print::line(heading)?;
            }
            for line in lines {
                print::line(&format!("  {line}"))?;
            }
        }
        Ok(())
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
