//! What a subscription has not heard, and telling it again.

use axum::Json;
use axum::extract::{Path, State};
use dragoman_core::Timestamp;
use dragoman_core::catalog::Subscription;
use dragoman_core::event::EventId;
use dragoman_core::ports::{DeadLetter, Happened, Replay, ReplayError, Replayed};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use utoipa::{IntoParams, ToSchema};

use super::answer::Problem;
use super::call::{Call, Caller, Query};
use super::operation::Operation;
use super::record::visible;
use super::subscriptions::events;
use super::words::Name;
use super::{Native, Room, channels};
use crate::telling::date;

const DEAD: &str = "/api/v1/subscriptions/{id}/dead";
const REPLAY: &str = "/api/v1/subscriptions/{id}/replay";

/// As many dead letters are listed at once.
const LISTED: usize = 100;

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get(DEAD, dead)
            .named(
                "list_dead_letters",
                "What was given up for a subscription, in the order in which it happened.",
            )
            .asks::<Part>()
            .answers::<DeadLetters>(200),
        Operation::post(REPLAY, replay)
            .named(
                "replay_subscription",
                "Tells a subscription again: one event, what was given up, or everything since a \
                 time. Every event keeps its id.",
            )
            .takes::<Wish>()
            .answers::<Again>(200),
    ]
}

/// A part of what was given up.
#[derive(Serialize, ToSchema)]
struct DeadLetters {
    dead: Vec<DeadBody>,
    /// What to give as `after` for the next part; `null` at the end.
    next: Option<String>,
}

/// An event that was given up.
#[derive(Serialize, ToSchema)]
#[schema(as = DeadLetter)]
struct DeadBody {
    /// The `webhook-id`.
    id: Option<String>,
    sequence: i64,
    /// What happened, in the format's own words.
    event: Option<&'static str>,
    /// The uuid of the message that it is about.
    message: Option<String>,
    /// When it was given up.
    at: String,
    /// What the receiver answered last; `null` when it did not.
    status: Option<u16>,
}

/// Which part.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct Part {
    /// What stands behind this mark, which is the `next` of an earlier answer.
    after: Option<String>,
}

/// What is to be told again: one of `event`, `dead` and `since`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Wish {
    /// The id of one event (`evt_…`).
    event: Option<String>,
    /// `true` for what was given up.
    dead: Option<bool>,
    /// A time as in `2026-11-22T08:00:00Z`, for everything since then.
    since: Option<String>,
    /// With `dead`: only events of these names, in the format's own words.
    events: Option<Vec<Name>>,
    /// With `dead`: only events of this channel, by slug or uuid.
    channel: Option<String>,
}

/// What is told again.
#[derive(Serialize, ToSchema)]
struct Again {
    /// So many events; `null` where nobody has counted them.
    replayed: Option<usize>,
    /// Whether there are others, which wait until these are told: ask again then.
    more: bool,
    /// Everything after this sequence number; `null` where single events are told.
    after: Option<i64>,
}

async fn dead(
    State(native): Room,
    caller: Caller,
    Path(name): Path<String>,
    Query(part): Query<Part>,
) -> Result<Json<DeadLetters>, Problem> {
    let catalog = native.catalog();
    let found: &Subscription = visible(&catalog, caller, &name)?;
    let after = part.after.as_deref().map_or(Ok(0), str::parse);
    let after = after.map_err(|_| Problem::invalid("after", "is no `next` of an answer"))?;
    let store = &native.services.store;
    let letters = store.dead_letters(found.id, after, LISTED).await?;
    let next = (letters.len() == LISTED).then(|| letters.last()).flatten();
    let next = next.map(|last| last.seq.to_string());
    let mut dead = Vec::with_capacity(letters.len());
    for letter in letters {
        dead.push(shown(&native, found, letter).await?);
    }
    Ok(Json(DeadLetters { dead, next }))
}

async fn shown(
    native: &Native,
    subscription: &Subscription,
    letter: DeadLetter,
) -> Result<DeadBody, Problem> {
    let store = &native.services.store;
    let read = store.events_after(letter.seq - 1, 1).await?.pop();
    let happened = read.filter(|happened| happened.seq() == letter.seq);
    let happened = happened.as_ref();
    Ok(DeadBody {
        id: happened.map(|happened| happened.id().to_string()),
        sequence: letter.seq,
        event: happened.and_then(|happened| crate::event_name(&subscription.format, happened)),
        message: letter.message.map(|message| message.simple()),
        at: date(letter.at),
        status: letter.status,
    })
}

async fn replay(
    State(native): Room,
    Path(name): Path<String>,
    call: Call,
) -> Result<Json<Again>, Problem> {
    let wish: Wish = call.read()?;
    let catalog = native.catalog();
    let found: &Subscription = visible(&catalog, call.caller, &name)?;
    let wanted = wish.wanted(&native, found).await?;
    let replayed = native.services.replays.replay(found.id, wanted).await?;
    Ok(Json(match replayed {
        Replayed::Events { count, more } => Again {
            replayed: Some(count),
            more,
            after: None,
        },
        Replayed::After(seq) => Again {
            replayed: None,
            more: false,
            after: Some(seq),
        },
    }))
}

impl Wish {
    async fn wanted(&self, native: &Native, of: &Subscription) -> Result<Replay, Problem> {
        let narrows = self.events.is_some() || self.channel.is_some();
        match (&self.event, self.dead, &self.since) {
            (Some(event), None, None) if !narrows => Ok(Replay::Event(seq(native, event).await?)),
            (None, Some(true), None) => self.dead(native, of),
            (None, None, Some(since)) if !narrows => Ok(Replay::Since(time(since)?)),
            (_, _, _) => Err(Problem::Malformed(
                "say one of event, dead (true) and since; events and channel go with dead"
                    .to_owned(),
            )),
        }
    }

    fn dead(&self, native: &Native, of: &Subscription) -> Result<Replay, Problem> {
        let catalog = native.catalog();
        let channel = match &self.channel {
            Some(name) => Some(channels::of_account(&catalog, of.tenant(), name)?.id),
            None => None,
        };
        let wanted = self.events.as_deref().unwrap_or_default();
        let events = events(&of.format, wanted)?;
        Ok(Replay::Dead { channel, events })
    }
}

/// The sequence number of an event that is still there under this very id.
async fn seq(native: &Native, event: &str) -> Result<i64, Problem> {
    let wrong = |_| Problem::invalid("event", "not the id of an event");
    let id: EventId = event.parse().map_err(wrong)?;
    let read = native.services.store.events_after(id.seq - 1, 1).await?;
    let is_there = read.first().map(Happened::id) == Some(id);
    is_there.then_some(id.seq).ok_or(Problem::NotFound("event"))
}

fn time(text: &str) -> Result<Timestamp, Problem> {
    let read = OffsetDateTime::parse(text, &Rfc3339).map_err(|_| {
        Problem::invalid(
            "since",
            "not a time: write for example 2026-11-22T08:00:00Z",
        )
    })?;
    Ok(Timestamp::from_seconds(read.unix_timestamp()))
}

impl From<ReplayError> for Problem {
    fn from(error: ReplayError) -> Self {
        match error {
            ReplayError::Missing => Self::NotFound("event"),
            ReplayError::NotFollowed => Self::Unavailable,
            ReplayError::Store(error) => error.into(),
        }
    }
}
