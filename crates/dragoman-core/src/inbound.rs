//! What a provider's webhook says, as a driver understands it.

use crate::address::Address;
use crate::content::{Kind, Location};
use crate::id::AttemptToken;
use crate::outcome::Failure;
use crate::raw::Raw;
use crate::time::Timestamp;

/// One thing that a provider reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Report {
    /// A customer wrote.
    Inbound(Inbound),
    /// Something became of a message that was sent.
    Status(Status),
}

/// A customer's message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inbound {
    /// The provider's id of the message.
    pub provider_id: Box<str>,
    /// Every address that the provider showed, the number first. Never empty.
    pub from: Vec<Address>,
    /// The name that the customer chose.
    pub profile_name: Option<Box<str>>,
    /// The provider's time.
    pub at: Timestamp,
    /// What the customer said.
    pub content: InboundContent,
    /// What it follows.
    pub context: Option<Context>,
    /// The advertisement that the customer came by, which opens the longer window.
    pub referral: Option<Referral>,
    /// What the provider knows of the keys of the customer's device: its object.
    pub identity: Option<Raw>,
}

impl Inbound {
    /// The provider's id of the earlier message that this one answers or reacts to.
    pub fn refers_to(&self) -> Option<&str> {
        if let InboundContent::Reaction { target, .. } = &self.content {
            return Some(target);
        }
        self.context.as_ref()?.provider_id.as_deref()
    }
}

/// What a customer's message follows: the message that it answers, a forwarding, a product.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context {
    /// The provider's id of the earlier message.
    pub provider_id: Option<Box<str>>,
    /// Who wrote that one.
    pub from: Option<Box<str>>,
    /// The message was forwarded.
    pub forwarded: bool,
    /// The provider's whole object: it may name a product, or how often the message was forwarded.
    pub raw: Option<Raw>,
}

/// An advertisement, or a post of the business, that brought a customer here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Referral {
    /// The address of its picture or film, when somebody is to be shown it: it is fetched before
    /// the message is announced.
    pub picture: Option<Box<str>>,
    /// The provider's whole object.
    pub raw: Raw,
}

/// What a customer said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InboundContent {
    /// Plain text.
    Text(Box<str>),
    /// A file.
    Media(InboundMedia),
    /// A point on the map.
    Location(Location),
    /// Contact cards, as the provider's array.
    Contacts(Raw),
    /// A template's quick reply.
    Button {
        /// Its label.
        text: Box<str>,
        /// What the business put behind it.
        payload: Option<Box<str>>,
    },
    /// An answer to buttons, lists or flows: the provider's object.
    Interactive(Raw),
    /// An emoji on an earlier message; empty takes it away.
    Reaction {
        /// The provider's id of that message.
        target: Box<str>,
        /// The emoji.
        emoji: Box<str>,
    },
    /// A shopping cart: the provider's object.
    Order(Raw),
    /// A notice of the messenger (number changed): the provider's object.
    System(Raw),
    /// Something that the provider does not pass on: its errors.
    Unsupported(Raw),
}

impl InboundContent {
    /// The word for it.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Text(_) => Kind::Text,
            Self::Media(media) => media.kind,
            Self::Location(_) => Kind::Location,
            Self::Contacts(_) => Kind::Contacts,
            Self::Button { .. } => Kind::Button,
            Self::Interactive(_) => Kind::Interactive,
            Self::Reaction { .. } => Kind::Reaction,
            Self::Order(_) => Kind::Order,
            Self::System(_) => Kind::System,
            Self::Unsupported(_) => Kind::Unsupported,
        }
    }

    /// What a person would read.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Button { text, .. } => Some(text),
            Self::Media(media) => media.caption.as_deref(),
            Self::Reaction { emoji, .. } => Some(emoji),
            Self::Location(_)
            | Self::Contacts(_)
            | Self::Interactive(_)
            | Self::Order(_)
            | Self::System(_)
            | Self::Unsupported(_) => None,
        }
    }
}

/// A file that a customer sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboundMedia {
    /// Image, audio, video, document or sticker.
    pub kind: Kind,
    /// The provider's id of the bytes.
    pub provider_media_id: Box<str>,
    /// Content type.
    pub mime_type: Box<str>,
    /// Digest as the provider wrote it.
    pub sha256: Option<Box<str>>,
    /// Text under the file.
    pub caption: Option<Box<str>>,
    /// Name of a document.
    pub filename: Option<Box<str>>,
    /// A voice note.
    pub voice: bool,
}

/// What became of a message that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// The provider's id of the message.
    pub provider_id: Box<str>,
    /// Our token, when the status carries it (the echo).
    pub token: Option<AttemptToken>,
    /// What became of it.
    pub kind: StatusKind,
    /// The provider's time.
    pub at: Timestamp,
    /// The recipient as the provider knows it.
    pub recipient: Option<Box<str>>,
    /// The recipient's user id, when it tells: the same person as `recipient`.
    pub recipient_user: Option<Box<str>>,
    /// The provider's whole status.
    pub raw: Raw,
}

/// What became of a message that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StatusKind {
    /// On its way.
    Sent,
    /// On the device.
    Delivered,
    /// Opened, or a voice message played.
    Read,
    /// Not deliverable.
    Failed(Failure),
}
