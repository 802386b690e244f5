//! The engine as the binary sees it.

use std::sync::Arc;
use std::time::Duration;

use dragoman_core::Id;
use dragoman_core::ports::{
    Clock, Desk, Driver, Files, Format, Http, Lines, Objects, Random, Replays, Store, StoreError,
};

use crate::desk::{Bounds, FrontDesk};
use crate::disk::Disk;
use crate::dispatcher::Dispatcher;
use crate::feed::Feed;
use crate::fetching::Fetching;
use crate::intake::Intake;
use crate::metrics::{Metric, MetricKind, reached};
use crate::notifier;
use crate::pulse::Phase;
use crate::reconciler::Reconciler;
use crate::sessions;
use crate::shared::Shared;
use crate::sweeping;
use crate::templates::Templates;

/// A POST that has begun may take this long to end after the stop.
const SENDING_GRACE: Duration = Duration::from_secs(35);
/// The same for a customer's webhook.
const TELLING_GRACE: Duration = Duration::from_secs(15);
/// The same for a customer's file, which the next start fetches otherwise.
const FETCHING_GRACE: Duration = Duration::from_secs(15);

/// Who stands behind the ports.
#[expect(missing_docs, reason = "one field per port")]
pub struct Parts {
    pub store: Arc<dyn Store>,
    pub files: Arc<dyn Files>,
    pub objects: Arc<dyn Objects>,
    pub drivers: Vec<Arc<dyn Driver>>,
    pub formats: Vec<Arc<dyn Format>>,
    pub http: Arc<dyn Http>,
    pub clock: Arc<dyn Clock>,
    pub random: Arc<dyn Random>,
    pub disk: Arc<Disk>,
}

/// Everything that moves.
pub struct Engine {
    shared: Arc<Shared>,
    dispatcher: Arc<Dispatcher>,
    desk: Arc<FrontDesk>,
    intake: Arc<Intake>,
    templates: Arc<Templates>,
}

impl Engine {
    /// Starts the queues of all channels, the notifiers of all subscriptions, and the jobs that
    /// fetch and clear away files. A gap in the providers' feed is noted before anything can be
    /// admitted.
    ///
    /// # Errors
    /// The store is unwell.
    pub async fn start(parts: Parts) -> Result<Self, StoreError> {
        Self::start_within(parts, Bounds::default()).await
    }

    /// Like [`Engine::start`], with other bounds for clients.
    ///
    /// # Errors
    /// Those of [`Engine::start`].
    pub async fn start_within(parts: Parts, bounds: Bounds) -> Result<Self, StoreError> {
        let shared = Arc::new(Shared::new(parts));
        let feed = Arc::new(Feed::resume(Arc::clone(&shared)).await?);
        let dispatcher = Arc::new(Dispatcher::new(Arc::clone(&shared)));
        let catalog = shared.store.catalog();
        dispatcher.follow(&catalog);

        tokio::spawn(beat(Arc::clone(&shared)));
        tokio::spawn(Arc::clone(&feed).keep());
        tokio::spawn(Arc::clone(&dispatcher).keep_following(catalog));
        tokio::spawn(notifier::keep_following(Arc::clone(&shared)));
        tokio::spawn(sessions::keep_ending(Arc::clone(&shared)));
        let reconciler = Reconciler::new(
            Arc::clone(&shared),
            Arc::clone(&dispatcher),
            Arc::clone(&feed),
        );
        tokio::spawn(reconciler.keep());
        tokio::spawn(sweeping::keep_sweeping(Arc::clone(&shared)));
        let fetching = Arc::new(Fetching::new(Arc::clone(&shared)));
        tokio::spawn(Arc::clone(&fetching).keep());
        let templates = Arc::new(Templates::new(Arc::clone(&shared)));
        tokio::spawn(Arc::clone(&templates).keep());
        Ok(Self {
            desk: Arc::new(FrontDesk::new(
                Arc::clone(&shared),
                Arc::clone(&dispatcher),
                bounds,
            )),
            intake: Arc::new(Intake::new(
                Arc::clone(&shared),
                Arc::clone(&dispatcher),
                feed,
                Arc::clone(&templates),
                fetching,
            )),
            dispatcher,
            templates,
            shared,
        })
    }

    /// Where dialects hand in submissions.
    pub fn desk(&self) -> Arc<dyn Desk> {
        Arc::clone(&self.desk) as Arc<dyn Desk>
    }

    /// The clock that everything is to be judged by: that of the parts, without its jumps until
    /// they have lasted for a minute.
    pub fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.shared.clock)
    }

    /// Who waits for whom.
    pub fn lines(&self) -> Arc<dyn Lines> {
        Arc::clone(&self.dispatcher) as Arc<dyn Lines>
    }

    /// Where the server hands in providers' webhooks.
    pub fn intake(&self) -> Arc<Intake> {
        Arc::clone(&self.intake)
    }

    /// Where what was told, or was given up, is asked for again.
    pub fn replays(&self) -> Arc<dyn Replays> {
        Arc::new(notifier::Messenger(Arc::clone(&self.shared)))
    }

    /// Asks the provider for the channel's templates as soon as may be, as is done every hour
    /// anyway. Nothing happens where there is nothing to ask.
    pub fn refresh_templates(&self, channel: Id) {
        self.templates.refresh([channel]);
    }

    /// Numbers for operators, as they stand.
    pub fn metrics(&self) -> Vec<Metric> {
        let gauge = |name, help, labels, value: u64| Metric {
            name,
            help,
            kind: MetricKind::Gauge,
            labels,
            value: value as f64,
        };
        let catalog = self.shared.store.catalog();
        let slug = |id| {
            let channel = catalog.channel(id);
            channel.map_or_else(|| id.simple(), |channel| channel.slug.to_string())
        };
        let counts = self.shared.store.counts();
        let mut metrics = self.shared.meters.read();
        metrics.extend(counts.unsettled.iter().map(|(channel, state, count)| {
            let labels = vec![
                ("channel", slug(*channel)),
                ("state", state.word().to_owned()),
            ];
            gauge(
                "dragoman_messages",
                "Messages that are not settled.",
                labels,
                *count,
            )
        }));
        for (channel, state, count) in &counts.reached {
            metrics.push(reached(slug(*channel), *state, *count));
        }
        for (channel, load) in self.dispatcher.loads() {
            let labels = vec![("channel", slug(channel))];
            metrics.push(gauge(
                "dragoman_attempts_running",
                "Attempts under way.",
                labels,
                load.running as u64,
            ));
        }
        for (channel, wait) in self.dispatcher.longest_waits() {
            let labels = vec![("channel", slug(channel))];
            metrics.push(gauge(
                "dragoman_oldest_queued_seconds",
                "For how long the oldest message of a channel has waited; 0 where none waits.",
                labels,
                wait.as_secs(),
            ));
        }
        for (channel, per_second) in self.dispatcher.paces() {
            let labels = vec![("channel", slug(channel))];
            metrics.push(Metric {
                value: per_second,
                ..gauge(
                    "dragoman_channel_rate",
                    "How many messages a channel may send in a second now.",
                    labels,
                    0,
                )
            });
        }
        for (channel, why) in self.dispatcher.stopped() {
            let labels = vec![("channel", slug(channel)), ("reason", why.to_string())];
            metrics.push(gauge(
                "dragoman_channel_paused",
                "1 while a channel sends nothing, by the provider's code or as unreachable.",
                labels,
                1,
            ));
        }
        for (name, help, value) in [
            (
                "dragoman_store_commits_total",
                "Commits since the start.",
                counts.commits,
            ),
            (
                "dragoman_store_verbs_total",
                "Verbs in those commits.",
                counts.verbs,
            ),
        ] {
            metrics.push(Metric {
                kind: MetricKind::Counter,
                ..gauge(name, help, Vec::new(), value)
            });
        }
        metrics
    }

    /// Drains: takes nothing new, claims nothing new, waits for what runs. What has not ended in
    /// time is found in the store at the next start.
    pub async fn stop(&self) {
        self.shared.pulse.enter(Phase::Draining);
        let (sent, told, fetched) = tokio::join!(
            self.shared.sending.none(SENDING_GRACE),
            self.shared.telling.none(TELLING_GRACE),
            self.shared.fetching.none(FETCHING_GRACE),
        );
        self.shared.pulse.enter(Phase::Over);
        if !(sent && told && fetched) {
            tracing::warn!(sent, told, fetched, "stopped before everything had ended");
        }
    }
}

async fn beat(shared: Arc<Shared>) {
    let (clock, meters) = (&*shared.steady, &shared.meters.clock);
    shared.pulse.beat(clock, meters).await;
}
