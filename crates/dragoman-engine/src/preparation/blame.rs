//! What a provider says of a file after it has taken the message.
//!
//! It looks into a file only then. What it finds wrong may be its own copy, which would go with every
//! message to come.

use dragoman_core::MessageId;
use dragoman_core::catalog::Channel;
use dragoman_core::inbound::{Report, Status, StatusKind};
use dragoman_core::message::Stored;
use dragoman_core::ports::StoreError;

use super::original::Original;
use super::refusal::is_about_the_file;
use super::work::{self, Which};
use crate::shared::Shared;

/// A message that has failed because of its file.
#[derive(Debug)]
pub(crate) struct Blame {
    /// When the status carries our token.
    message: Option<MessageId>,
    provider_id: Box<str>,
}

impl Blame {
    /// Of a report that blames the file of a message.
    pub(crate) fn of(report: &Report) -> Option<Self> {
        let Report::Status(status) = report else {
            return None;
        };
        let Status {
            kind: StatusKind::Failed(failure),
            token,
            provider_id,
            ..
        } = status
        else {
            return None;
        };
        is_about_the_file(failure).then(|| Self {
            message: token.map(|token| token.message),
            provider_id: provider_id.clone(),
        })
    }

    /// Has the file given to the provider anew with the next message that it belongs to.
    pub(crate) async fn settle(&self, shared: &Shared, channel: &Channel) {
        let message = match self.message(shared, channel).await {
            Ok(message) => message,
            Err(error) => {
                tracing::warn!(channel = %channel.slug, %error, "cannot look up whose file was blamed");
                return;
            }
        };
        let body = message.as_ref().and_then(Stored::outbound);
        if let Some((original, _)) = body.and_then(|body| Original::of(&body.content)) {
            work::forget(shared, &original, channel.id, Which::Last).await;
        }
    }

    /// The message, if it went through this channel.
    async fn message(
        &self,
        shared: &Shared,
        channel: &Channel,
    ) -> Result<Option<Stored>, StoreError> {
        let store = &shared.store;
        let message = match self.message {
            Some(message) => Some(message),
            None => {
                let found = store.by_provider_id(channel.id, &self.provider_id).await?;
                found.map(|found| found.message)
            }
        };
        let Some(message) = message else {
            return Ok(None);
        };
        let found = store.message(channel.tenant(), message).await?;
        Ok(found.filter(|found| found.channel == channel.id))
    }
}
