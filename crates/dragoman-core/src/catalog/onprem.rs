//! What an On-Premises client keeps with us.

use crate::id::Id;
use crate::raw::Raw;
use crate::secret::Secret;

/// A login of one channel's On-Premises API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnpremUser {
    /// Public id of the record.
    pub id: Id,
    /// The channel.
    pub channel: Id,
    /// 4 to 32 characters, or `admin`.
    pub name: Box<str>,
    /// Argon2id, in the PHC string format.
    pub password_hash: Secret,
    /// Whether the next login has to set a new password.
    pub must_change: bool,
}

/// What a client has set with `/v1/settings/application`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnpremSettings {
    /// The channel.
    pub channel: Id,
    /// The JSON object, without the defaults.
    pub application: Raw,
    /// Certificates (PEM) that the webhook's must be signed by.
    pub webhook_ca: Option<Box<str>>,
}

/// Credentials for links that do not open without: of one channel, by a name that messages use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaProvider {
    /// Public id of the record.
    pub id: Id,
    /// The channel.
    pub channel: Id,
    /// Unique in the channel.
    pub name: Box<str>,
    /// What opens the links.
    pub access: MediaAccess,
}

/// What opens a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MediaAccess {
    /// `Authorization: Bearer …`.
    Bearer(Secret),
    /// `Authorization: Basic …`.
    Basic {
        /// The name.
        username: Box<str>,
        /// The password.
        password: Secret,
    },
}
