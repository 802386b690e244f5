//! What a provider offers beside sending and receiving.

use async_trait::async_trait;

use super::Http;
use crate::catalog::Channel;
use crate::outcome::Failure;
use crate::template::{Category, Header, TemplateStatus};

/// Asks a provider about what it keeps for a channel. Reading only: everything may be repeated.
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

    /// The sender's own number as digits, when the provider tells.
    ///
    /// # Errors
    /// The provider did not answer, or with an error.
    async fn number(&self, http: &dyn Http, channel: &Channel)
    -> Result<Option<Box<str>>, Failure>;

    /// Whether two channels have the same templates.
    fn shares_templates(&self, one: &Channel, other: &Channel) -> bool;

    /// The provider's id of the channel's business account.
    fn business<'a>(&self, channel: &'a Channel) -> &'a str;
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
