//! The earlier message that a reply or a reaction speaks of: a client knows it by an id of this
//! API, the provider by its own.

use dragoman_core::Address;
use dragoman_core::inbound::Inbound;
use dragoman_core::message::Body;
use dragoman_core::ports::View;

use crate::whatsapp_onprem::caller::ThisChannel;
use crate::whatsapp_onprem::render::Fault;
use crate::whatsapp_onprem::{Onprem, ids};

/// How the provider's own ids begin. Webhooks show them for messages that we do not know.
const PROVIDERS: &str = "wamid.";

/// The provider's id of the message that the client names in `field`.
///
/// # Errors
/// 1009 when there is no such message in this channel, or the provider has not taken it yet.
pub(in crate::whatsapp_onprem) async fn provider_id(
    house: &Onprem,
    channel: ThisChannel,
    field: &str,
    id: &str,
) -> Result<Box<str>, Fault> {
    if id.starts_with(PROVIDERS) {
        return Ok(id.into());
    }
    let unknown = || Fault::invalid(field, "names no message that can be answered");
    let message = ids::message_id(id).ok_or_else(unknown)?;
    let stored = house
        .services
        .store
        .message(channel.account, message)
        .await?;
    let stored = stored.filter(|stored| stored.channel == channel.id);
    let provider_id = stored.and_then(|stored| match stored.inbound() {
        Some(inbound) => Some(inbound.provider_id.clone()),
        None => stored.provider_id,
    });
    provider_id.ok_or_else(unknown)
}

/// What a customer's message refers to, and how clients know that.
#[derive(Debug)]
pub(in crate::whatsapp_onprem) struct Earlier<'a> {
    provider_id: Option<&'a str>,
    known_as: Option<String>,
}

impl<'a> Earlier<'a> {
    /// `from` is the customer.
    pub(in crate::whatsapp_onprem) fn of(
        view: &View<'_>,
        message: &'a Inbound,
        from: Option<&Address>,
    ) -> Self {
        let known_as = view.refers_to.and_then(|earlier| match &earlier.body {
            Body::Outbound(sent) => Some(ids::outbound(&sent.to, earlier.id)),
            Body::Inbound(_) => Some(ids::inbound(from, earlier.id)),
            Body::Note(_) => None,
        });
        Self {
            provider_id: message.refers_to(),
            known_as,
        }
    }

    /// The id to show for one of the provider's: ours when we know the message.
    pub(in crate::whatsapp_onprem) fn shown<'s>(&'s self, provider_id: &'s str) -> &'s str {
        let known_as = self.known_as.as_deref();
        let known_as = known_as.filter(|_| self.provider_id == Some(provider_id));
        known_as.unwrap_or(provider_id)
    }
}
