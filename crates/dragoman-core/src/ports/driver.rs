//! The code that speaks to one provider product.

use std::time::Duration;

use async_trait::async_trait;

use super::{Http, HttpError, Provider};
use crate::catalog::Channel;
use crate::content::Kind;
use crate::inbound::Report;
use crate::message::InFlight;
use crate::outcome::{NotTaken, Receipt, SendError};

/// Speaks to one provider product.
#[async_trait]
pub trait Driver: Send + Sync {
    /// Its name in channels and addresses (`whatsapp_cloud`).
    fn name(&self) -> &'static str;

    /// What a channel of this driver has to be told when it is made.
    fn settings(&self) -> &'static [Setting];

    /// What it can send.
    fn takes(&self) -> &'static [Kind];

    /// How a lost answer may still be made good.
    fn echo(&self) -> Echo;

    /// Makes the one POST of an attempt. A slow answer is worth waiting for up to
    /// [`ANSWER_WAIT`]: the engine decides when the message counts as unknown.
    ///
    /// # Errors
    /// [`SendError::NotTaken`] only with proof; everything else is [`SendError::Unknown`].
    async fn send(
        &self,
        http: &dyn Http,
        channel: &Channel,
        in_flight: &InFlight,
    ) -> Result<Receipt, SendError>;

    /// Answers the provider's verification of the webhook address: the text to send back, or
    /// `None` when the call does not prove itself. `query` is percent-decoded.
    fn verify(&self, channel: &Channel, query: &[(String, String)]) -> Option<String>;

    /// Checks a webhook's signature over its raw bytes and reads it. A part that is not understood
    /// does not block the others.
    ///
    /// # Errors
    /// See [`ReceiveError`].
    fn receive(
        &self,
        channel: &Channel,
        signature: Option<&str>,
        body: &[u8],
    ) -> Result<Received, ReceiveError>;

    /// The name of the header that carries the signature, in lower case.
    fn signature_header(&self) -> &'static str;

    /// What the provider offers beside sending; `None` where there is nothing.
    fn provider(&self) -> Option<&dyn Provider>;

    /// Whether two channels' webhooks are signed with the same secret, so that one's address may
    /// receive for the other.
    fn shares_secret(&self, one: &Channel, other: &Channel) -> bool;
}

/// So long may a request take in which a message is sent.
pub const ANSWER_WAIT: Duration = Duration::from_secs(90);

/// How a lost answer may still be made good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Echo {
    /// The provider's statuses bring back the attempt's token.
    Token,
    /// Not at all.
    None,
}

/// One of a driver's settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Its name (`app_secret`).
    pub name: &'static str,
    /// Whether a channel cannot do without.
    pub required: bool,
}

/// What a webhook says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Received {
    /// What was understood, per sender.
    pub incoming: Vec<Incoming>,
    /// Why parts of it were left out, one reason for each: the webhook is then kept aside as well.
    pub odd: Vec<Box<str>>,
    /// The provider's ids of business accounts whose templates are no longer what they were.
    pub templates_changed: Vec<Box<str>>,
}

/// What a webhook says about one sender.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incoming {
    /// The provider's id of the sender (`phone_number_id`).
    pub provider_id: Box<str>,
    /// What it says, in its order.
    pub reports: Vec<Report>,
}

/// Why a webhook was not read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReceiveError {
    /// Not signed with the channel's secret: 401, nothing is stored.
    #[error("bad signature")]
    Signature,
    /// Signed, but not understood: answered 200, counted and kept aside.
    #[error("malformed webhook: {0}")]
    Malformed(Box<str>),
}

impl From<HttpError> for SendError {
    fn from(error: HttpError) -> Self {
        match error {
            HttpError::NotSent(why) => Self::NotTaken(NotTaken {
                failure: crate::outcome::Failure::new(0, "provider not reachable").because(why),
                proof: crate::outcome::Proof::Certain,
                again: crate::outcome::Again::Backoff,
                slow: crate::outcome::Slow::Message,
            }),
            HttpError::Lost(why) => Self::Unknown(why),
        }
    }
}
