//! What every process of a measurement knows: who the tenant is, which channels it has, and to
//! whom it writes.

use dragoman_core::catalog::{
    Account, Catalog, Change, Channel, Policy, Rights, Sending, Source, Subscription, Token,
    TokenScope,
};
use dragoman_core::rate::Rate;
use dragoman_core::{Id, Secret, Timestamp};
use dragoman_engine::Bounds;
use sha2::{Digest, Sha256};

/// The tenant's API token.
pub(crate) const TOKEN: &str = "a-token-for-benchmarks";
/// Signs the provider's webhooks.
pub(crate) const APP_SECRET: &str = "an-app-secret-for-benchmarks";
/// What every message says: about as long as what shops write to their customers.
pub(crate) const TEXT: &str =
    "Your parcel has left our house and will be with you tomorrow before noon.";
/// Where no provider is: the discard port of this machine.
pub(crate) const NOBODY: &str = "http://127.0.0.1:9";
/// So many customers are written to again and again.
pub(crate) const CUSTOMERS: u64 = 100_000;
/// One message in so many goes to a customer who was never written to: 5 %.
pub(crate) const NEWCOMER_EVERY: u64 = 20;
/// The only tenant.
pub(crate) const ACCOUNT: Id = Id::from_u128(0xbe4c_0000_0000_0000_0000_0000_0000_0001);

const FIRST_CHANNEL: u128 = 0xbe4c_0000_0000_0000_0000_0000_0001_0000;
const SUBSCRIPTION: Id = Id::from_u128(0xbe4c_0000_0000_0000_0000_0000_0002_0000);
const TOKEN_ID: Id = Id::from_u128(0xbe4c_0000_0000_0000_0000_0000_0003_0000);
/// So many webhooks of the tenant may be under way at once.
const WEBHOOKS_AT_ONCE: u16 = 64;

/// How the tenant's senders are configured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct World {
    /// How many senders there are; each has a queue of its own.
    pub(crate) channels: u64,
    /// What each may send.
    pub(crate) rate: Rate,
    /// How many attempts of each may be under way.
    pub(crate) concurrency: u16,
    /// Where the provider is.
    pub(crate) graph_url: String,
    /// Who is told of statuses.
    pub(crate) receiver_url: Option<String>,
    /// Nobody is told of events up to this one.
    pub(crate) since: i64,
}

/// As the product's, but that one tenant may fill every queue there is: some rows keep a million
/// messages waiting.
pub(crate) fn bounds() -> Bounds {
    Bounds {
        queued_per_account: u64::MAX,
        ..Bounds::default()
    }
}

impl World {
    /// Senders that nobody takes anything from: what waits must not find its way to a real
    /// provider.
    pub(crate) fn asleep(channels: u64) -> Self {
        Self {
            channels,
            rate: Rate::WHATSAPP,
            concurrency: 1,
            graph_url: NOBODY.to_owned(),
            receiver_url: None,
            since: 0,
        }
    }

    /// The slow data, as of `now`: the feed is unbroken since then, so every window is unknown and
    /// texts may be sent.
    pub(crate) fn catalog(&self, now: Timestamp) -> Catalog {
        let account = Account {
            id: ACCOUNT,
            name: "bench".into(),
            created_at: now,
        };
        let token = Token {
            id: TOKEN_ID,
            account: ACCOUNT,
            hash: Sha256::digest(TOKEN).into(),
            name: "".into(),
            policy: Policy::default(),
            created_at: now,
            scope: TokenScope::Api(Rights::ALL),
            expires_at: None,
            last_used_at: None,
        };
        let channels = (0..self.channels).map(|number| self.channel(number, now));
        let receiver = self.receiver_url.as_ref();
        Catalog {
            accounts: vec![account],
            tokens: vec![token],
            channels: channels.collect(),
            subscriptions: receiver
                .map(|url| self.subscription(url, now))
                .into_iter()
                .collect(),
            ..Catalog::default()
        }
    }

    fn channel(&self, number: u64, now: Timestamp) -> Channel {
        let settings = [
            ("waba_id", "200000000000001"),
            ("access_token", "an-access-token-for-benchmarks"),
            ("app_secret", APP_SECRET),
            ("verify_token", "a-verify-token-for-benchmarks"),
            ("graph_url", &self.graph_url),
        ];
        let settings = settings.map(|(name, value)| (name.into(), Secret::new(value)));
        Channel {
            id: channel_id(number),
            account: ACCOUNT,
            slug: slug(number).into(),
            title: "Bench".into(),
            driver: "whatsapp_cloud".into(),
            source: Source::Whatsapp,
            provider_id: phone_number_id(number).into(),
            phone: None,
            settings: settings.into(),
            rate: self.rate,
            concurrency: self.concurrency,
            main: number == 0,
            enabled: true,
            created_at: now,
            sending: Sending::default(),
            watched_since: now,
        }
    }

    fn subscription(&self, url: &str, now: Timestamp) -> Subscription {
        Subscription {
            id: SUBSCRIPTION,
            account: ACCOUNT,
            channel: None,
            url: url.into(),
            format: "callbell".into(),
            // One for each status, none for the acceptance.
            events: vec!["message_status_updated".into()],
            secret: Some(Secret::new("a-webhook-secret-for-benchmarks")),
            retiring: None,
            concurrency: WEBHOOKS_AT_ONCE,
            ordered: false,
            settings: None,
            trust: None,
            since: self.since,
            enabled: true,
            stopped: None,
            created_at: now,
        }
    }
}

/// The same slow data for a store that has none of it, or an older version.
pub(crate) fn changes(catalog: &Catalog) -> Vec<Change> {
    let accounts = catalog.accounts.iter().cloned().map(Change::Account);
    let tokens = catalog.tokens.iter().cloned().map(Change::Token);
    let channels = catalog.channels.iter().cloned().map(Change::Channel);
    let subscriptions = catalog
        .subscriptions
        .iter()
        .cloned()
        .map(Change::Subscription);
    accounts
        .chain(tokens)
        .chain(channels)
        .chain(subscriptions)
        .collect()
}

/// The public id of a sender.
pub(crate) const fn channel_id(number: u64) -> Id {
    Id::from_u128(FIRST_CHANNEL + number as u128)
}

/// The name of a sender in addresses.
pub(crate) fn slug(number: u64) -> String {
    format!("bench-{number}")
}

/// The provider's name of a sender.
pub(crate) fn phone_number_id(number: u64) -> String {
    format!("{}", 100_000_000_000_001 + number)
}

/// The telephone number of a customer. Each belongs to one sender: customer modulo senders.
pub(crate) fn phone(customer: u64) -> String {
    format!("316{customer:09}")
}

/// To whom the `n`-th message of a load goes: one of the known customers, in no order, and every
/// twentieth time a newcomer, counted from `newcomers`. `None` is no newcomers at all.
pub(crate) fn customer(n: u64, newcomers: Option<u64>) -> u64 {
    match newcomers {
        Some(first) if n.is_multiple_of(NEWCOMER_EVERY) => first + n / NEWCOMER_EVERY,
        Some(_) | None => scattered(n) % CUSTOMERS,
    }
}

/// The finalizer of `SplitMix64`: looks like chance and is the same every time.
const fn scattered(n: u64) -> u64 {
    let n = n.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let n = (n ^ (n >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let n = (n ^ (n >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    n ^ (n >> 31)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn five_messages_of_a_hundred_go_to_somebody_new() {
        let first = 1_000_000;
        let sent: Vec<u64> = (0..10_000).map(|n| customer(n, Some(first))).collect();
        let newcomers: HashSet<&u64> = sent.iter().filter(|&&customer| customer >= first).collect();
        assert_eq!(newcomers.len(), 500);
        assert!(
            sent.iter()
                .filter(|&&customer| customer < CUSTOMERS)
                .count()
                == 9500
        );
    }

    #[test]
    fn known_customers_get_their_messages_far_apart() {
        let sent: HashSet<u64> = (0..1000).map(|n| customer(n, None)).collect();
        assert!(sent.len() > 980, "{}", sent.len());
    }

    #[test]
    fn every_customer_has_a_number_of_their_own() {
        assert_eq!(phone(7), "316000000007");
        assert_eq!(phone(999_999_999), "316999999999");
    }
}
