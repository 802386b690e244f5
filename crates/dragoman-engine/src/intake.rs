//! Providers' webhooks: signature, routing, recording, and keeping aside what nobody can use.

mod advertisements;
mod echoes;

use std::sync::Arc;

use dragoman_core::catalog::{Catalog, Channel};
use dragoman_core::inbound::{InboundContent, Report};
use dragoman_core::ports::{
    Driver, Incoming, Moment, Quarantined, ReceiveError, Received, StoreError,
};
use dragoman_core::{Id, Raw};
use http::HeaderMap;
use tokio::sync::Semaphore;

use crate::dispatcher::Dispatcher;
use crate::feed::Feed;
use crate::fetching::Fetching;
use crate::preparation::Blame;
use crate::shared::Shared;
use crate::templates::Templates;

/// As many webhooks may be under way at the same moment.
const AT_ONCE: usize = 1024;

/// Takes providers' webhooks.
pub struct Intake {
    shared: Arc<Shared>,
    dispatcher: Arc<Dispatcher>,
    feed: Arc<Feed>,
    templates: Arc<Templates>,
    fetching: Arc<Fetching>,
    places: Semaphore,
}

/// What the provider is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntakeAnswer {
    /// 200: all of it is durable, also what nobody can use.
    Taken,
    /// 401: nothing was stored.
    BadSignature,
    /// 404: no such channel.
    NotFound,
    /// 503: cannot be stored now, or too many are under way; the provider repeats it.
    Unavailable,
}

/// Where a webhook arrives.
#[derive(Clone, Copy)]
struct Door<'a> {
    catalog: &'a Catalog,
    driver: &'a dyn Driver,
    channel: &'a Channel,
}

/// What a webhook says, by whom it is for.
#[derive(Default)]
struct Routed {
    /// Reports about channels of ours.
    known: Vec<(Id, Vec<Report>)>,
    /// Why the rest is of no use, each reason once.
    odd: Vec<Box<str>>,
}

impl Intake {
    pub(crate) fn new(
        shared: Arc<Shared>,
        dispatcher: Arc<Dispatcher>,
        feed: Arc<Feed>,
        templates: Arc<Templates>,
        fetching: Arc<Fetching>,
    ) -> Self {
        Self {
            shared,
            dispatcher,
            feed,
            templates,
            fetching,
            places: Semaphore::new(AT_ONCE),
        }
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
        let door = self.door(&catalog, driver, channel)?;
        door.driver.verify(door.channel, query)
    }

    /// What a webhook is told before anybody reads it: that there is no such channel, or that it
    /// bears no signature at all. `None` when it is to be read.
    pub fn turns_away(
        &self,
        driver: &str,
        channel: &str,
        headers: &HeaderMap,
    ) -> Option<IntakeAnswer> {
        let catalog = self.shared.store.catalog();
        let Some(door) = self.door(&catalog, driver, channel) else {
            return Some(IntakeAnswer::NotFound);
        };
        if headers.contains_key(door.driver.signature_header()) {
            return None;
        }
        self.shared.meters.webhooks_forged.count();
        Some(IntakeAnswer::BadSignature)
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
        let Some(door) = self.door(&catalog, driver, channel) else {
            return IntakeAnswer::NotFound;
        };
        let Ok(_place) = self.places.try_acquire() else {
            // It may be a valid one: its signature is not looked at any more.
            return self.unavailable(door.channel.id);
        };
        let signature = headers
            .get(door.driver.signature_header())
            .and_then(|value| value.to_str().ok());
        let received = match door.driver.receive(door.channel, signature, body) {
            Ok(received) => received,
            Err(ReceiveError::Signature) => {
                meters.webhooks_forged.count();
                return IntakeAnswer::BadSignature;
            }
            Err(ReceiveError::Malformed(why)) => Received {
                odd: vec![why],
                ..Received::default()
            },
        };
        let changed = door.of_businesses(&received.templates_changed);
        let Routed { known, odd } = door.route(received);
        for (channel, reports) in known {
            if let Err(error) = self.record(channel, reports).await {
                tracing::warn!(%channel, %error, "cannot record a webhook now");
                return self.unavailable(channel);
            }
        }
        if let Err(error) = self.keep_aside(door.channel, odd, body).await {
            tracing::warn!(channel = %door.channel.slug, %error, "cannot keep a webhook aside now");
            return self.unavailable(door.channel.id);
        }
        if !changed.is_empty() {
            self.templates.refresh(changed);
        }
        self.feed.recorded(door.channel.id, None);
        meters.webhooks_taken.count();
        IntakeAnswer::Taken
    }

    fn door<'a>(&'a self, catalog: &'a Catalog, driver: &str, channel: &str) -> Option<Door<'a>> {
        let driver = &**self.shared.driver(driver)?;
        let channel = catalog.channel_by_name(channel)?;
        (&*channel.driver == driver.name()).then_some(Door {
            catalog,
            driver,
            channel,
        })
    }

    async fn record(&self, channel: Id, mut reports: Vec<Report>) -> Result<(), StoreError> {
        if !advertisements::are_shown(&self.shared, channel) {
            advertisements::leave(&mut reports);
        }
        let at = Moment {
            machine: self.shared.clock.machine(),
            now: self.shared.clock.now(),
        };
        let brings_files = reports.iter().any(brings_a_file);
        let blames: Vec<Blame> = reports.iter().filter_map(Blame::of).collect();
        let newest = reports.iter().map(echoes::happened_at).max();
        let recorded = self.shared.store.record(channel, reports, at).await?;
        self.shared.meters.orphans.add(recorded.orphans.into());
        self.shared.meters.repeated.add(recorded.repeated.into());
        self.feed.recorded(channel, newest);
        if recorded.inbound > 0 {
            self.dispatcher.heard(channel, recorded.inbound);
        }
        self.note_echoes(channel, &recorded);
        if !recorded.moved.is_empty() {
            self.dispatcher.moved(channel, &recorded.moved);
        }
        if brings_files {
            self.fetching.look();
        }
        // What was only repeated says nothing of a file that was uploaded since.
        if recorded.statuses > 0 {
            self.blame(channel, blames).await;
        }
        Ok(())
    }

    async fn blame(&self, channel: Id, blames: Vec<Blame>) {
        let catalog = self.shared.store.catalog();
        let Some(channel) = catalog.channel(channel) else {
            return;
        };
        for blame in blames {
            blame.settle(&self.shared, channel).await;
        }
    }

    /// Keeps a webhook that has odd parts, whole, for somebody to look at.
    async fn keep_aside(
        &self,
        channel: &Channel,
        odd: Vec<Box<str>>,
        body: &[u8],
    ) -> Result<(), StoreError> {
        if odd.is_empty() {
            return Ok(());
        }
        let why = odd.join("; ");
        tracing::warn!(channel = %channel.slug, %why, "a webhook is kept aside");
        let quarantined = Quarantined {
            account: channel.account,
            channel: channel.id,
            at: self.shared.clock.now(),
            why: why.into(),
            body: Raw::new(String::from_utf8_lossy(body)),
        };
        self.shared.store.quarantine(quarantined).await?;
        self.shared.meters.quarantined.count();
        Ok(())
    }

    fn unavailable(&self, channel: Id) -> IntakeAnswer {
        self.feed.failed(channel);
        self.shared.meters.webhooks_failed.count();
        IntakeAnswer::Unavailable
    }
}

/// Whether something that belongs to a customer's message is still elsewhere.
fn brings_a_file(report: &Report) -> bool {
    match report {
        Report::Inbound(inbound) => {
            matches!(inbound.content, InboundContent::Media(_))
                || inbound
                    .referral
                    .as_ref()
                    .is_some_and(|ad| ad.picture.is_some())
        }
        Report::Status(_) => false,
    }
}

impl Door<'_> {
    /// A provider calls one address per app, for all its senders: each report goes to the channel
    /// that it is about, if that one trusts the same secret. The rest is odd.
    fn route(self, received: Received) -> Routed {
        let mut routed = Routed::default();
        received
            .odd
            .into_iter()
            .for_each(|why| routed.leave_out(why));
        for Incoming {
            provider_id,
            reports,
        } in received.incoming
        {
            match self.meant(&provider_id) {
                Some(channel) => routed.add(channel.id, reports),
                None => routed.leave_out(format!("unknown sender {provider_id}").into()),
            }
        }
        routed
    }

    /// The account's channels in these business accounts of the provider.
    fn of_businesses(&self, businesses: &[Box<str>]) -> Vec<Id> {
        let Some(provider) = self.driver.provider() else {
            return Vec::new();
        };
        let channels = self.catalog.channels.iter().filter(|channel| {
            channel.account == self.channel.account
                && channel.driver == self.channel.driver
                && businesses
                    .iter()
                    .any(|business| **business == *provider.business(channel))
        });
        channels.map(|channel| channel.id).collect()
    }

    fn meant(&self, provider_id: &str) -> Option<&Channel> {
        self.catalog.channels.iter().find(|channel| {
            &*channel.provider_id == provider_id
                && channel.account == self.channel.account
                && channel.driver == self.channel.driver
                && (channel.id == self.channel.id
                    || self.driver.shares_secret(self.channel, channel))
        })
    }
}

impl Routed {
    fn add(&mut self, channel: Id, reports: Vec<Report>) {
        match self.known.iter_mut().find(|(id, _)| *id == channel) {
            Some((_, known)) => known.extend(reports),
            None => self.known.push((channel, reports)),
        }
    }

    fn leave_out(&mut self, why: Box<str>) {
        if !self.odd.contains(&why) {
            self.odd.push(why);
        }
    }
}
