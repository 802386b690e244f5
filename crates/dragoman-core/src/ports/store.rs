//! The durable truth.

mod doubts;
mod terms;

use std::sync::Arc;

use async_trait::async_trait;

use super::Reference;
use crate::address::Address;
use crate::catalog::{Catalog, Change};
use crate::id::{AttemptId, Id, MessageId};
use crate::inbound::Report;
use crate::message::{Claim, InFlight, Ready, Stored};
use crate::news::{DeliveryNews, Notice};
use crate::outcome::{Attempt, Settlement};
use crate::submission::IdempotencyKey;
use crate::tenant::Tenant;
use crate::time::Timestamp;
use crate::window::Heard;

pub use doubts::{Decided, Decision, Doubt, Proven};
pub use terms::{
    Acceptance, Accepted, Attempted, AttemptedDelivery, Begin, Counts, DeadLetter, Delivered,
    Departure, Due, Foregoing, Happened, Latch, Moment, Quarantined, Queued, Recorded, StoreError,
    Telling, Timeline,
};

/// Keeps what was accepted and what happened. Every verb is atomic and returns only when what it
/// wrote is on stable storage. The store groups the verbs that wait at the same moment into one
/// commit and one sync.
#[async_trait]
pub trait Store: Send + Sync {
    /// Keeps a message: message, queue entry, first event, key, and contact and conversation when
    /// they are new, together or not at all. With a departure the mark of the first attempt is in
    /// the same commit. With a failure the message is recorded as failed and never queued.
    ///
    /// Judged again inside the commit is what must not be stale: the key, whether the channel is
    /// enabled, the limits of what waits, and whether the caller still waits.
    ///
    /// # Errors
    /// [`StoreError::KeyReused`], [`StoreError::Refused`], [`StoreError::TooLate`], or the store is
    /// unwell; nothing was written.
    async fn accept(&self, acceptance: Acceptance) -> Result<Accepted, StoreError>;

    /// What the key's first call was answered, if there was one within the life of keys: a
    /// repetition hears the same, whatever the rules say by now.
    ///
    /// # Errors
    /// [`StoreError::KeyReused`], or the store is unwell.
    async fn first_answer(
        &self,
        key: &IdempotencyKey,
        machine: Timestamp,
    ) -> Result<Option<Accepted>, StoreError>;

    /// Takes the right to attempt these messages; those that are no longer queued are left out.
    ///
    /// # Errors
    /// The store is unwell.
    async fn claim(&self, messages: &[MessageId]) -> Result<Vec<Claim>, StoreError>;

    /// Gives back the right to attempt a message, when nothing was begun with it: it may be claimed
    /// again. Claims are not written down, so this costs nothing and cannot fail.
    fn give_back(&self, message: MessageId);

    /// Marks the departure of an attempt, durably. No POST without it.
    ///
    /// # Errors
    /// The store is unwell: the departure may or may not be on disk, so nothing may be sent.
    async fn begin(
        &self,
        ready: Ready,
        attempt: AttemptId,
        now: Timestamp,
    ) -> Result<Begin, StoreError>;

    /// Takes a departure back whose POST was never started.
    ///
    /// # Errors
    /// The store is unwell; the message then becomes unknown at the next start.
    async fn withdraw(&self, in_flight: InFlight, now: Timestamp) -> Result<(), StoreError>;

    /// Records how an attempt ended, or why there is none. Answers whether it changed anything: a
    /// late settlement of an attempt that an echo has ended does not.
    ///
    /// # Errors
    /// The store is unwell.
    async fn settle(
        &self,
        message: MessageId,
        attempt: Attempt,
        settlement: Settlement,
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    /// The messages of a channel whose attempt's answer was lost and that still wait for proof,
    /// oldest first, at most `limit`.
    ///
    /// # Errors
    /// The store is unwell.
    async fn doubts(&self, channel: Id, limit: usize) -> Result<Vec<Doubt>, StoreError>;

    /// Decides what counts for a message that is in doubt, if it still is.
    ///
    /// # Errors
    /// The store is unwell.
    async fn resolve(&self, decision: Decision) -> Result<Decided, StoreError>;

    /// Records what a provider's webhook says, all of it in one commit; repetitions change nothing.
    /// An echo of an attempt that is not known proves that the store has lost its end: in the same
    /// commit every channel is held.
    ///
    /// # Errors
    /// The store is unwell: the webhook must not be answered 200.
    async fn record(
        &self,
        channel: Id,
        reports: Vec<Report>,
        at: Moment,
    ) -> Result<Recorded, StoreError>;

    /// Keeps a signed webhook, or the part of one, that nobody can use. The oldest make room.
    ///
    /// # Errors
    /// The store is unwell: the webhook must not be answered 200.
    async fn quarantine(&self, odd: Quarantined) -> Result<(), StoreError>;

    /// What was kept so for this account, newest first, at most `limit`.
    ///
    /// # Errors
    /// The store is unwell.
    async fn quarantined(
        &self,
        account: Tenant,
        limit: usize,
    ) -> Result<Vec<Quarantined>, StoreError>;

    /// Everything of a channel that waits to be sent, oldest first: at start, and after a takeover.
    ///
    /// # Errors
    /// The store is unwell.
    async fn queue(&self, channel: Id) -> Result<Vec<Queued>, StoreError>;

    /// The message before each of these, in its conversation; `None` where there is none that was
    /// ever to be sent, or it is gone. Looks back over the last 1 000 lines of the conversation.
    ///
    /// # Errors
    /// The store is unwell.
    async fn foregoing(&self, messages: &[MessageId])
    -> Result<Vec<Option<Foregoing>>, StoreError>;

    /// What is known about an address on a channel.
    ///
    /// # Errors
    /// The store is unwell.
    async fn heard(&self, channel: Id, address: &Address) -> Result<(Heard, bool), StoreError>;

    /// A message of this account; another account's is `None`, like one that does not exist.
    ///
    /// # Errors
    /// The store is unwell.
    async fn message(
        &self,
        account: Tenant,
        message: MessageId,
    ) -> Result<Option<Stored>, StoreError>;

    /// The message that has this provider's id on this channel.
    ///
    /// # Errors
    /// The store is unwell.
    async fn by_provider_id(
        &self,
        channel: Id,
        provider_id: &str,
    ) -> Result<Option<Reference>, StoreError>;

    /// Everything that happened to a message of this account, with its deliveries.
    ///
    /// # Errors
    /// The store is unwell.
    async fn timeline(
        &self,
        account: Tenant,
        message: MessageId,
    ) -> Result<Option<Timeline>, StoreError>;

    /// What happened after a sequence number, at most `limit`, in order.
    ///
    /// # Errors
    /// The store is unwell.
    async fn events_after(&self, seq: i64, limit: usize) -> Result<Vec<Happened>, StoreError>;

    /// Waits until an event after `seq` is committed. Never misses one.
    async fn event_beyond(&self, seq: i64);

    /// The sequence number of the last committed event; 0 before the first.
    fn last_event(&self) -> i64;

    /// Up to where a subscription has everything, exceptions aside, and those exceptions.
    ///
    /// # Errors
    /// The store is unwell.
    async fn deliveries(&self, subscription: Id) -> Result<(i64, Vec<Due>), StoreError>;

    /// How a subscription's deliveries go.
    fn telling(&self, subscription: Id) -> Telling;

    /// Keeps tries of deliveries, moves the subscription's cursor forward, and keeps or ends
    /// exceptions, in one commit. What is given up becomes a dead letter in it, and what was one
    /// is one no more when it is due again.
    ///
    /// # Errors
    /// The store is unwell; the deliveries are then repeated.
    async fn delivered(
        &self,
        subscription: Id,
        cursor: i64,
        tries: Vec<AttemptedDelivery>,
    ) -> Result<(), StoreError>;

    /// What a subscription has not heard and will not, after this sequence number, in order, at
    /// most `limit`.
    ///
    /// # Errors
    /// The store is unwell.
    async fn dead_letters(
        &self,
        subscription: Id,
        after: i64,
        limit: usize,
    ) -> Result<Vec<DeadLetter>, StoreError>;

    /// Moves a subscription's cursor back, so that everything behind it is told again. Exceptions
    /// and dead letters behind it end in the same commit: they are told with the rest.
    ///
    /// # Errors
    /// The store is unwell.
    async fn rewind(&self, subscription: Id, cursor: i64) -> Result<(), StoreError>;

    /// The sequence number of the last event before this time, by the clock of that time; 0 when
    /// there is none. Where the clock was moved back, a later one may be meant.
    ///
    /// # Errors
    /// The store is unwell.
    async fn last_event_before(&self, at: Timestamp) -> Result<i64, StoreError>;

    /// The last tries of these subscriptions' deliveries, the newest first, at most `limit`. Looks
    /// back over the last 100 000 tries of the installation.
    ///
    /// # Errors
    /// The store is unwell.
    async fn last_deliveries(
        &self,
        subscriptions: &[Id],
        limit: usize,
    ) -> Result<Vec<Delivered>, StoreError>;

    /// The slow data as it stands.
    fn catalog(&self) -> Arc<Catalog>;

    /// Waits until the slow data is not what the caller has seen. Never misses a change.
    async fn catalog_beyond(&self, seen: &Arc<Catalog>) -> Arc<Catalog>;

    /// Changes slow data; all or none. For records that are new, or that nobody edits; others go
    /// through [`edit`].
    ///
    /// # Errors
    /// [`StoreError::Taken`] when a name that must be unique is in use, or the store is unwell.
    async fn change(&self, changes: Vec<Change>) -> Result<(), StoreError>;

    /// Like [`Store::change`], if the slow data is still what the caller has seen.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when it is not, and those of [`Store::change`].
    async fn change_from(
        &self,
        seen: &Arc<Catalog>,
        changes: Vec<Change>,
    ) -> Result<(), StoreError>;

    /// Tells a dialect's own subscribers something, as [`News`](crate::news::News).
    ///
    /// # Errors
    /// The store is unwell.
    async fn notify(
        &self,
        account: Tenant,
        notice: Notice,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// Tells an account's subscribers how the deliveries to one of them go.
    ///
    /// # Errors
    /// The store is unwell.
    async fn report(
        &self,
        account: Tenant,
        report: DeliveryNews,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// Notes that the installation is up and hears its providers.
    ///
    /// # Errors
    /// The store is unwell.
    async fn heartbeat(&self, now: Timestamp) -> Result<(), StoreError>;

    /// The last note of that, also from before a restart.
    ///
    /// # Errors
    /// The store is unwell.
    async fn last_heartbeat(&self) -> Result<Option<Timestamp>, StoreError>;

    /// Numbers for metrics: messages that wait, per channel and state.
    fn counts(&self) -> Counts;

    /// Whether it keeps what it is given, or will without a new start.
    fn is_well(&self) -> bool;

    /// Why it takes nothing for now, although it is well: every verb that writes is turned away at
    /// once, and what was asked before is kept whole or not at all.
    fn latched(&self) -> Option<Latch> {
        None
    }
}

/// The message that has this provider's id, in the channel of `message`.
///
/// # Errors
/// The store is unwell.
pub async fn earlier(
    store: &dyn Store,
    message: &Stored,
    provider_id: &str,
) -> Result<Option<Stored>, StoreError> {
    match store.by_provider_id(message.channel, provider_id).await? {
        Some(earlier) => store.message(message.tenant(), earlier.message).await,
        None => Ok(None),
    }
}

/// Edits slow data as it stands: `plan` reads it and says what to change and what to answer, and
/// is asked again when somebody else was faster, so that no edit is lost.
///
/// # Errors
/// What `plan` says, or what the store says.
pub async fn edit<T, E: From<StoreError>>(
    store: &dyn Store,
    mut plan: impl FnMut(&Catalog) -> Result<(Vec<Change>, T), E> + Send,
) -> Result<T, E>
where
    T: Send,
{
    loop {
        let seen = store.catalog();
        let (changes, answer) = plan(&seen)?;
        match store.change_from(&seen, changes).await {
            Ok(()) => return Ok(answer),
            Err(StoreError::Stale) => {}
            Err(error) => return Err(error.into()),
        }
    }
}
