//! The port: what the other rooms call.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use async_trait::async_trait;
use dragoman_core::catalog::{Catalog, Change};
use dragoman_core::event::Event;
use dragoman_core::id::AttemptId;
use dragoman_core::inbound::Report;
use dragoman_core::message::{Body, Claim, InFlight, Ready, Stored};
use dragoman_core::outcome::{Attempt, Settlement};
use dragoman_core::ports::{
    Acceptance, Accepted, AttemptedDelivery, Begin, Counts, Due, Moment, Queued, Recorded, Store,
    StoreError, Timeline,
};
use dragoman_core::window::Heard;
use dragoman_core::{Address, Id, MessageId, State, Timestamp};

use super::{SqliteStore, rows, verbs};
use crate::index::key;

#[async_trait]
impl Store for SqliteStore {
    async fn accept(&self, acceptance: Acceptance) -> Result<Accepted, StoreError> {
        let (admitted, departure) = (acceptance.admitted.clone(), acceptance.departure);
        let told = self
            .write(move |batch| verbs::accept::run(batch, &acceptance))
            .await??;
        // The commit is durable from here on.
        let departure = departure.filter(|_| !told.replayed && !told.failed);
        let in_flight = departure.map(|departure| {
            let claim = Claim {
                message: told.message,
                account: admitted.account(),
                channel: admitted.channel(),
                conversation: told.conversation.number,
                body: Arc::clone(admitted.body()),
                starts: 0,
            };
            InFlight::after_durable_departure(Ready::new(claim, None), departure.attempt)
        });
        Ok(Accepted {
            message: told.message,
            contact: told.contact,
            conversation: told.conversation,
            priority: told.priority,
            replayed: told.replayed,
            failed: told.failed,
            in_flight,
        })
    }

    async fn claim(&self, messages: &[MessageId]) -> Result<Vec<Claim>, StoreError> {
        if !self.is_well() {
            return Err(self.unwell());
        }
        let taken = self.take_claims(messages);
        let rows = taken.iter().map(|message| message.row()).collect();
        let bodies = match self.bodies(rows).await {
            Ok(bodies) => bodies,
            Err(error) => {
                let mut claims = self.commons.claims();
                for message in &taken {
                    claims.remove(&message.row());
                }
                return Err(error);
            }
        };
        let index = self.commons.index();
        let claim = |message: MessageId| {
            let outcome = index.message(message)?;
            let Body::Outbound(body) = bodies.get(&message.row())? else {
                return None;
            };
            Some(Claim {
                message,
                account: index.id(outcome.account)?,
                channel: index.id(outcome.channel)?,
                conversation: outcome.conversation,
                body: Arc::clone(body),
                starts: index
                    .waiting
                    .get(&message.row())
                    .map_or(0, |waiting| waiting.starts),
            })
        };
        Ok(taken.into_iter().filter_map(claim).collect())
    }

    async fn begin(
        &self,
        ready: Ready,
        attempt: AttemptId,
        now: Timestamp,
    ) -> Result<Begin, StoreError> {
        let message = ready.claim().message;
        let departed = self
            .write(move |batch| verbs::depart::begin(batch, message, attempt, now))
            .await?;
        Ok(if departed {
            Begin::Departed(InFlight::after_durable_departure(ready, attempt))
        } else {
            Begin::Gone
        })
    }

    async fn withdraw(&self, in_flight: InFlight, now: Timestamp) -> Result<(), StoreError> {
        let (message, attempt) = (in_flight.message(), in_flight.attempt());
        self.write(move |batch| verbs::depart::withdraw(batch, message, attempt, now))
            .await
    }

    async fn settle(
        &self,
        message: MessageId,
        attempt: Attempt,
        settlement: Settlement,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.write(move |batch| verbs::settle::run(batch, message, attempt, settlement, now))
            .await
    }

    async fn record(
        &self,
        channel: Id,
        reports: Vec<Report>,
        at: Moment,
    ) -> Result<Recorded, StoreError> {
        self.write(move |batch| verbs::record::run(batch, channel, reports, at))
            .await?
    }

    async fn queue(&self, channel: Id) -> Result<Vec<Queued>, StoreError> {
        let index = self.commons.index();
        let Some(channel) = index.rows.get(&channel) else {
            return Ok(Vec::new());
        };
        let waiting = index.waiting.iter();
        let mut queued: Vec<Queued> = waiting
            .filter(|(_, waiting)| waiting.channel == *channel && waiting.state == State::Queued)
            .filter_map(|(row, waiting)| {
                let outcome = index.outcomes.get(row)?;
                Some(Queued {
                    message: outcome.id(*row),
                    conversation: outcome.conversation,
                    priority: outcome.priority?,
                    due_at: waiting.due_at,
                    expires_at: outcome.expires_at,
                    starts: waiting.starts,
                })
            })
            .collect();
        queued.sort_unstable_by_key(|queued| queued.message.row());
        Ok(queued)
    }

    async fn heard(&self, channel: Id, address: &Address) -> Result<(Heard, bool), StoreError> {
        let account = self.catalog().channel(channel).map(|found| found.account);
        let index = self.commons.index();
        let row = |id: Id| index.rows.get(&id).copied();
        let heard = account.and_then(row).zip(row(channel)).and_then(|place| {
            let (account, channel) = place;
            let contact = index.addresses.get(&(account, address.clone()))?;
            let conversation = index.conversations.get(&(channel, *contact))?;
            Some(index.heads.get(conversation)?.heard)
        });
        // Nobody can opt out yet.
        Ok((heard.unwrap_or_default(), false))
    }

    async fn message(&self, account: Id, message: MessageId) -> Result<Option<Stored>, StoreError> {
        if !self.belongs(account, message) {
            return Ok(None);
        }
        let mut bodies = self.bodies(BTreeSet::from([message.row()])).await?;
        let body = bodies.remove(&message.row());
        Ok(body.and_then(|body| self.commons.stored(message.row(), body)))
    }

    async fn by_provider_id(
        &self,
        channel: Id,
        provider_id: &str,
    ) -> Result<Option<MessageId>, StoreError> {
        let index = self.commons.index();
        let row = index
            .provider_ids
            .get(&key::of_provider_id(channel, provider_id));
        Ok(row.and_then(|row| Some(index.outcomes.get(row)?.id(*row))))
    }

    async fn timeline(
        &self,
        account: Id,
        message: MessageId,
    ) -> Result<Option<Timeline>, StoreError> {
        let Some(stored) = self.message(account, message).await? else {
            return Ok(None);
        };
        let ends = self
            .commons
            .index()
            .message(message)
            .map(|outcome| (outcome.last_event, outcome.last_delivery));
        let (last_event, last_delivery) = ends.unwrap_or_default();
        let (events, tries) = self
            .read(move |connection| {
                let events = rows::chain(connection, last_event)?;
                Ok((events, rows::tries(connection, last_delivery)?))
            })
            .await?;
        Ok(Some(Timeline {
            events: self.with_ids(events),
            deliveries: self.tries_of(message, tries),
            message: stored,
        }))
    }

    async fn events_after(
        &self,
        seq: i64,
        limit: usize,
    ) -> Result<Vec<(Event, Arc<Stored>)>, StoreError> {
        let last = self.last_event();
        let recent = self.commons.recent().events_after(seq, limit);
        let events = match recent {
            Some(mut events) => {
                // The writer may be about to publish what comes after `last`.
                events.retain(|event| event.seq <= last);
                events
            }
            None => {
                let rows = self
                    .read(move |connection| rows::events(connection, seq, last, limit))
                    .await?;
                self.with_ids(rows)
            }
        };
        let rows = events.iter().map(|event| event.message.row()).collect();
        let page = self.page(self.bodies(rows).await?);
        let with_message = events.into_iter().filter_map(|event| {
            let stored = Arc::clone(page.get(&event.message.row())?);
            Some((event, stored))
        });
        Ok(with_message.collect())
    }

    async fn event_beyond(&self, seq: i64) {
        let mut events = self.commons.events();
        if events.wait_for(|last| *last > seq).await.is_err() {
            // Cannot happen while `self` lives; and nothing will happen any more.
            std::future::pending::<()>().await;
        }
    }

    fn last_event(&self) -> i64 {
        self.commons.last_event()
    }

    async fn deliveries(&self, subscription: Id) -> Result<(i64, Vec<Due>), StoreError> {
        let catalog = self.catalog();
        let mut subscriptions = catalog.subscriptions.iter();
        let found = subscriptions.find(|known| known.id == subscription);
        let since = found.map_or(0, |found| found.since);
        let index = self.commons.index();
        let Some(row) = index.rows.get(&subscription) else {
            return Ok((since, Vec::new()));
        };
        let exceptions = index.exceptions.iter();
        let mut due: Vec<Due> = exceptions
            .filter(|((of, _), _)| of == row)
            .map(|(_, exception)| exception.due)
            .collect();
        due.sort_unstable_by_key(|due| due.seq);
        let cursor = index.cursors.get(row).copied().unwrap_or(since);
        Ok((cursor.max(since), due))
    }

    async fn delivered(
        &self,
        subscription: Id,
        cursor: i64,
        tries: Vec<AttemptedDelivery>,
    ) -> Result<(), StoreError> {
        self.write(move |batch| verbs::deliver::run(batch, subscription, cursor, &tries))
            .await
    }

    fn catalog(&self) -> Arc<Catalog> {
        self.commons.catalog()
    }

    async fn change(&self, changes: Vec<Change>) -> Result<(), StoreError> {
        self.write(move |batch| verbs::change::run(batch, changes))
            .await?
    }

    async fn heartbeat(&self, now: Timestamp) -> Result<(), StoreError> {
        self.write(move |batch| verbs::heartbeat::run(batch, now))
            .await
    }

    async fn last_heartbeat(&self) -> Result<Option<Timestamp>, StoreError> {
        self.read(|connection| Ok(verbs::heartbeat::last(connection)?))
            .await
    }

    fn counts(&self) -> Counts {
        let mut claimed: HashMap<i64, u64> = HashMap::new();
        for channel in self.commons.claims().values() {
            *claimed.entry(*channel).or_default() += 1;
        }
        let index = self.commons.index();
        let mut unsettled = Vec::new();
        for ((channel, state), count) in &index.counts {
            let Some(id) = index.id(*channel) else {
                continue;
            };
            let mut count = *count;
            if *state == State::Queued
                && let Some(claimed) = claimed.get(channel)
            {
                count = count.saturating_sub(*claimed);
                unsettled.push((id, State::Claimed, *claimed));
            }
            if count > 0 {
                unsettled.push((id, *state, count));
            }
        }
        unsettled.sort_unstable_by_key(|(channel, state, _)| (*channel, *state as u8));
        let (commits, verbs) = self.commons.work();
        Counts {
            unsettled,
            commits,
            verbs,
        }
    }

    fn is_well(&self) -> bool {
        self.commons.is_well() && !self.closed.load(std::sync::atomic::Ordering::Acquire)
    }
}
