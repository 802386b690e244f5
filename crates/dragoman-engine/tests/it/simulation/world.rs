//! One seeded world: some lives that end in crashes, and one in which everything comes to rest.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use dragoman_core::ports::{Clock, Store};
use dragoman_engine::{Engine, Parts};
use dragoman_testkit::SeededRandom;

use super::block_on;
use super::chronicle::{Chronicle, Note};
use super::clients::Clients;
use super::clock::VirtualClock;
use super::feed::Feed;
use super::ground::Ground;
use super::laws::Laws;
use super::plan::Plan;
use super::planted::Planted;
use super::provider::RandomProvider;
use super::receivers::{Habit, Numbers, Receivers};
use super::store::{Fails, SlowStore};
use super::tally::Tally;
use crate::shelf::Shelf;

/// A doubt has been decided so long after everything is well again.
const DECIDED: Duration = Duration::from_secs(13 * 60);
/// Everything has left the queue so long after its time ran out.
const SETTLES: Duration = Duration::from_secs(120);

pub(super) struct World {
    random: Arc<SeededRandom>,
    chronicle: Arc<Chronicle>,
    plan: Plan,
    ground: Ground,
    /// The life is the last.
    is_last: bool,
}

/// What surrounds one engine.
struct Life {
    store: Arc<SlowStore>,
    provider: Arc<RandomProvider>,
    receivers: Arc<Receivers>,
    engine: Engine,
}

impl World {
    /// On the model.
    pub(super) fn in_memory(seed: u64) -> Self {
        Self::on(Ground::model(), seed)
    }

    /// On the embedded store.
    pub(super) fn on_disk(seed: u64) -> Self {
        Self::on(Ground::disk(), seed)
    }

    fn on(ground: Ground, seed: u64) -> Self {
        let random = SeededRandom::new(seed);
        Self {
            plan: Plan::new(&random),
            random: Arc::new(random),
            chronicle: Arc::new(Chronicle::new(Arc::new(VirtualClock::default()))),
            ground,
            is_last: false,
        }
    }

    /// With something wrong.
    pub(super) fn with(mut self, planted: Planted) -> Self {
        self.plan.planted = Some(planted);
        self
    }

    /// Answers what has happened.
    ///
    /// # Errors
    /// The first law that was broken.
    pub(super) fn live(mut self) -> Result<Tally, String> {
        self.run()
    }

    /// Answers the trace, however it ends.
    pub(super) fn trace(mut self) -> Vec<Note> {
        let _ = self.run();
        std::mem::take(&mut self.chronicle.seen().trace)
    }

    fn run(&mut self) -> Result<Tally, String> {
        for number in 0..=self.plan.crashes {
            let is_last = number == self.plan.crashes;
            self.is_last = is_last;
            let truth = self.live_once();
            let laws = Laws {
                plan: &self.plan,
                chronicle: &self.chronicle,
                truth: &*truth,
            };
            laws.judge_a_life();
            if is_last {
                laws.judge_the_world();
            }
            if let Some(broken) = self.chronicle.broken() {
                return Err(broken);
            }
            if is_last {
                return Ok(Tally::of(&self.plan, &self.chronicle, &*truth));
            }
        }
        unreachable!("the last life is the last")
    }

    fn live_once(&mut self) -> Arc<dyn Store> {
        let truth = self.ground.open();
        if truth.catalog().channels.is_empty() {
            block_on(truth.change(self.plan.furniture())).unwrap();
        }
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        let gap = Duration::from_millis(1000 + self.random.below(20_000));
        runtime.block_on(async {
            self.chronicle.clock.begin(gap);
            self.chronicle.note("begins", 0);
            self.chronicle.begins_a_life();
            let life = self.begin(&truth).await;
            self.suffer(&life).await;
            if self.is_last {
                self.rest(&life).await;
            }
            self.chronicle.note("ends", 0);
            self.chronicle.clock.end();
        });
        drop(runtime);
        truth
    }

    async fn begin(&self, truth: &Arc<dyn Store>) -> Life {
        let store = Arc::new(SlowStore {
            truth: Arc::clone(truth),
            chronicle: Arc::clone(&self.chronicle),
            random: Arc::clone(&self.random),
            fails: Default::default(),
            latency: self.plan.latency.into(),
            planted: self.plan.planted,
            elsewhere: Default::default(),
        });
        let elsewhere = store.elsewhere.change(self.plan.furniture());
        elsewhere.await.unwrap();
        let provider = Arc::new(RandomProvider {
            plan: self.plan.clone(),
            random: Arc::clone(&self.random),
            chronicle: Arc::clone(&self.chronicle),
            truth: Arc::clone(truth),
            is_calm: AtomicBool::new(false),
            says: Default::default(),
        });
        let receivers = Arc::new(Receivers {
            random: Arc::clone(&self.random),
            chronicle: Arc::clone(&self.chronicle),
            habits: Default::default(),
        });
        let files = Arc::new(Shelf::new());
        let parts = Parts {
            store: Arc::clone(&store) as _,
            files: Arc::clone(&files) as _,
            objects: files as _,
            drivers: vec![Arc::clone(&provider) as _],
            formats: vec![Arc::new(Numbers {
                tries: self.plan.tries,
            })],
            http: Arc::clone(&receivers) as _,
            clock: Arc::clone(&self.chronicle.clock) as _,
            random: Arc::new(SeededRandom::new(self.random.next())),
            disk: Arc::default(),
        };
        Life {
            engine: Engine::start(parts).await.unwrap(),
            store,
            provider,
            receivers,
        }
    }

    fn clients<'a>(&'a self, life: &'a Life) -> Clients<'a> {
        Clients {
            plan: &self.plan,
            random: &self.random,
            chronicle: &self.chronicle,
            ground: &self.ground,
            engine: &life.engine,
        }
    }

    fn feed<'a>(&'a self, life: &'a Life) -> Feed<'a> {
        Feed {
            plan: &self.plan,
            chronicle: &self.chronicle,
            provider: &life.provider,
            engine: &life.engine,
        }
    }

    /// Until a crash at a random moment.
    async fn suffer(&self, life: &Life) {
        let (clients, feed) = (self.clients(life), self.feed(life));
        let living = async {
            tokio::join!(
                biased;
                clients.use_it(),
                feed.bring(),
                feed.say_hello(),
                self.torment(life)
            )
        };
        let span = Duration::from_millis(self.random.below(self.plan.life.as_millis() as u64));
        let _ = tokio::time::timeout(span, living).await;
    }

    /// Store, endpoints and clock misbehave, each for a while.
    async fn torment(&self, life: &Life) {
        const VERBS: [&str; 8] = [
            "settle",
            "claim",
            "begin",
            "record",
            "delivered",
            "accept",
            "events_after",
            "foregoing",
        ];
        loop {
            let verb = VERBS[self.random.below(8) as usize];
            *life.store.fails.lock().unwrap() = match self.random.below(8) {
                0 | 1 => Some(Fails::Before(verb)),
                // Only the next start finds out that the mark is there.
                2 if !self.is_last => Some(Fails::After("begin")),
                _ => None,
            };
            let habits = [
                Habit::Takes,
                Habit::IsAway,
                Habit::Fails(500),
                Habit::Fails(429),
                Habit::Hangs,
                Habit::TakesAndResets,
                Habit::Flickers,
                Habit::Fails(410),
            ];
            let place = self.random.below(3) as usize;
            let url = &self.plan.subscriptions[place].url;
            let habit = habits[self.random.below(8) as usize];
            life.receivers.becomes(url, habit);
            if self.plan.skew > 0 && self.random.below(4) == 0 {
                let wrong = self.random.below(2 * self.plan.skew * 1000) as i64;
                let clock = &self.chronicle.clock;
                clock.becomes_wrong(wrong - 1000 * self.plan.skew as i64);
            }
            let pause = Duration::from_millis(self.random.below(8000));
            tokio::time::sleep(pause).await;
        }
    }

    /// Nothing fails any more.
    async fn rest(&self, life: &Life) {
        *life.store.fails.lock().unwrap() = None;
        life.store.latency.store(0, Ordering::SeqCst);
        life.receivers.become_calm();
        life.provider.is_calm.store(true, Ordering::SeqCst);
        self.chronicle.clock.becomes_wrong(0);
        self.chronicle.note("rests", 0);
        self.clients(life).ask().await;
        let (begin, feed) = (self.chronicle.clock.monotonic(), self.feed(life));
        let laws = Laws {
            plan: &self.plan,
            chronicle: &self.chronicle,
            truth: &*life.provider.truth,
        };
        let longest = Duration::from_secs(20 + self.plan.longest_ttl) + SETTLES;
        let resting = async {
            tokio::time::sleep(SETTLES).await;
            // Calls that were under way have ended.
            laws.open_what_was_stopped(&*life.store).await;
            tokio::time::sleep(longest - SETTLES).await;
            laws.nothing_waits(self.chronicle.clock.monotonic() - begin);
            if laws.anybody_doubts() {
                tokio::time::sleep(DECIDED.saturating_sub(longest)).await;
            }
        };
        tokio::select! {
            biased;
            () = feed.bring() => {}
            () = feed.say_hello() => {}
            () = resting => {}
        }
        // What was said last is told, too.
        tokio::time::sleep(Duration::from_secs(30)).await;
    }
}
