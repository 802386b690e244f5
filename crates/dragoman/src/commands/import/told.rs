//! What came of an import, for people or as JSON.

use std::io;

use serde_json::{Value, json};

use super::target::Outcome;
use crate::commands::print;

/// How many of a kind are new here, and how many were here.
#[derive(Default)]
pub(super) struct Count {
    new: usize,
    known: usize,
}

impl Count {
    pub(super) fn count(&mut self, outcome: Outcome) {
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
pub(super) struct Told {
    pub(super) teams: Count,
    pub(super) users: Count,
    pub(super) statuses: Count,
    pub(super) funnels: Count,
    pub(super) templates: Count,
    pub(super) contacts: Count,
    pub(super) fields: Count,
    /// The commands that add the channels, whose credentials only their owner has.
    pub(super) channels: Vec<String>,
    /// The commands that link the templates that nothing here looks like.
    pub(super) unlinked: Vec<String>,
    /// Contacts and custom fields that could not be taken, and why.
    pub(super) left_out: Vec<String>,
}

impl Told {
    pub(super) fn json(&self) -> Value {
        json!({
            "teams": self.teams.json(),
            "users": self.users.json(),
            "statuses": self.statuses.json(),
            "funnels": self.funnels.json(),
            "templates": self.templates.json(),
            "contacts": self.contacts.json(),
            "fields": self.fields.json(),
            "channels_to_add": self.channels,
            "templates_to_link": self.unlinked,
            "left_out": self.left_out,
        })
    }

    pub(super) fn people(&self) -> io::Result<()> {
        for (kind, count) in [
            ("teams", &self.teams),
            ("users", &self.users),
            ("statuses", &self.statuses),
            ("funnels", &self.funnels),
            ("templates", &self.templates),
            ("contacts", &self.contacts),
            ("fields", &self.fields),
        ] {
            print::line(&format!("{kind}: {} new, {} known", count.new, count.known))?;
        }
        for (heading, lines) in [
            ("To be added, with credentials of your own:", &self.channels),
            (
                "Templates that nothing here looks like; link each with:",
                &self.unlinked,
            ),
            ("Left out:", &self.left_out),
        ] {
            if !lines.is_empty() {
                print::line(heading)?;
            }
            for line in lines {
                print::line(&format!("  {}", print::plain(line)))?;
            }
        }
        Ok(())
    }
}
