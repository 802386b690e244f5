//! Customers and their conversations, as people see and change them.

mod apply;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::address::{Address, Phone};
use crate::id::{Id, MessageId};
use crate::raw::Raw;
use crate::time::Timestamp;
use crate::window::Heard;

pub use apply::{NoConversation, apply};

/// A customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// Public id.
    pub id: Id,
    /// The name, when one is known.
    pub name: Option<Box<str>>,
    /// Every address, the number first.
    pub addresses: Vec<Address>,
    /// When we first knew of them.
    pub created_at: Timestamp,
    /// What people have noted about them; `None` while nobody has.
    pub profile: Option<Arc<Profile>>,
}

impl Contact {
    /// The digits of the number, when one is known.
    pub fn phone(&self) -> Option<&str> {
        self.addresses
            .iter()
            .find_map(|address| address.phone().map(Phone::digits))
    }

    /// The WhatsApp user id, when one is known.
    pub fn user_id(&self) -> Option<&str> {
        self.addresses
            .iter()
            .find(|address| address.phone().is_none())
            .map(Address::value)
    }

    /// Whether they do not want messages.
    pub fn is_opted_out(&self) -> bool {
        let profile = self.profile.as_ref();
        profile.is_some_and(|profile| profile.opted_out_at.is_some())
    }
}

/// What people have noted about a customer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// Names of tags, each once, in the order in which they were given.
    pub tags: Vec<Box<str>>,
    /// Custom fields by name. A list is the JSON of it, as Callbell has it.
    pub fields: BTreeMap<Box<str>, Box<str>>,
    /// Free text, at most 1000 characters.
    pub note: Option<Box<str>>,
    /// E-mail address.
    pub email: Option<Box<str>>,
    /// Where a picture of them is.
    pub avatar_url: Option<Box<str>>,
    /// Since when people have blocked them.
    pub blocked_at: Option<Timestamp>,
    /// Since when they do not want messages.
    pub opted_out_at: Option<Timestamp>,
    /// What a provider last told of the keys of their device: its object.
    pub identity: Option<Raw>,
    /// The hash of the keys that a program has acknowledged.
    pub acknowledged: Option<Box<str>>,
}

/// A contact on a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversation {
    /// The store's number of it.
    pub number: i64,
    /// Public id.
    pub id: Id,
    /// The collaborator it belongs to.
    pub user: Option<Id>,
    /// The team it belongs to.
    pub team: Option<Id>,
    /// The stage of the funnel in which it is.
    pub funnel: Option<Id>,
    /// What the account's bot does in it.
    pub bot: Bot,
    /// When it began.
    pub created_at: Timestamp,
    /// Since when it is closed; `None` while it is open.
    pub closed_at: Option<Timestamp>,
}

/// What a bot does in a conversation. We have none: the wish is kept for programs that are one.
/// The numbers are stored: never change one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum Bot {
    /// Nobody has said anything.
    #[default]
    Idle = 0,
    /// It was told to start.
    Started = 1,
    /// It was told to end.
    Ended = 2,
}

/// A customer with all their conversations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Customer {
    /// Who it is.
    pub contact: Arc<Contact>,
    /// One for each channel, the newest first. Empty for nobody that a program has seen.
    pub talks: Vec<Talk>,
}

impl Customer {
    /// The conversation on this channel.
    pub fn on(&self, channel: Id) -> Option<&Talk> {
        self.talks.iter().find(|talk| talk.channel == channel)
    }
}

/// Where a customer's conversation on one channel stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Talk {
    /// The channel.
    pub channel: Id,
    /// What people see and change.
    pub conversation: Conversation,
    /// Its last message or note.
    pub last: Option<MessageId>,
    /// What decides about its window.
    pub heard: Heard,
}

/// One change of a customer or of one of their conversations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CustomerChange {
    /// What they are called.
    Name(Box<str>),
    /// All their tags.
    Tags(Vec<Box<str>>),
    /// One custom field; `None` takes it away.
    Field(Box<str>, Option<Box<str>>),
    /// Free text; `None` takes it away.
    Note(Option<Box<str>>),
    /// E-mail address; `None` takes it away.
    Email(Option<Box<str>>),
    /// Where a picture is; `None` takes it away.
    Avatar(Option<Box<str>>),
    /// Whether people have blocked them.
    Blocked(bool),
    /// Whether they do not want messages.
    OptedOut(bool),
    /// The hash of the keys that a program takes for theirs.
    Acknowledged(Box<str>),
    /// Another way to reach them. If somebody else has it, both are one and are merged.
    Address(Address),
    /// The collaborator to whom the conversation belongs.
    User(Option<Id>),
    /// The team to which the conversation belongs.
    Team(Option<Id>),
    /// The stage of the funnel in which the conversation is.
    Funnel(Option<Id>),
    /// What the bot does in the conversation.
    Bot(Bot),
    /// The conversation is over. Nothing happens to one that is.
    Close {
        /// Why, in the words of the API (`issue_resolved`).
        reason: Box<str>,
    },
    /// The conversation goes on. Nothing happens to one that does.
    Open,
}
