//! What came of taking a client over, for people or as JSON.

use std::io;

use serde_json::{Value, json};

use crate::commands::print;

/// What came of it.
pub(super) struct Told {
    /// Whether the client was connected when it was asked.
    health: Value,
    /// Users that the client knows.
    users: Vec<String>,
    /// What was written, as path and field.
    pub(super) taken: Vec<String>,
    /// What was refused, and why.
    pub(super) left_out: Vec<String>,
    /// Settings that mean nothing here.
    pub(super) without_meaning: Vec<String>,
    /// The commands that add the media providers, whose secrets only their owner has.
    pub(super) providers: Vec<String>,
    /// What cannot be moved, and what to do about it.
    next: Vec<String>,
}

impl Told {
    pub(super) fn new(health: &Value, users: Vec<&str>) -> Self {
        Self {
            health: health.clone(),
            users: users.into_iter().map(str::to_owned).collect(),
            taken: Vec::new(),
            left_out: Vec::new(),
            without_meaning: Vec::new(),
            providers: Vec::new(),
            next: Vec::new(),
        }
    }

    /// What is left to do, since it cannot be moved.
    pub(super) fn next_steps(&mut self, base: &str, slug: &str) {
        let known = match self.users.as_slice() {
            [] => String::new(),
            users => format!(" (it knows {})", users.join(", ")),
        };
        self.next = vec![
            format!("tokens: programs log in again, at {base}/v1/users/login"),
            format!(
                "users{known} and their passwords: make them by POST {base}/v1/users"
            ),
            "media: upload it again, since ids of the client open nothing here".to_owned(),
            "messages: their history stays in the client's database; keep it as long as you need it"
                .to_owned(),
            format!(
                "the number: dragoman channel register {slug} --pin-file FILE --backup-file FILE \
                 --backup-password-file FILE"
            ),
            format!("is anything missing? dragoman channel check {slug}"),
        ];
    }

    pub(super) fn json(&self) -> Value {
        json!({
            "health": self.health,
            "users": self.users,
            "taken": self.taken,
            "left_out": self.left_out,
            "without_meaning": self.without_meaning,
            "media_providers_to_add": self.providers,
            "next": self.next,
        })
    }

    pub(super) fn people(&self) -> io::Result<()> {
        print::line(&format!("the client's health: {}", self.health))?;
        for (heading, lines) in [
            ("Taken over:", &self.taken),
            ("Refused:", &self.left_out),
            ("Settings that mean nothing here:", &self.without_meaning),
            (
                "Media providers, to be added with their secrets:",
                &self.providers,
            ),
            ("What cannot be moved:", &self.next),
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
