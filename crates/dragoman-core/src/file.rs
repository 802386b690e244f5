//! Files: what clients upload and what customers send.

use crate::id::{Id, MessageId};
use crate::outcome::Failure;
use crate::time::Timestamp;

/// A file whose bytes we keep, under its id, in [`Objects`](crate::ports::Objects).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Public id; of what came with a customer's message [`MessageId::file`] or
    /// [`MessageId::advertisement`].
    pub id: Id,
    /// The tenant.
    pub account: Id,
    /// The channel that it came through.
    pub channel: Id,
    /// Content type, as the client or the provider wrote it.
    pub mime_type: Box<str>,
    /// Number of bytes.
    pub size: u64,
    /// Digest of the bytes.
    pub sha256: [u8; 32],
    /// What people call it.
    pub filename: Option<Box<str>>,
    /// When it came.
    pub created_at: Timestamp,
    /// When it was last sent or asked for; files that nobody uses are cleared away.
    pub used_at: Timestamp,
}

/// A file as a provider has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// The provider's id of it, valid for the channel that uploaded it.
    pub provider_id: Box<str>,
    /// No longer valid from then on.
    pub until: Timestamp,
}

/// Something that belongs to a customer's message and is still elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetch {
    /// The message, which is announced when nothing of it is elsewhere any more.
    pub message: MessageId,
    /// The tenant.
    pub account: Id,
    /// The channel that the message came through.
    pub channel: Id,
    /// What it is.
    pub wanted: Wanted,
    /// What people call it.
    pub filename: Option<Box<str>>,
    /// Failed tries so far.
    pub tries: u32,
    /// Not before this.
    pub due_at: Timestamp,
}

impl Fetch {
    /// The id that the file has when it is here.
    pub const fn file(&self) -> Id {
        match self.wanted {
            Wanted::File(_) => self.message.file(),
            Wanted::Advertisement(_) => self.message.advertisement(),
        }
    }
}

/// What is fetched for a customer's message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// The file that they sent: the provider's id of the bytes.
    File(Box<str>),
    /// The picture or film of the advertisement that they came by: its address. It is fetched
    /// before the file.
    Advertisement(Box<str>),
}

/// What came of a try to fetch a customer's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fetched {
    /// Its bytes are durable.
    Kept(File),
    /// It cannot be had: the message is told without it.
    Missing(Failure),
    /// To be tried again.
    Again {
        /// When.
        due_at: Timestamp,
    },
}
