//! Templates that the provider holds back until it has judged their quality.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::Duration;

use dragoman_core::content::Content;
use dragoman_core::outcome::Receipt;
use dragoman_core::template::TemplateMessage;
use dragoman_core::{Id, MessageId, Timestamp};

use crate::lock::lock;

/// As long as no receipt says otherwise, a template counts as held for this time.
const LASTS: Duration = Duration::from_secs(24 * 3600);
/// So many are remembered; then the one that was heard of longest ago is forgotten.
const MOST: usize = 256;
/// So many answers are remembered. A repetition follows its first call soon.
const ANSWERS: usize = 4096;

#[derive(Debug, Default)]
pub(crate) struct Held {
    /// What the last receipts said. There are few at a time, so they are simply looked through.
    entries: Mutex<Vec<Entry>>,
    /// The messages that clients were told of as held back, the newest last.
    told: Mutex<VecDeque<MessageId>>,
}

#[derive(Debug)]
struct Entry {
    channel: Id,
    name: Box<str>,
    language: Box<str>,
    since: Timestamp,
}

impl Entry {
    fn is_of(&self, channel: Id, template: &TemplateMessage) -> bool {
        self.channel == channel && self.name == template.name && self.language == template.language
    }
}

impl Held {
    /// A message of the channel was taken with this receipt.
    pub(crate) fn learn(&self, channel: Id, content: &Content, receipt: &Receipt, now: Timestamp) {
        let Content::Template(template) = content else {
            return;
        };
        let mut entries = lock(&self.entries);
        entries.retain(|entry| !entry.is_of(channel, template));
        if !receipt.held {
            return;
        }
        if entries.len() >= MOST {
            entries.remove(0);
        }
        entries.push(Entry {
            channel,
            name: template.name.clone(),
            language: template.language.clone(),
            since: now,
        });
    }

    /// Whether what the channel sends now will probably be held back.
    pub(crate) fn holds(&self, channel: Id, content: &Content, now: Timestamp) -> bool {
        let Content::Template(template) = content else {
            return false;
        };
        let entries = lock(&self.entries);
        let mut ours = entries
            .iter()
            .filter(|entry| entry.is_of(channel, template));
        ours.any(|entry| now.since(entry.since) < LASTS)
    }

    /// The client hears that this message is held back.
    pub(crate) fn tell(&self, message: MessageId) {
        let mut told = lock(&self.told);
        if told.len() >= ANSWERS {
            told.pop_front();
        }
        told.push_back(message);
    }

    /// Whether the client heard so of this message, for when it asks again.
    pub(crate) fn was_told(&self, message: MessageId) -> bool {
        lock(&self.told).contains(&message)
    }
}

#[cfg(test)]
#[path = "held_tests.rs"]
mod tests;
