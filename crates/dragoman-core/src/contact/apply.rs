//! What changes of a customer make of them.

use std::sync::Arc;

use super::{Contact, Conversation, CustomerChange, Profile};
use crate::news::ContactNews;
use crate::time::Timestamp;

/// A change is about a conversation, and there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no such conversation")]
pub struct NoConversation;

/// Applies changes to a customer and to one of their conversations, all or none, and answers what
/// is news: nothing where everything was so already. [`CustomerChange::Address`] is left to the
/// store, because others may have the address.
///
/// # Errors
/// [`NoConversation`]; nothing was changed.
pub fn apply(
    changes: &[CustomerChange],
    contact: &mut Contact,
    conversation: Option<&mut Conversation>,
    now: Timestamp,
) -> Result<Vec<ContactNews>, NoConversation> {
    let before = (contact.clone(), conversation.as_deref().cloned());
    let mut profile = contact.profile.as_deref().cloned().unwrap_or_default();
    let mut after = before.1.clone();
    let mut news = Vec::new();
    for change in changes {
        let is_about_talk = change.is_about_conversation();
        match &mut after {
            None if is_about_talk => return Err(NoConversation),
            Some(talk) if is_about_talk => news.extend(talk.change(change, now)),
            Some(_) | None => profile.change(change, now),
        }
    }
    if let Some(name) = changes.iter().rev().find_map(CustomerChange::name) {
        contact.name = Some(name.into());
    }
    contact.profile = (profile != Profile::default()).then(|| Arc::new(profile));
    let is_same = |talk: &Conversation, other: &Conversation| {
        let aside = |talk: &Conversation| Conversation {
            closed_at: None,
            ..talk.clone()
        };
        aside(talk) == aside(other)
    };
    let same_talk = match (&before.1, &after) {
        (Some(before), Some(after)) => is_same(before, after),
        (None, _) | (_, None) => true,
    };
    if *contact != before.0 || !same_talk {
        news.insert(0, ContactNews::Updated);
    }
    if let (Some(conversation), Some(after)) = (conversation, after) {
        *conversation = after;
    }
    Ok(news)
}

impl CustomerChange {
    /// Whether it changes a conversation rather than its customer.
    pub const fn is_about_conversation(&self) -> bool {
        match self {
            Self::User(_)
            | Self::Team(_)
            | Self::Funnel(_)
            | Self::Bot(_)
            | Self::Close { .. }
            | Self::Open => true,
            Self::Name(_)
            | Self::Tags(_)
            | Self::Field(..)
            | Self::Note(_)
            | Self::Email(_)
            | Self::Avatar(_)
            | Self::Blocked(_)
            | Self::OptedOut(_)
            | Self::Acknowledged(_)
            | Self::Address(_) => false,
        }
    }

    fn name(&self) -> Option<&str> {
        match self {
            Self::Name(name) => Some(name),
            Self::Tags(_)
            | Self::Field(..)
            | Self::Note(_)
            | Self::Email(_)
            | Self::Avatar(_)
            | Self::Blocked(_)
            | Self::OptedOut(_)
            | Self::Acknowledged(_)
            | Self::Address(_)
            | Self::User(_)
            | Self::Team(_)
            | Self::Funnel(_)
            | Self::Bot(_)
            | Self::Close { .. }
            | Self::Open => None,
        }
    }
}

impl Profile {
    fn change(&mut self, change: &CustomerChange, now: Timestamp) {
        match change {
            CustomerChange::Tags(tags) => {
                self.tags.clear();
                for tag in tags {
                    if !self.tags.contains(tag) {
                        self.tags.push(tag.clone());
                    }
                }
            }
            CustomerChange::Field(name, Some(value)) => {
                self.fields.insert(name.clone(), value.clone());
            }
            CustomerChange::Field(name, None) => drop(self.fields.remove(name)),
            CustomerChange::Note(note) => self.note.clone_from(note),
            CustomerChange::Email(email) => self.email.clone_from(email),
            CustomerChange::Avatar(url) => self.avatar_url.clone_from(url),
            CustomerChange::Blocked(is_so) => self.blocked_at = since(self.blocked_at, *is_so, now),
            CustomerChange::OptedOut(is_so) => {
                self.opted_out_at = since(self.opted_out_at, *is_so, now);
            }
            CustomerChange::Acknowledged(hash) => self.acknowledged = Some(hash.clone()),
            CustomerChange::Name(_)
            | CustomerChange::Address(_)
            | CustomerChange::User(_)
            | CustomerChange::Team(_)
            | CustomerChange::Funnel(_)
            | CustomerChange::Bot(_)
            | CustomerChange::Close { .. }
            | CustomerChange::Open => {}
        }
    }
}

impl Conversation {
    fn change(&mut self, change: &CustomerChange, now: Timestamp) -> Option<ContactNews> {
        match change {
            CustomerChange::User(user) => self.user = *user,
            CustomerChange::Team(team) => self.team = *team,
            CustomerChange::Funnel(funnel) => self.funnel = *funnel,
            CustomerChange::Bot(bot) => self.bot = *bot,
            CustomerChange::Close { reason } if self.closed_at.is_none() => {
                self.closed_at = Some(now);
                let reason = reason.clone();
                return Some(ContactNews::Closed { reason });
            }
            CustomerChange::Open if self.closed_at.take().is_some() => {
                return Some(ContactNews::Opened);
            }
            CustomerChange::Close { .. }
            | CustomerChange::Open
            | CustomerChange::Name(_)
            | CustomerChange::Tags(_)
            | CustomerChange::Field(..)
            | CustomerChange::Note(_)
            | CustomerChange::Email(_)
            | CustomerChange::Avatar(_)
            | CustomerChange::Blocked(_)
            | CustomerChange::OptedOut(_)
            | CustomerChange::Acknowledged(_)
            | CustomerChange::Address(_) => {}
        }
        None
    }
}

/// Since when something is so: a repetition changes nothing.
fn since(before: Option<Timestamp>, is_so: bool, now: Timestamp) -> Option<Timestamp> {
    is_so.then(|| before.unwrap_or(now))
}

#[cfg(test)]
#[path = "apply_tests.rs"]
mod tests;
