//! Ends doubts: an attempt whose answer was lost waits here for its echo, and when that would have
//! come by now, the owner's policy is applied.
//!
//! Silence only counts while an echo would have been heard. What ends a doubt otherwise (an echo, a
//! late answer, a person) need not be told here: the store applies a policy to what is still in
//! doubt, and to nothing else.

mod agenda;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use dragoman_core::catalog::Catalog;
use dragoman_core::clock::Reading;
use dragoman_core::doubt::{OnUnknown, Resolution, Resolver};
use dragoman_core::ports::{Decided, Decision, Doubt, Echo, StoreError};
use tokio::sync::Notify;

use crate::clock::moment;
use crate::dispatcher::Dispatcher;
use crate::feed::Feed;
use crate::lock::lock;
use crate::pulse::Phase;
use crate::shared::Shared;
use agenda::{Agenda, Case, Step};

/// Pause after the store could not do what it was asked.
const UNWELL: Duration = Duration::from_secs(5);
/// The longest wait between two looks.
const LONGEST_WAIT: Duration = Duration::from_secs(3600);

/// Where attempts hand in that their answer is lost.
#[derive(Debug, Default)]
pub(crate) struct Doubts {
    new: Mutex<Vec<Doubt>>,
    wake: Notify,
}

impl Doubts {
    pub(crate) fn add(&self, doubt: Doubt) {
        lock(&self.new).push(doubt);
        self.wake.notify_one();
    }
}

/// The task that ends doubts.
pub(crate) struct Reconciler {
    shared: Arc<Shared>,
    dispatcher: Arc<Dispatcher>,
    feed: Arc<Feed>,
}

impl Reconciler {
    pub(crate) const fn new(
        shared: Arc<Shared>,
        dispatcher: Arc<Dispatcher>,
        feed: Arc<Feed>,
    ) -> Self {
        Self {
            shared,
            dispatcher,
            feed,
        }
    }

    /// Ends doubts until the end.
    pub(crate) async fn keep(self) {
        let mut moves = self.shared.pulse.moves();
        let mut phases = self.shared.pulse.phases();
        let mut agenda = Agenda::default();
        self.read(&mut agenda).await;
        while self.shared.is_running() {
            for doubt in lock(&self.shared.doubts.new).drain(..) {
                agenda.add(doubt, self.now());
            }
            while let Some(case) = agenda.next(self.now()) {
                self.look_at(case, &mut agenda).await;
            }
            let wait = agenda.wakes_at().map_or(LONGEST_WAIT, |at| {
                at.saturating_sub(self.now().monotonic).min(LONGEST_WAIT)
            });
            tokio::select! {
                biased;
                () = self.shared.doubts.wake.notified() => {}
                () = tokio::time::sleep(wait) => {}
                _ = moves.changed() => {}
                _ = phases.wait_for(|phase| *phase > Phase::Running) => {}
            }
        }
    }

    /// Reads what the store holds in doubt, however long it takes.
    async fn read(&self, agenda: &mut Agenda) {
        for channel in &self.shared.store.catalog().channels {
            while self.shared.is_running() {
                match self.shared.store.doubts(channel.id, usize::MAX).await {
                    Ok(doubts) => {
                        let now = self.now();
                        doubts.into_iter().for_each(|doubt| agenda.add(doubt, now));
                        break;
                    }
                    Err(error) => {
                        tracing::warn!(channel = %channel.slug, %error, "cannot read the doubts yet");
                        self.shared.rest(UNWELL).await;
                    }
                }
            }
        }
    }

    async fn look_at(&self, case: Case, agenda: &mut Agenda) {
        let catalog = self.shared.store.catalog();
        let channel = case.doubt.channel;
        let now = self.now();
        let step = match self.echo(&catalog, &case) {
            Echo::Token => {
                let told = |since| self.feed.has_told_since(channel, since);
                case.listen(self.feed.steady_since(channel), told, now)
            }
            Echo::None => case.wait_alone(now),
        };
        let (case, resolution) = match step {
            Step::Wait(case) => return agenda.put(case),
            Step::Apply(case) => {
                let resolution = policy(&catalog, &case.doubt);
                (case, resolution)
            }
            Step::GiveUp(case) => (case, Resolution::Final),
        };
        match self.resolve(&case.doubt, resolution).await {
            Ok(true) => agenda.put(case.held(now)),
            Ok(false) => {}
            Err(error) => {
                tracing::warn!(message_id = %case.doubt.message, %error, "cannot end a doubt yet");
                agenda.put(case.again_after(UNWELL, now));
            }
        }
    }

    /// Applies a resolution; answers whether the message is still in doubt.
    async fn resolve(&self, doubt: &Doubt, resolution: Resolution) -> Result<bool, StoreError> {
        let decision = Decision {
            account: doubt.tenant(),
            message: doubt.message,
            attempt: Some(doubt.attempt),
            resolution,
            by: Resolver::Policy,
            now: self.shared.clock.now(),
        };
        match self.shared.store.resolve(decision).await? {
            Decided::Done => Ok(self.tell(doubt, resolution)),
            Decided::Again(channel, queued) => {
                self.dispatcher.again(channel, queued);
                Ok(self.tell(doubt, resolution))
            }
            Decided::Held => Ok(true),
            // What may not be sent again stays unknown.
            Decided::Late | Decided::Resent => {
                Box::pin(self.resolve(doubt, Resolution::Hold)).await
            }
            Decided::NotInDoubt | Decided::Missing => Ok(false),
        }
    }

    /// Tells the people who run the installation; answers whether the message is still in doubt.
    fn tell(&self, doubt: &Doubt, resolution: Resolution) -> bool {
        let message = doubt.message;
        self.shared
            .meters
            .doubts
            .resolved(resolution, Resolver::Policy);
        match resolution {
            Resolution::Hold => {
                tracing::warn!(message_id = %message, "nothing proves what became of a message: `dragoman resolve` says");
            }
            Resolution::Sent | Resolution::Failed | Resolution::Resend | Resolution::Final => {
                tracing::warn!(message_id = %message, resolution = resolution.word(), "nothing proved what became of a message");
            }
        }
        resolution == Resolution::Hold
    }

    /// How the lost answer may still be made good.
    fn echo(&self, catalog: &Catalog, case: &Case) -> Echo {
        let channel = catalog.channel(case.doubt.channel);
        let driver = channel.and_then(|channel| self.shared.driver(&channel.driver));
        driver.map_or(Echo::None, |driver| driver.echo())
    }

    fn now(&self) -> Reading {
        moment(&*self.shared.clock)
    }
}

/// What the owner wants of such a message.
fn policy(catalog: &Catalog, doubt: &Doubt) -> Resolution {
    let channel = catalog.channel(doubt.channel);
    let of_channel = channel.map(|channel| channel.sending.on_unknown);
    match doubt.on_unknown.or(of_channel).unwrap_or_default() {
        OnUnknown::Hold => Resolution::Hold,
        OnUnknown::Fail => Resolution::Failed,
        OnUnknown::ResendOnce => Resolution::Resend,
    }
}
