//! Providers' webhooks: signature, routing, recording.

use std::sync::Arc;

use dragoman_core::Id;
use dragoman_core::catalog::{Catalog, Channel};
use dragoman_core::inbound::Report;
use dragoman_core::ports::{Driver, Incoming, Moment, ReceiveError};
use http::HeaderMap;

use crate::feed::Feed;
use crate::shared::Shared;

/// Takes providers' webhooks.
pub struct Intake {
    shared: Arc<Shared>,
    feed: Arc<Feed>,
}

/// What the provider is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntakeAnswer {
    /// 200: it is durable, or nothing that we could ever use.
    Taken,
    /// 401: nothing was stored.
    BadSignature,
    /// 404: no such channel.
    NotFound,
    /// 503: cannot be stored now; the provider repeats it.
    Unavailable,
}

impl Intake {
    pub(crate) const fn new(shared: Arc<Shared>, feed: Arc<Feed>) -> Self {
        Self { shared, feed }
    }

    /// Answers the provider's verification of a webhook address: the text to send back. `query` is
    /// percent-decoded. `None` when there is no such channel, or the call does not prove itself.
    pub fn verify(
        &self,
        driver: &str,
        channel: &str,
        query: &[(String, String)],
    ) -> Option<String> {
        let catalog = self.shared.store.catalog();
        let (driver, channel) = self.addressed(&catalog, driver, channel)?;
        driver.verify(channel, query)
    }

    /// Takes a webhook. Returns when all of it is durable, and not before.
    pub async fn webhook(
        &self,
        driver: &str,
        channel: &str,
        headers: &HeaderMap,
        body: &[u8],
    ) -> IntakeAnswer {
        let meters = &self.shared.meters;
        let catalog = self.shared.store.catalog();
        let Some((driver, channel)) = self.addressed(&catalog, driver, channel) else {
            return IntakeAnswer::NotFound;
        };
        let signature = headers
            .get(driver.signature_header())
            .and_then(|value| value.to_str().ok());
        let incoming = match driver.receive(channel, signature, body) {
            Ok(incoming) => incoming,
            Err(ReceiveError::Signature) => {
                meters.webhooks_forged.count();
                return IntakeAnswer::BadSignature;
            }
            Err(ReceiveError::Malformed(why)) => {
                tracing::warn!(channel = %channel.slug, %why, "set a malformed webhook aside");
                meters.quarantined.count();
                return IntakeAnswer::Taken;
            }
        };
        for (target, reports) in self.routed(&catalog, driver, channel, incoming) {
            if !self.record(target, reports).await {
                meters.webhooks_failed.count();
                return IntakeAnswer::Unavailable;
            }
        }
        meters.webhooks_taken.count();
        IntakeAnswer::Taken
    }

    fn addressed<'a>(
        &'a self,
        catalog: &'a Catalog,
        driver: &str,
        channel: &str,
    ) -> Option<(&'a dyn Driver, &'a Channel)> {
        let driver = &**self.shared.driver(driver)?;
        let channel = catalog.channel_by_name(channel)?;
        (&*channel.driver == driver.name()).then_some((driver, channel))
    }

    /// A provider calls one address per app, for all its senders: each report goes to the channel
    /// that it is about, if that one trusts the same secret. The rest is kept out.
    fn routed(
        &self,
        catalog: &Catalog,
        driver: &dyn Driver,
        addressed: &Channel,
        incoming: Vec<Incoming>,
    ) -> Vec<(Id, Vec<Report>)> {
        let mut routed: Vec<(Id, Vec<Report>)> = Vec::new();
        for Incoming {
            provider_id,
            reports,
        } in incoming
        {
            let is_meant = |channel: &&Channel| {
                channel.provider_id == provider_id
                    && channel.account == addressed.account
                    && channel.driver == addressed.driver
                    && (channel.id == addressed.id || driver.shares_secret(addressed, channel))
            };
            let Some(channel) = catalog.channels.iter().find(is_meant) else {
                tracing::warn!(channel = %addressed.slug, "a webhook is about an unknown sender");
                self.shared.meters.quarantined.count();
                continue;
            };
            match routed.iter_mut().find(|(id, _)| *id == channel.id) {
                Some((_, known)) => known.extend(reports),
                None => routed.push((channel.id, reports)),
            }
        }
        routed
    }

    async fn record(&self, channel: Id, reports: Vec<Report>) -> bool {
        let at = Moment {
            machine: self.shared.clock.machine(),
            now: self.shared.clock.now(),
        };
        match self.shared.store.record(channel, reports, at).await {
            Ok(recorded) => {
                self.shared.meters.orphans.add(recorded.orphans.into());
                self.feed.recorded(channel);
                true
            }
            Err(error) => {
                tracing::warn!(%channel, %error, "cannot record a webhook now");
                self.feed.failed(channel);
                false
            }
        }
    }
}
