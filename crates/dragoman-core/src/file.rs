//! Files: what clients upload and what customers send.

use crate::id::{Id, MessageId};
use crate::outcome::Failure;
use crate::time::Timestamp;

/// A file whose bytes we keep, under its id, in [`Objects`](crate::ports::Objects).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Public id; of a file that a customer sent the uuid of their message.
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

/// A customer's file that is still at the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetch {
    /// The message that it belongs to, which is announced when this is over.
    pub message: MessageId,
    /// The tenant.
    pub account: Id,
    /// The channel that the message came through.
    pub channel: Id,
    /// The provider's id of the bytes.
    pub provider_media_id: Box<str>,
    /// What people call it.
    pub filename: Option<Box<str>>,
    /// Failed tries so far.
    pub tries: u32,
    /// Not before this.
    pub due_at: Timestamp,
}

/// What came of a try to fetch a customer's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fetched {
    /// Its bytes are durable.
    Kept(File),
    /// It cannot be had: the message is announced without it.
    Missing(Failure),
    /// To be tried again.
    Again {
        /// When.
        due_at: Timestamp,
    },
}
