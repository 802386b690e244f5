//! A message that the provider has taken, and what it tells of it.

use dragoman_core::Raw;
use dragoman_core::id::AttemptToken;
use dragoman_core::inbound::{Report, Status, StatusKind};
use dragoman_core::message::InFlight;
use dragoman_core::outcome::Receipt;

use crate::provider::Taken;
use crate::{webhook, world};

/// A message that was sent.
pub(super) struct Sent {
    /// The number of its channel.
    pub(super) channel: usize,
    token: AttemptToken,
    wamid: String,
    recipient: String,
}

impl Sent {
    pub(super) fn new(in_flight: &InFlight, channel: usize) -> Self {
        let row = in_flight.message().row();
        Self {
            channel,
            token: in_flight.token(),
            wamid: format!("wamid.HBgMMzE2MTIzNDU2Nzg5FQIAERgS{row:024X}AA=="),
            recipient: in_flight.body().to.value().to_owned(),
        }
    }

    /// What the provider answered.
    pub(super) fn receipt(&self) -> Receipt {
        Receipt {
            provider_id: self.wamid.as_str().into(),
            recipient: Some(self.recipient.as_str().into()),
            held: false,
        }
    }

    /// What the provider tells afterwards: sent, delivered, read.
    pub(super) fn reports(&self) -> Vec<Report> {
        let at = self.token.message.at();
        let taken = Taken {
            phone_number_id: world::phone_number_id(self.channel as u64),
            wamid: self.wamid.clone(),
            recipient: self.recipient.clone(),
            token: self.token.to_string(),
        };
        let kinds = [StatusKind::Sent, StatusKind::Delivered, StatusKind::Read];
        let told = webhook::STATUSES.into_iter().zip(kinds);
        let report = |(word, kind)| {
            Report::Status(Status {
                provider_id: self.wamid.as_str().into(),
                token: Some(self.token),
                kind,
                at,
                recipient: Some(self.recipient.as_str().into()),
                recipient_user: None,
                raw: Raw::new(webhook::value(&taken, word, at.seconds())),
            })
        };
        told.map(report).collect()
    }
}
