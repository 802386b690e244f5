//! The control: a store that forgets.
//!
//! It keeps in memory only what the pipeline cannot work without, writes nothing, and knows no
//! events. What a gateway with it does faster than one with the real store is what durability
//! costs. It lives here and nowhere else: no configuration of the product can reach it.

mod contacts;
mod files;
mod keys;
mod reckoner;
mod shelf;

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use async_trait::async_trait;
use dragoman_core::catalog::{Catalog, Change};
use dragoman_core::contact::{Bot, Contact, Conversation};
use dragoman_core::id::AttemptId;
use dragoman_core::inbound::Report;
use dragoman_core::message::{Claim, InFlight, Ready, Stored};
use dragoman_core::news::{DeliveryNews, Notice};
use dragoman_core::outcome::{Attempt, Settlement};
use dragoman_core::ports::{
    Acceptance, Accepted, AttemptedDelivery, Begin, Counts, DeadLetter, Decided, Decision,
    Delivered, Doubt, Due, Foregoing, Happened, Moment, Quarantined, Queued, Recorded, Reference,
    Store, StoreError, Telling, Timeline,
};
use dragoman_core::submission::IdempotencyKey;
use dragoman_core::window::Heard;
use dragoman_core::{Address, Id, MessageId, Refusal, State, Tenant, Timestamp};

use shelf::Shelf;

/// A store that forgets.
pub(crate) struct Forgetful {
    catalog: Arc<Catalog>,
    shelf: Shelf,
}

impl Forgetful {
    /// A store with this slow data, which nobody can change.
    pub(crate) fn new(catalog: Catalog) -> Self {
        Self {
            catalog: Arc::new(catalog),
            shelf: Shelf::default(),
        }
    }
}

#[async_trait]
impl Store for Forgetful {
    async fn accept(&self, acceptance: Acceptance) -> Result<Accepted, StoreError> {
        let admitted = &acceptance.admitted;
        if !acceptance.patience.serve() {
            return Err(StoreError::TooLate);
        }
        let departs = acceptance.departure;
        if departs.is_none() && self.shelf.waiting(admitted.channel()) >= acceptance.queue_limit {
            return Err(StoreError::Refused(Refusal::QueueFull));
        }
        let message = self.shelf.next_message(&acceptance);
        let to = &admitted.body().to;
        let [_, for_contact, for_conversation] = acceptance.random;
        let conversation = Conversation {
            number: lane(admitted.channel(), to),
            id: Id::fresh(acceptance.machine, for_conversation),
            user: admitted.assignment().user,
            funnel: None,
            bot: Bot::Idle,
            closed_at: None,
            team: admitted.assignment().team,
            created_at: acceptance.now,
        };
        let claim = Claim {
            message,
            account: admitted.account(),
            channel: admitted.channel(),
            conversation: conversation.number,
            body: Arc::clone(admitted.body()),
            starts: 0,
        };
        let in_flight = match departs {
            Some(departure) => {
                self.shelf.depart();
                let ready = Ready::new(claim, None);
                Some(InFlight::after_durable_departure(ready, departure.attempt))
            }
            None => {
                self.shelf.put(claim);
                None
            }
        };
        Ok(Accepted {
            message,
            contact: Arc::new(Contact {
                id: Id::fresh(acceptance.machine, for_contact),
                name: None,
                profile: None,
                addresses: vec![to.clone()],
                created_at: acceptance.now,
            }),
            conversation,
            priority: admitted.body().priority,
            replayed: false,
            failed: false,
            held: false,
            in_flight,
        })
    }

    async fn first_answer(
        &self,
        _key: &IdempotencyKey,
        _machine: Timestamp,
    ) -> Result<Option<Accepted>, StoreError> {
        Ok(None)
    }

    async fn claim(&self, messages: &[MessageId]) -> Result<Vec<Claim>, StoreError> {
        Ok(self.shelf.look(messages))
    }

    /// A claim leaves no mark here.
    fn give_back(&self, _: MessageId) {}

    async fn begin(
        &self,
        ready: Ready,
        attempt: AttemptId,
        _now: Timestamp,
    ) -> Result<Begin, StoreError> {
        self.shelf.take(&ready);
        Ok(Begin::Departed(InFlight::after_durable_departure(
            ready, attempt,
        )))
    }

    async fn withdraw(&self, in_flight: InFlight, _now: Timestamp) -> Result<(), StoreError> {
        self.shelf.end();
        self.shelf.put(in_flight.claim().clone());
        Ok(())
    }

    /// A retry is forgotten as well: the provider of a measurement takes everything.
    async fn settle(
        &self,
        _message: MessageId,
        attempt: Attempt,
        _settlement: Settlement,
        _now: Timestamp,
    ) -> Result<bool, StoreError> {
        if attempt.is_some() {
            self.shelf.end();
        }
        Ok(true)
    }

    async fn record(
        &self,
        _channel: Id,
        _reports: Vec<Report>,
        _at: Moment,
    ) -> Result<Recorded, StoreError> {
        Ok(Recorded::default())
    }

    async fn doubts(&self, _channel: Id, _limit: usize) -> Result<Vec<Doubt>, StoreError> {
        Ok(Vec::new())
    }

    async fn resolve(&self, _decision: Decision) -> Result<Decided, StoreError> {
        Ok(Decided::Missing)
    }

    async fn notify(&self, _: Tenant, _: Notice, _: Timestamp) -> Result<(), StoreError> {
        Ok(())
    }

    async fn quarantine(&self, _odd: Quarantined) -> Result<(), StoreError> {
        Ok(())
    }

    async fn quarantined(
        &self,
        _account: Tenant,
        _limit: usize,
    ) -> Result<Vec<Quarantined>, StoreError> {
        Ok(Vec::new())
    }

    async fn queue(&self, _channel: Id) -> Result<Vec<Queued>, StoreError> {
        Ok(Vec::new())
    }

    async fn foregoing(
        &self,
        messages: &[MessageId],
    ) -> Result<Vec<Option<Foregoing>>, StoreError> {
        Ok(vec![None; messages.len()])
    }

    async fn heard(&self, _channel: Id, _address: &Address) -> Result<(Heard, bool), StoreError> {
        Ok((Heard::default(), false))
    }

    async fn message(
        &self,
        _account: Tenant,
        _message: MessageId,
    ) -> Result<Option<Stored>, StoreError> {
        Ok(None)
    }

    async fn by_provider_id(
        &self,
        _channel: Id,
        _provider_id: &str,
    ) -> Result<Option<Reference>, StoreError> {
        Ok(None)
    }

    async fn timeline(
        &self,
        _account: Tenant,
        _message: MessageId,
    ) -> Result<Option<Timeline>, StoreError> {
        Ok(None)
    }

    async fn last_deliveries(
        &self,
        _subscriptions: &[Id],
        _limit: usize,
    ) -> Result<Vec<Delivered>, StoreError> {
        Ok(Vec::new())
    }

    async fn events_after(&self, _seq: i64, _limit: usize) -> Result<Vec<Happened>, StoreError> {
        Ok(Vec::new())
    }

    async fn event_beyond(&self, _seq: i64) {
        std::future::pending().await
    }

    fn last_event(&self) -> i64 {
        0
    }

    async fn deliveries(&self, _subscription: Id) -> Result<(i64, Vec<Due>), StoreError> {
        Ok((0, Vec::new()))
    }

    fn telling(&self, _: Id) -> Telling {
        Telling::default()
    }

    async fn dead_letters(
        &self,
        _subscription: Id,
        _after: i64,
        _limit: usize,
    ) -> Result<Vec<DeadLetter>, StoreError> {
        Ok(Vec::new())
    }

    async fn rewind(&self, _subscription: Id, _cursor: i64) -> Result<(), StoreError> {
        Ok(())
    }

    async fn last_event_before(&self, _: Timestamp) -> Result<i64, StoreError> {
        Ok(0)
    }

    async fn report(&self, _: Tenant, _: DeliveryNews, _: Timestamp) -> Result<(), StoreError> {
        Ok(())
    }

    async fn delivered(
        &self,
        _subscription: Id,
        _cursor: i64,
        _tries: Vec<AttemptedDelivery>,
    ) -> Result<(), StoreError> {
        Ok(())
    }

    fn catalog(&self) -> Arc<Catalog> {
        Arc::clone(&self.catalog)
    }

    async fn catalog_beyond(&self, _seen: &Arc<Catalog>) -> Arc<Catalog> {
        std::future::pending().await
    }

    async fn change(&self, _changes: Vec<Change>) -> Result<(), StoreError> {
        Ok(())
    }

    async fn change_from(
        &self,
        _seen: &Arc<Catalog>,
        _changes: Vec<Change>,
    ) -> Result<(), StoreError> {
        Ok(())
    }

    async fn heartbeat(&self, _now: Timestamp) -> Result<(), StoreError> {
        Ok(())
    }

    async fn last_heartbeat(&self) -> Result<Option<Timestamp>, StoreError> {
        Ok(None)
    }

    fn counts(&self) -> Counts {
        let (queued, in_flight) = self.shelf.counts();
        let first = self.catalog.channels.first().map(|channel| channel.id);
        let rows = first.map(|first| {
            [
                (first, State::Queued, queued),
                (first, State::InFlight, in_flight),
            ]
        });
        Counts {
            unsettled: rows.into_iter().flatten().collect(),
            ..Counts::default()
        }
    }

    fn is_well(&self) -> bool {
        true
    }
}

/// The number of a conversation without a table of conversations.
fn lane(channel: Id, to: &Address) -> i64 {
    let mut hasher = DefaultHasher::new();
    (channel, to).hash(&mut hasher);
    i64::try_from(hasher.finish() >> 1).expect("63 bits fit")
}

#[cfg(test)]
#[path = "forgetful_tests.rs"]
mod tests;
