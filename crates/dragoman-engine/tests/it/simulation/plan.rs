//! What kind of world a seed makes.

use std::time::Duration;

use dragoman_core::Id;
use dragoman_core::catalog::{Account, Change, Channel, Sending, Subscription};
use dragoman_core::doubt::OnUnknown;
use dragoman_core::order::{After, OnTimeout, Order};
use dragoman_core::rate::Rate;
use dragoman_testkit::{SeededRandom, TestClock};

use super::number;
use super::planted::Planted;
use crate::house::{self, ACCOUNT};

/// The other tenant.
pub(super) const STRANGER: Id = Id::from_u128(0xacd);

/// The channels, by their slugs; the last one is the stranger's.
pub(super) const SLUGS: [&str; 3] = ["one", "two", "strange"];

/// What is decided when the world is made.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) planted: Option<Planted>,
    pub(super) channels: Vec<Channel>,
    pub(super) subscriptions: Vec<Subscription>,
    /// Lives that end in crashes, before the last.
    pub(super) crashes: u64,
    pub(super) life: Duration,
    pub(super) longest_ttl: u64,
    /// So many write to so many recipients.
    pub(super) recipients: u64,
    /// Of a hundred POSTs so many go as they should.
    pub(super) luck: u64,
    /// Of a hundred statuses so many are lost, come twice, or have no token.
    pub(super) noise: u64,
    /// The store takes up to so many milliseconds for a verb.
    pub(super) latency: u64,
    /// After so many tries an event is given up.
    pub(super) tries: u32,
    /// The machine's clock is set wrong now and then by up to so many seconds.
    pub(super) skew: u64,
    /// Somebody gets very many messages.
    pub(super) flood: bool,
}

impl Plan {
    pub(super) fn new(random: &SeededRandom) -> Self {
        let channels = (0..SLUGS.len()).map(|number| channel(number, random));
        let channels: Vec<Channel> = channels.collect();
        Self {
            planted: None,
            channels,
            subscriptions: (0..3).map(|number| subscription(number, random)).collect(),
            crashes: random.below(3),
            life: Duration::from_secs(10 + random.below(50)),
            longest_ttl: [40, 40, 120, 1200][random.below(4) as usize],
            recipients: [1, 3, 8][random.below(3) as usize],
            luck: [50, 80, 98][random.below(3) as usize],
            noise: [0, 10, 40][random.below(3) as usize],
            latency: [0, 0, 20, 3000][random.below(4) as usize],
            tries: [3, 1000][random.below(2) as usize],
            skew: number("DRAGOMAN_SKEW").unwrap_or_default(),
            flood: random.below(8) == 0,
        }
    }

    /// What the catalog of a new installation holds.
    pub(super) fn furniture(&self) -> Vec<Change> {
        let account = |id, name: &str| Account {
            id,
            name: name.into(),
            created_at: TestClock::START,
        };
        let mut changes = vec![
            Change::Account(account(ACCOUNT, "acme")),
            Change::Account(account(STRANGER, "strange")),
        ];
        changes.extend(self.channels.iter().cloned().map(Change::Channel));
        changes.extend(self.subscriptions.iter().cloned().map(Change::Subscription));
        changes
    }
}

fn channel(number: usize, random: &SeededRandom) -> Channel {
    let slug = SLUGS[number];
    let rate = [2, 10, 80][random.below(3) as usize];
    let order = Order {
        after: After::ALL[random.below(4) as usize],
        timeout: (random.below(2) == 0).then(|| Duration::from_secs(2 + random.below(60))),
        on_timeout: OnTimeout::ALL[random.below(3) as usize],
        strict: random.below(6) == 0,
    };
    let account = if slug == "strange" { STRANGER } else { ACCOUNT };
    Channel {
        account,
        rate: Rate::per_second(rate).unwrap(),
        concurrency: 1 + random.below(8) as u16,
        sending: Sending {
            order,
            on_unknown: OnUnknown::ALL[random.below(3) as usize],
            strict: random.below(4) == 0,
            held: None,
        },
        ..house::channel(Id::from_u128(0xc1 + number as u128), slug)
    }
}

fn subscription(number: u128, random: &SeededRandom) -> Subscription {
    let account = if number == 2 { STRANGER } else { ACCOUNT };
    let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=";
    Subscription {
        account,
        ordered: random.below(2) == 0,
        secret: (number == 0).then(|| dragoman_core::Secret::new(secret)),
        concurrency: 1 + random.below(4) as u16,
        ..house::subscription(1 + number, &format!("http://{number}.example.com/hook"))
    }
}
