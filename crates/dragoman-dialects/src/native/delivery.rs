//! How many messages of a channel reach the customers, and whom nothing reaches.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::Json;
use axum::extract::{Path, State};
use dragoman_core::catalog::Channel;
use dragoman_core::contact::Customer;
use dragoman_core::ports::StoreError;
use dragoman_core::reckoning::{Reckoning, Unreached};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::answer::Problem;
use super::call::{Caller, Query};
use super::operation::Operation;
use super::record::visible;
use super::{Native, Room};

const DELIVERY: &str = "/api/v1/channels/{id}/delivery";

/// So many messages are reckoned at most, the newest.
const RECKONED: usize = 10_000;

/// Over so many days, unless it is said otherwise.
pub(super) const USUAL: u8 = 7;
/// Over so many days at most: a provider keeps what it cannot deliver for 30.
const MOST: u8 = 30;

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get(DELIVERY, show)
            .named(
                "channel_delivery",
                "How many of the last messages have reached the customers, and whom nothing reaches.",
            )
            .asks::<Days>()
            .answers::<Delivery>(200),
    ]
}

/// How far back.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct Days {
    /// So many days; 7 unless it is said.
    #[param(value_type = Option<u8>, minimum = 1, maximum = 30)]
    days: Option<String>,
}

/// How the last messages of a channel fare: at most 10 000.
#[derive(Serialize, ToSchema)]
struct Delivery {
    /// The channel.
    slug: String,
    /// Over so many days.
    days: u8,
    /// How many messages of the business were looked at.
    messages: u64,
    /// Whether there were more than could be looked at: then the oldest are left out.
    more: bool,
    /// How many of them stand in each state; each message is counted once.
    states: BTreeMap<&'static str, u64>,
    /// Why messages failed: the most frequent first.
    failures: Vec<FailureCount>,
    /// How many the provider was asked to deliver an hour ago or longer.
    judged: u64,
    /// Which part of those has arrived, between 0 and 1; `null` where there are none.
    rate: Option<f64>,
    /// Customers with messages that were sent a day ago or longer and have not arrived: at most 100,
    /// the longest silence first.
    undelivered: Vec<Silent>,
}

/// How many messages failed with a code.
#[derive(Serialize, ToSchema)]
struct FailureCount {
    /// The provider's; 0 where it gave none.
    code: i64,
    messages: u64,
}

/// A customer whom nothing reaches.
#[derive(Serialize, ToSchema)]
struct Silent {
    /// The uuid of the contact.
    contact: String,
    phone: Option<String>,
    name: Option<String>,
    /// When the oldest message that has not arrived was sent.
    since: String,
    /// How many have not arrived.
    messages: u64,
    /// When they last wrote, or something else arrived, if that was later.
    alive_at: Option<String>,
    /// What that may mean, for people; its wording may change.
    perhaps: &'static str,
}

async fn show(
    State(native): Room,
    caller: Caller,
    Path(name): Path<String>,
    Query(wish): Query<Days>,
) -> Result<Json<Delivery>, Problem> {
    let days = wish.days()?;
    let catalog = native.catalog();
    let channel: &Channel = visible(&catalog, caller, &name)?;
    let (reckoning, more) = reckon(&native, channel, days).await?;
    let mut undelivered = Vec::new();
    for silent in &reckoning.unreached {
        let contacts = &native.services.contacts;
        let customer = contacts.customer(channel.tenant(), silent.contact).await?;
        undelivered.push(shown(silent, customer));
    }
    let states = reckoning.states.iter();
    let failures = reckoning.failures.iter();
    Ok(Json(Delivery {
        slug: channel.slug.to_string(),
        days,
        messages: states.clone().map(|(_, count)| count).sum(),
        more,
        states: states
            .map(|(state, count)| (state.word(), *count))
            .collect(),
        failures: failures
            .map(|&(code, messages)| FailureCount { code, messages })
            .collect(),
        judged: reckoning.judged,
        rate: reckoning.rate(),
        undelivered,
    }))
}

/// How the last messages of a channel fare, and whether there are more of them.
pub(super) async fn reckon(
    native: &Native,
    channel: &Channel,
    days: u8,
) -> Result<(Reckoning, bool), StoreError> {
    let services = &native.services;
    let span = Duration::from_secs(24 * 3600) * days.into();
    let since = services.clock.machine().minus(span);
    let fared = services.reckoner.fared(channel.id, since, RECKONED).await?;
    let reckoning = Reckoning::of(&fared, services.clock.now());
    Ok((reckoning, fared.len() == RECKONED))
}

fn shown(silent: &Unreached, customer: Option<Customer>) -> Silent {
    let contact = customer.as_ref().map(|customer| &customer.contact);
    Silent {
        contact: silent.contact.simple(),
        phone: contact.and_then(|known| known.phone()).map(Into::into),
        name: contact.and_then(|known| known.name.as_deref().map(Into::into)),
        since: silent.since.iso().to_string(),
        messages: silent.messages,
        alive_at: silent.alive_at.map(|at| at.iso().to_string()),
        perhaps: match silent.alive_at {
            None => {
                "their phone is off or has no network, they have left WhatsApp, or they have \
                 blocked this sender: the provider does not tell which"
            }
            Some(_) => {
                "they were there since, so they had not blocked this sender then: a status was \
                 lost, or the provider held this message back"
            }
        },
    }
}

impl Days {
    fn days(&self) -> Result<u8, Problem> {
        let Some(text) = &self.days else {
            return Ok(USUAL);
        };
        let days = text.parse().ok().filter(|days| (1..=MOST).contains(days));
        days.ok_or_else(|| Problem::invalid("days", format!("1 to {MOST}")))
    }
}
