//! The feed of events, for receivers that were down or that would rather ask than be called.

use axum::Json;
use axum::extract::State;
use dragoman_core::event::EventId;
use dragoman_core::news::Tidings;
use dragoman_core::ports::Happened;
use dragoman_core::{Id, Tenant};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::answer::Problem;
use super::call::{Caller, Query};
use super::operation::Operation;
use super::told::{self, Told};
use super::{Room, channels, names};

/// As many are answered at once, unless it is said otherwise.
const USUAL: usize = 100;
/// As many may be answered at once.
const MOST: usize = 500;
/// So many events of the installation are read at once,
const PAGE: usize = 256;
/// and so often for one call: where others have more to tell, an answer may be short or empty.
const PAGES: usize = 8;

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/api/v1/events", list)
            .named(
                "list_events",
                "What has happened, in order, as webhooks of the format `dragoman` tell it.",
            )
            .asks::<Wish>()
            .answers::<Events>(200),
    ]
}

/// A part of what has happened.
#[derive(Serialize, ToSchema)]
struct Events {
    events: Vec<Told>,
    /// What to give as `after` for what comes then: keep it, also when there were no events.
    next: String,
    /// Whether there is more already.
    more: bool,
}

/// Which events, and from where on.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct Wish {
    /// Name or uuid of the account; a token may leave it out.
    account: Option<String>,
    /// What happened after this: the `next` of an earlier answer, or the id of an event. Left out,
    /// from the first event that is still kept.
    after: Option<String>,
    /// At most as many.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 500)]
    limit: Option<String>,
    /// Only events of these names; commas between them.
    events: Option<String>,
    /// Only events of this channel: its slug or uuid.
    channel: Option<String>,
}

async fn list(
    State(native): Room,
    caller: Caller,
    Query(wish): Query<Wish>,
) -> Result<Json<Events>, Problem> {
    let catalog = native.catalog();
    let account = caller.account(&catalog, wish.account.as_deref())?;
    let channel = match &wish.channel {
        Some(name) => Some(channels::of_account(&catalog, account, name)?.id),
        None => None,
    };
    let wanted = Wanted {
        account,
        channel,
        names: wish.names()?,
    };
    let (mut after, limit) = (wish.after()?, wish.limit()?);
    let store = &native.services.store;
    let mut events = Vec::new();
    for _ in 0..PAGES {
        let read = store.events_after(after, PAGE).await?;
        if read.is_empty() || events.len() == limit {
            break;
        }
        for happened in read {
            if events.len() == limit {
                break;
            }
            after = happened.seq();
            events.extend(wanted.told(&happened));
        }
    }
    Ok(Json(Events {
        events,
        next: after.to_string(),
        more: store.last_event() > after,
    }))
}

impl Wish {
    fn after(&self) -> Result<i64, Problem> {
        let Some(text) = self.after.as_deref() else {
            return Ok(0);
        };
        let of_event = || text.parse().ok().map(|id: EventId| id.seq);
        let after = text.parse().ok().or_else(of_event);
        let after = after.filter(|after| *after >= 0);
        after.ok_or_else(|| Problem::invalid("after", "is no `next` of an answer, and no event"))
    }

    fn limit(&self) -> Result<usize, Problem> {
        let Some(text) = self.limit.as_deref() else {
            return Ok(USUAL);
        };
        let limit = text.parse().ok();
        let limit = limit.filter(|limit| (1..=MOST).contains(limit));
        limit.ok_or_else(|| Problem::invalid("limit", format!("must be from 1 to {MOST}")))
    }

    fn names(&self) -> Result<Vec<&str>, Problem> {
        let names = self.events.as_deref().unwrap_or_default().split(',');
        let names: Vec<&str> = names
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .collect();
        match names.iter().find(|name| !names::EVENTS.contains(name)) {
            None => Ok(names),
            Some(unknown) => {
                let known = names::EVENTS.join(", ");
                let text = format!("no event {unknown:?}; there are {known}");
                Err(Problem::invalid("events", text))
            }
        }
    }
}

/// What a call asks for.
struct Wanted<'a> {
    account: Tenant,
    channel: Option<Id>,
    /// Empty is all.
    names: Vec<&'a str>,
}

impl Wanted<'_> {
    fn told(&self, happened: &Happened) -> Option<Told> {
        let name = names::name(happened)?;
        let is_wanted = happened.account() == self.account
            && (self.channel.is_none() || self.channel == channel_of(happened))
            && (self.names.is_empty() || self.names.contains(&name));
        is_wanted.then(|| told::happened(happened)).flatten()
    }
}

fn channel_of(happened: &Happened) -> Option<Id> {
    match happened {
        Happened::Message(_, message) => Some(message.channel),
        Happened::News(news, _) => match &news.what {
            Tidings::Contact { channel, .. } => *channel,
            Tidings::Notice(notice) => Some(notice.channel),
            Tidings::Staff(_) | Tidings::Delivery(_) => None,
        },
    }
}
