//! WhatsApp by Meta's Cloud API.
//!
//! * `settings`: what a channel has to know
//! * `wire`: Meta's shapes
//! * `send`: a message in flight → request; answer → receipt (pure)
//! * `receive`: webhook → reports (pure), with `message` and `sender` for what customers send,
//!   and `status` for what becomes of what we send
//! * `provider`: what Meta keeps for a channel beside that, in the shapes of `kept`: `templates`,
//!   `media` (with `multipart`, `digest`, and `reach` for where the token may go), `profile`
//! * `registration`: what makes a number usable
//!
//! What is covered, limits and quirks: `README.md` beside this file.

mod digest;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod kept;
mod media;
mod message;
mod multipart;
mod profile;
mod provider;
mod reach;
mod receive;
mod registration;
mod send;
mod sender;
mod settings;
mod status;
mod templates;
mod wire;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use async_trait::async_trait;
use dragoman_core::catalog::Channel;
use dragoman_core::content::Kind;
use dragoman_core::message::InFlight;
use dragoman_core::outcome::{Receipt, SendError};
use dragoman_core::ports::{Driver, Echo, Http, Provider, ReceiveError, Received, Setting};

use crate::graph::{self, Codes};

/// Speaks to the WhatsApp Cloud API. What differs between channels is in their settings.
#[derive(Clone, Debug, Default)]
pub struct WhatsappCloud {
    codes: Arc<Codes>,
}

impl WhatsappCloud {
    /// One that understands refusals by these codes.
    pub const fn new(codes: Arc<Codes>) -> Self {
        Self { codes }
    }
}

#[async_trait]
impl Driver for WhatsappCloud {
    fn name(&self) -> &'static str {
        "whatsapp_cloud"
    }

    fn settings(&self) -> &'static [Setting] {
        settings::SETTINGS
    }

    fn takes(&self) -> &'static [Kind] {
        &Kind::OUTBOUND
    }

    fn echo(&self) -> Echo {
        Echo::Token
    }

    async fn send(
        &self,
        http: &dyn Http,
        channel: &Channel,
        in_flight: &InFlight,
    ) -> Result<Receipt, SendError> {
        let request = send::request(channel, in_flight).map_err(SendError::NotTaken)?;
        let answer = http.call(request).await?;
        if !(200..300).contains(&answer.status) {
            let starts = in_flight.claim().starts;
            let access_token = channel.setting(settings::ACCESS_TOKEN);
            return Err(self.codes.judge(&answer, starts, access_token));
        }
        send::receipt(&answer)
    }

    fn verify(&self, channel: &Channel, query: &[(String, String)]) -> Option<String> {
        graph::challenge(query, channel.setting(settings::VERIFY_TOKEN))
    }

    fn receive(
        &self,
        channel: &Channel,
        signature: Option<&str>,
        body: &[u8],
    ) -> Result<Received, ReceiveError> {
        let secrets = settings::app_secrets(channel);
        let is_signed = |secret: &&str| graph::is_signed(secret, signature, body);
        if !secrets.iter().any(is_signed) {
            return Err(ReceiveError::Signature);
        }
        receive::read(body)
    }

    fn signature_header(&self) -> &'static str {
        graph::HEADER
    }

    fn provider(&self) -> Option<&dyn Provider> {
        Some(self)
    }

    fn shares_secret(&self, one: &Channel, other: &Channel) -> bool {
        let theirs = settings::app_secrets(other);
        let is_theirs = |own: &&str| theirs.iter().any(|their| graph::same_secret(own, their));
        settings::app_secrets(one).iter().any(is_theirs)
    }
}
