//! An endpoint that takes nothing: somebody hears of it, and in the end it is not called any more.

use std::sync::Arc;

use dragoman_core::Timestamp;
use dragoman_core::catalog::{Catalog, Change, StopReason, Stopped, Subscription};
use dragoman_core::news::DeliveryNews;
use dragoman_core::ports::{StoreError, edit};

use super::follower::Follower;

impl Follower {
    /// Whether the subscription was switched off from here, and nobody has switched it on since.
    /// The catalog is asked: off and on again may come as one change, which is none. What was still
    /// answered to calls from before that is forgiven.
    pub(super) fn is_halted(&mut self) -> bool {
        if !self.halted {
            return false;
        }
        let catalog = self.shared.store.catalog();
        let mut known = catalog.subscriptions.iter();
        if known.any(|known| known.id == self.id && known.enabled) {
            self.halted = false;
            self.ledger.streak.forgive();
        }
        self.halted
    }

    /// Looks how the endpoint has been doing. Answers whether it is not called any more.
    pub(super) async fn look_after(
        &mut self,
        subscription: &Arc<Subscription>,
    ) -> Result<bool, StoreError> {
        let now = self.ledger.moment();
        if let Some(reason) = self.ledger.streak.verdict(now.monotonic) {
            let at = now.wall;
            self.stop(subscription, Stopped { at, reason }).await?;
            return Ok(true);
        }
        self.told_of = None;
        if let Some(since) = self.ledger.streak.alarm(now.monotonic) {
            let subscription_id = self.id;
            tracing::warn!(
                subscription = %subscription_id,
                failing_since = %since.iso(),
                "an endpoint takes nothing"
            );
            self.report(subscription, Some(since), None).await?;
            self.ledger.streak.was_reported(now.monotonic);
        }
        Ok(false)
    }

    /// Switches the subscription off. Its cursor stays, and with it everything that it has not
    /// heard. It is told first, so that a crash in between has it told twice and not never.
    async fn stop(
        &mut self,
        subscription: &Arc<Subscription>,
        stopped: Stopped,
    ) -> Result<(), StoreError> {
        let (id, since) = (self.id, self.ledger.streak.began());
        if self.told_of.is_none_or(|told| told != stopped.reason) {
            self.report(subscription, since, Some(stopped.reason))
                .await?;
            self.told_of = Some(stopped.reason);
        }
        let plan = |catalog: &Catalog| Ok((off(catalog, subscription, stopped), ()));
        edit::<_, StoreError>(&*self.shared.store, plan).await?;
        self.told_of = None;
        let reason = stopped.reason.word();
        tracing::warn!(subscription = %id, reason, "an endpoint is not called any more");
        self.halted = true;
        self.ledger.streak.forgive();
        Ok(())
    }

    async fn report(
        &self,
        subscription: &Subscription,
        failing_since: Option<Timestamp>,
        stopped: Option<StopReason>,
    ) -> Result<(), StoreError> {
        let report = DeliveryNews {
            subscription: subscription.id,
            failing_since,
            stopped,
        };
        let (store, now) = (&self.shared.store, self.ledger.now());
        store.report(subscription.tenant(), report, now).await
    }
}

/// Somebody else may have taken it away or switched it off meanwhile.
fn off(catalog: &Catalog, subscription: &Subscription, stopped: Stopped) -> Vec<Change> {
    let mut known = catalog.subscriptions.iter();
    let found = known.find(|known| known.id == subscription.id && known.enabled);
    let changed = found.map(|found| {
        Change::Subscription(Subscription {
            enabled: false,
            stopped: Some(stopped),
            ..found.clone()
        })
    });
    changed.into_iter().collect()
}
