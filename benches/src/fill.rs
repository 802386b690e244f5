//! Makes stored messages in batches, through the store's own port: faster than through the door,
//! and the same rows.

pub(crate) mod admitted;
mod sent;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Context;
use dragoman_core::catalog::Channel;
use dragoman_core::id::AttemptId;
use dragoman_core::inbound::Report;
use dragoman_core::message::InFlight;
use dragoman_core::outcome::Settlement;
use dragoman_core::ports::{Acceptance, Clock, Departure, Moment, Patience, Random, Store};
use dragoman_engine::{SystemClock, SystemRandom};
use dragoman_store::SqliteStore;
use futures_util::future::try_join_all;

use crate::cli::{FillArgs, Stage};
use crate::role;
use crate::world::{self, CUSTOMERS, World};
use sent::Sent;

/// So many batches are under way at once; the store joins them in its commits.
const AT_ONCE: usize = 8;
/// So many messages are in each.
const BATCH: u64 = 256;
/// Newcomers are counted from here, far from those of loads.
const NEWCOMERS: u64 = 500_000_000;

/// Fills the store in a directory, and says how many messages it has made.
///
/// # Errors
/// The store does not open, or is unwell.
pub(crate) async fn run(args: FillArgs) -> anyhow::Result<()> {
    let store = SqliteStore::open(&args.data_dir).context("opening the store")?;
    let clock = SystemClock::new();
    let world = World::asleep(args.channels);
    let catalog = world.catalog(clock.now());
    store.change(world::changes(&catalog)).await?;
    let filler = Arc::new(Filler {
        channels: catalog.channels,
        next: AtomicU64::new(0),
        store,
        clock,
        args,
    });
    let working = (0..AT_ONCE).map(|_| {
        let filler = Arc::clone(&filler);
        tokio::spawn(async move { filler.work().await })
    });
    for worked in try_join_all(working).await? {
        worked?;
    }
    filler.store.close().await.context("closing the store")?;
    role::say(&filler.args.messages)
}

struct Filler {
    store: SqliteStore,
    clock: SystemClock,
    channels: Vec<Channel>,
    next: AtomicU64,
    args: FillArgs,
}

impl Filler {
    async fn work(&self) -> anyhow::Result<()> {
        loop {
            let first = self.next.fetch_add(BATCH, Ordering::Relaxed);
            let last = (first + BATCH).min(self.args.messages);
            if first >= last {
                return Ok(());
            }
            self.batch(first..last).await?;
        }
    }

    async fn batch(&self, numbers: std::ops::Range<u64>) -> anyhow::Result<()> {
        let accepting = numbers.map(|number| self.accept(self.customer(number)));
        let departed = try_join_all(accepting).await?;
        let sending = departed.into_iter().flatten().map(|sent| self.settle(sent));
        let taken = try_join_all(sending).await?;
        let telling = (0..self.channels.len()).map(|number| {
            let of_channel = taken.iter().filter(|sent| sent.channel == number);
            self.record(number, of_channel.flat_map(Sent::reports).collect())
        });
        try_join_all(telling).await?;
        Ok(())
    }

    fn customer(&self, number: u64) -> u64 {
        let number = self.args.first + number;
        if self.args.each_customer_once {
            number % CUSTOMERS
        } else {
            world::customer(number, Some(NEWCOMERS))
        }
    }

    /// Keeps a message, departed unless it shall wait.
    async fn accept(&self, customer: u64) -> anyhow::Result<Option<InFlight>> {
        let channel = &self.channels[customer as usize % self.channels.len()];
        let random = SystemRandom;
        let departure = match self.args.stage {
            Stage::Queued => None,
            Stage::Read => Some(Departure {
                attempt: AttemptId(random.bits()),
            }),
        };
        let acceptance = Acceptance {
            admitted: admitted::text(customer, channel, self.clock.now())?,
            random: [random.bits(), random.bits(), random.bits()],
            machine: self.clock.machine(),
            now: self.clock.now(),
            departure,
            queue_limit: u64::MAX,
            account_limit: u64::MAX,
            patience: Patience::default(),
        };
        Ok(self.store.accept(acceptance).await?.in_flight)
    }

    async fn settle(&self, in_flight: InFlight) -> anyhow::Result<Sent> {
        let of_message = in_flight.claim().channel;
        let channel = self.channels.iter().position(|one| one.id == of_message);
        let sent = Sent::new(&in_flight, channel.context("a channel of this world")?);
        let (message, attempt) = (in_flight.message(), Some(in_flight.attempt()));
        let submitted = Settlement::Submitted(sent.receipt());
        self.store
            .settle(message, attempt, submitted, self.clock.now())
            .await?;
        Ok(sent)
    }

    async fn record(&self, channel: usize, reports: Vec<Report>) -> anyhow::Result<()> {
        if reports.is_empty() {
            return Ok(());
        }
        let at = Moment {
            machine: self.clock.machine(),
            now: self.clock.now(),
        };
        self.store
            .record(self.channels[channel].id, reports, at)
            .await?;
        Ok(())
    }
}
