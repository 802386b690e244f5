//! Subscriptions: whom the gateway tells what happened.

mod origin;
mod secrets;

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use dragoman_core::catalog::{Catalog, Change, Subscription};
use dragoman_core::{Id, Secret};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use self::origin::{OriginWish, origin, settings};
use self::secrets::{Rotated, fresh_secret, rotate};
use super::answer::Problem;
use super::call::Call;
use super::channels;
use super::operation::Operation;
use super::record::{self, Record, Removable};
use super::words::{Endpoint, Format, Name, Uuid};
use super::{Native, Room};
use crate::telling::date;

/// As many deliveries to one subscription may run at once.
const CONCURRENCY: u16 = 4;

const ALL: &str = "/api/v1/subscriptions";
const ONE: &str = "/api/v1/subscriptions/{id}";
const ROTATE: &str = "/api/v1/subscriptions/{id}/rotate";

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::list::<Subscription>(ALL).named(
            "list_subscriptions",
            "Subscriptions, without what is secret.",
        ),
        Operation::post(ALL, create)
            .named(
                "create_subscription",
                "Makes a subscription for what happens from now on.",
            )
            .takes::<NewSubscription>()
            .creates::<MadeSubscription>(&[
                "get_subscription",
                "change_subscription",
                "remove_subscription",
            ]),
        Operation::show::<Subscription>(ONE).named(
            "get_subscription",
            "A subscription, without what is secret.",
        ),
        Operation::patch(ONE, change)
            .named(
                "change_subscription",
                "Changes what is named. What waits for the old address goes to the new one.",
            )
            .takes::<SubscriptionChange>()
            .answers::<SubscriptionBody>(200),
        Operation::post(ROTATE, rotate)
            .named(
                "rotate_subscription",
                "Gives a subscription a new secret. Deliveries are signed with the old one too, \
                 for a day.",
            )
            .answers::<Rotated>(200),
        Operation::remove::<Subscription>(ONE).named(
            "remove_subscription",
            "Takes a subscription away; its deliveries end.",
        ),
    ]
}

/// A subscription.
#[derive(Serialize, ToSchema)]
#[schema(as = Subscription)]
pub(super) struct SubscriptionBody {
    id: String,
    account: String,
    /// The only channel that it hears of; `null` is all of the account's.
    channel: Option<String>,
    url: String,
    /// How events look to it (`callbell`, `onprem`, `cloud`, `dragoman`).
    format: String,
    /// The events that it hears of, in the format's own words; none is all.
    events: Vec<String>,
    /// Whether it hears statuses of all messages, where its format tells those of its own dialect
    /// alone: `own` or `all`; `null` where every format's are told.
    origin: Option<&'static str>,
    /// Whether the events of a conversation are told one after the other.
    ordered: bool,
    /// As many deliveries may run at once.
    concurrency: u16,
    enabled: bool,
    /// When the gateway itself has stopped calling it; `null` when it has not.
    stopped_at: Option<String>,
    /// Why: `gone`, as it answered 410, or `failing`, as it took nothing for days.
    stopped_because: Option<&'static str>,
    /// Since when nothing was taken; `null` while all is well.
    failing_since: Option<String>,
    /// So many events are due again.
    waiting: usize,
    created_at: String,
}

/// A subscription that was made.
#[derive(Serialize, ToSchema)]
struct MadeSubscription {
    id: String,
    url: String,
    format: String,
    /// What deliveries are signed with, where the format signs: shown this once, and `null` when
    /// the call is repeated.
    secret: Option<String>,
}

/// A new subscription.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewSubscription {
    /// Name or uuid of the account; a token may leave it out.
    account: Option<String>,
    /// Slug or uuid of the only channel that it hears of.
    channel: Option<String>,
    url: Endpoint,
    format: Format,
    /// The events that it hears of, in the format's own words; none is all.
    events: Option<Vec<Name>>,
    /// Of which messages it hears statuses; only for `cloud` and `onprem`, which tell those of
    /// their own dialect alone.
    origin: Option<OriginWish>,
    /// Whether the events of a conversation are told one after the other; left out, they are not.
    ordered: Option<bool>,
    /// As many deliveries may run at once: 4 when it is left out.
    #[schema(value_type = Option<u16>, minimum = 1, maximum = 100)]
    concurrency: Option<Concurrency>,
    /// An id to keep.
    uuid: Option<Uuid>,
}

/// What is to be changed of a subscription.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SubscriptionChange {
    url: Option<Endpoint>,
    /// The events that it hears of, in the format's own words; none is all.
    events: Option<Vec<Name>>,
    /// Of which messages it hears statuses; only for `cloud` and `onprem`.
    origin: Option<OriginWish>,
    ordered: Option<bool>,
    #[schema(value_type = Option<u16>, minimum = 1, maximum = 100)]
    concurrency: Option<Concurrency>,
    /// Switched on again, it hears what it has missed.
    enabled: Option<bool>,
}

/// How many deliveries may run at once: at least one, at most a hundred.
#[derive(Clone, Copy, Deserialize)]
#[serde(try_from = "u16")]
struct Concurrency(u16);

impl TryFrom<u16> for Concurrency {
    type Error = &'static str;

    fn try_from(number: u16) -> Result<Self, &'static str> {
        let fits = (1..=100).contains(&number);
        fits.then_some(Self(number)).ok_or("must be from 1 to 100")
    }
}

impl Record for Subscription {
    const WORD: &'static str = "subscription";
    const LIST: &'static str = "subscriptions";
    type Shown = SubscriptionBody;

    record::listed!(Subscription, subscriptions);

    fn shown(&self, native: &Native) -> SubscriptionBody {
        let telling = native.services.store.telling(self.id);
        SubscriptionBody {
            id: self.id.simple(),
            account: self.account.simple(),
            channel: self.channel.map(Id::simple),
            url: self.url.to_string(),
            format: self.format.to_string(),
            events: self.events.iter().map(ToString::to_string).collect(),
            origin: origin(self),
            ordered: self.ordered,
            concurrency: self.concurrency,
            enabled: self.enabled,
            stopped_at: self.stopped.map(|stopped| date(stopped.at)),
            stopped_because: self.stopped.map(|stopped| stopped.reason.word()),
            failing_since: telling.failing_since.map(date),
            waiting: telling.due,
            created_at: self.created_at.iso().to_string(),
        }
    }
}

impl Removable for Subscription {
    fn removed(&self, _: &Catalog) -> Vec<Change> {
        vec![Change::RemoveSubscription(self.id)]
    }
}

async fn create(State(native): Room, call: Call) -> Result<Response, Problem> {
    let new: NewSubscription = call.read()?;
    let services = &native.services;
    let catalog = native.catalog();
    let account = call.caller.account(&catalog, new.account.as_deref())?;
    let channel = match &new.channel {
        Some(name) => Some(channels::of_account(&catalog, account, name)?.id),
        None => None,
    };
    let events = events(&new.format.0, new.events.as_deref().unwrap_or_default())?;
    let settings = settings(&new.format.0, None, new.origin)?;
    let secret = fresh_secret(&native);
    let now = services.clock.now();
    let made = record::create(&native, &call, (account, new.uuid), |_, id| {
        let subscription = Subscription {
            id,
            account: account.id(),
            channel,
            url: new.url.0.clone(),
            format: new.format.0.clone(),
            events: events.clone(),
            secret: Some(Secret::new(secret.clone())),
            retiring: None,
            concurrency: new
                .concurrency
                .map_or(CONCURRENCY, |Concurrency(wish)| wish),
            ordered: new.ordered.unwrap_or(false),
            settings: settings.clone(),
            trust: None,
            since: services.store.last_event(),
            enabled: true,
            stopped: None,
            created_at: now,
        };
        Ok((Vec::new(), subscription))
    })
    .await?;
    let shown = MadeSubscription {
        id: made.record.id.simple(),
        url: made.record.url.to_string(),
        format: made.record.format.to_string(),
        secret: (!made.replayed).then_some(secret),
    };
    Ok(made.showing(shown))
}

async fn change(
    State(native): Room,
    Path(name): Path<String>,
    call: Call,
) -> Result<Json<SubscriptionBody>, Problem> {
    let wish: SubscriptionChange = call.read()?;
    record::change(&native, call.caller, &name, |_, mut found: Subscription| {
        if let Some(Endpoint(url)) = &wish.url {
            found.url = url.clone();
        }
        if let Some(wanted) = &wish.events {
            found.events = events(&found.format, wanted)?;
        }
        if wish.origin.is_some() {
            found.settings = settings(&found.format, found.settings.as_ref(), wish.origin)?;
        }
        found.ordered = wish.ordered.unwrap_or(found.ordered);
        let concurrency = wish.concurrency.map(|Concurrency(wish)| wish);
        found.concurrency = concurrency.unwrap_or(found.concurrency);
        found = match wish.enabled {
            Some(true) => found.resumed(),
            Some(false) => Subscription {
                enabled: false,
                ..found
            },
            None => found,
        };
        Ok((Vec::new(), found))
    })
    .await
}

/// The names of events that a format knows, each once.
pub(super) fn events(format: &str, wanted: &[Name]) -> Result<Vec<Box<str>>, Problem> {
    let known = crate::events(format);
    let mut events: Vec<Box<str>> = Vec::new();
    for Name(name) in wanted {
        if !known.contains(&&**name) {
            let text = format!("no event {name:?}; there are {}", known.join(", "));
            return Err(Problem::invalid("events", text));
        }
        if !events.contains(name) {
            events.push(name.clone());
        }
    }
    Ok(events)
}
