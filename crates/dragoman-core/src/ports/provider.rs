//! What a provider offers beside sending and receiving.

use std::time::Duration;

use async_trait::async_trait;

use super::Http;
use crate::catalog::Channel;
use crate::outcome::{Failure, NotTaken};
use crate::template::{Category, Header, TemplateStatus};
use crate::time::Timestamp;

/// Asks a provider about what it keeps for a channel, and changes that. Everything may be repeated.
#[async_trait]
pub trait Provider: Send + Sync {
    /// Every template of the channel's business account, whatever its status.
    ///
    /// # Errors
    /// The provider did not answer, or with an error.
    async fn templates(
        &self,
        http: &dyn Http,
        channel: &Channel,
    ) -> Result<Vec<OfferedTemplate>, Failure>;

    /// What the provider says of the sender itself.
    ///
    /// # Errors
    /// The provider did not answer, or with an error.
    async fn sender(&self, http: &dyn Http, channel: &Channel) -> Result<Sender, Failure>;

    /// Whether two channels have the same templates.
    fn shares_templates(&self, one: &Channel, other: &Channel) -> bool;

    /// The provider's id of the channel's business account.
    fn business<'a>(&self, channel: &'a Channel) -> &'a str;

    /// Gives the provider a file, to be sent by its id.
    ///
    /// # Errors
    /// It was not taken; a lost answer counts as that, since another upload does no harm.
    async fn upload(
        &self,
        http: &dyn Http,
        channel: &Channel,
        bytes: FileBytes,
    ) -> Result<Uploaded, NotTaken>;

    /// Takes the bytes of a file that a customer sent.
    ///
    /// # Errors
    /// They cannot be had now, or never.
    async fn download(
        &self,
        http: &dyn Http,
        channel: &Channel,
        media: &str,
    ) -> Result<FileBytes, NotTaken>;

    /// Shows the customer that their message, named by the provider's id, was read, with all before
    /// it.
    ///
    /// # Errors
    /// The provider did not answer, or with an error.
    async fn mark_read(
        &self,
        http: &dyn Http,
        channel: &Channel,
        message: &str,
    ) -> Result<(), Failure>;

    /// What customers read about the business.
    ///
    /// # Errors
    /// The provider did not answer, or with an error.
    async fn profile(&self, http: &dyn Http, channel: &Channel) -> Result<Profile, Failure>;

    /// Changes what customers read about the business: what is `None` stays as it is.
    ///
    /// # Errors
    /// The provider did not answer, or with an error.
    async fn set_profile(
        &self,
        http: &dyn Http,
        channel: &Channel,
        change: ProfileChange,
    ) -> Result<(), Failure>;

    /// Makes the sender usable, step by step; `None` where there is nothing to do.
    fn registrar(&self) -> Option<&dyn Registrar>;
}

/// Registers senders with a provider.
#[async_trait]
pub trait Registrar: Send + Sync {
    /// Has the provider send a code to the sender's number.
    ///
    /// # Errors
    /// The provider did not answer, or with an error.
    async fn request_code(
        &self,
        http: &dyn Http,
        channel: &Channel,
        by: CodeBy,
    ) -> Result<(), Failure>;

    /// Shows that the code has arrived.
    ///
    /// # Errors
    /// The provider did not answer, or with an error.
    async fn verify_code(
        &self,
        http: &dyn Http,
        channel: &Channel,
        code: &str,
    ) -> Result<(), Failure>;

    /// Registers the sender for this API. `pin` has six digits; a backup of the On-Premises client
    /// moves its registration over.
    ///
    /// # Errors
    /// The provider did not answer, or with an error.
    async fn register(
        &self,
        http: &dyn Http,
        channel: &Channel,
        pin: &str,
        backup: Option<Backup>,
    ) -> Result<(), Failure>;

    /// Sets the six digits that registering asks for.
    ///
    /// # Errors
    /// The provider did not answer, or with an error.
    async fn set_pin(&self, http: &dyn Http, channel: &Channel, pin: &str) -> Result<(), Failure>;

    /// Sets the public key (RSA, PEM) by which customers' devices encrypt what flows send.
    ///
    /// # Errors
    /// The provider did not answer, or with an error.
    async fn set_encryption_key(
        &self,
        http: &dyn Http,
        channel: &Channel,
        key: &str,
    ) -> Result<(), Failure>;

    /// Whose webhooks the provider calls for the channel: the address, when it tells, and whether
    /// this channel's app hears at all.
    ///
    /// # Errors
    /// The provider did not answer, or with an error.
    async fn hearing(&self, http: &dyn Http, channel: &Channel) -> Result<Hearing, Failure>;

    /// Has the provider call this address for the channel, verified by its token.
    ///
    /// # Errors
    /// The provider did not answer, or with an error.
    async fn hear_at(&self, http: &dyn Http, channel: &Channel, url: &str) -> Result<(), Failure>;
}

/// A template as its provider has it. Name and language name it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "as in `Template`")]
pub struct OfferedTemplate {
    pub name: Box<str>,
    pub language: Box<str>,
    pub category: Category,
    pub status: TemplateStatus,
    pub header: Header,
    pub body: Box<str>,
    pub footer: Option<Box<str>>,
    pub buttons: Vec<Box<str>>,
}

/// What a provider says of a sender.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sender {
    /// Its number as digits, when the provider tells.
    pub phone: Option<Box<str>>,
    /// The name that customers read.
    pub name: Option<Box<str>>,
    /// Whether it can send, in the provider's word (`CONNECTED`).
    pub status: Option<Box<str>>,
    /// Whether a PIN is set.
    pub has_pin: Option<bool>,
    /// What customers think of its messages, in the provider's word (`GREEN`).
    pub quality: Option<Box<str>>,
    /// The provider's clock when it answered, when it tells.
    pub clock: Option<Timestamp>,
}

/// The bytes of a file, with what must be known to send them.
#[derive(Clone, PartialEq, Eq)]
pub struct FileBytes {
    /// Content type.
    pub mime_type: Box<str>,
    /// What people call it.
    pub filename: Option<Box<str>>,
    /// The file itself.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for FileBytes {
    /// Without the bytes, which are customers' own.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "FileBytes({}, {} bytes)",
            self.mime_type,
            self.bytes.len()
        )
    }
}

/// A file that a provider has taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uploaded {
    /// The provider's id of it.
    pub provider_id: Box<str>,
    /// For how long it can be sent by that id.
    pub lasts: Duration,
}

/// What customers read about a business.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Profile {
    pub about: Box<str>,
    pub address: Box<str>,
    pub description: Box<str>,
    pub email: Box<str>,
    /// The line of business, in the provider's word.
    pub vertical: Box<str>,
    pub websites: Vec<Box<str>>,
    /// Where the picture can be fetched, for a while.
    pub picture: Option<Box<str>>,
}

/// What to change of a [`Profile`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "as in `Profile`")]
pub struct ProfileChange {
    pub about: Option<Box<str>>,
    pub address: Option<Box<str>>,
    pub description: Option<Box<str>>,
    pub email: Option<Box<str>>,
    pub vertical: Option<Box<str>>,
    pub websites: Option<Vec<Box<str>>>,
    pub picture: Option<FileBytes>,
}

/// How a code reaches the sender's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum CodeBy {
    Sms,
    Voice,
}

/// What the On-Premises client's backup answers: it moves a number's registration over.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Backup {
    pub data: crate::secret::Secret,
    pub password: crate::secret::Secret,
}

/// Whether and where a provider calls for a channel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hearing {
    /// Whether the app that the channel's token belongs to hears of the business account.
    pub subscribed: bool,
    /// The address that overrides the app's own, when there is one.
    pub url: Option<Box<str>>,
}
