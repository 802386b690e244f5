//! `dragoman subscription …`.

use clap::{Args, Subcommand};

use super::place::{New, Of, Verb};
use crate::commands::asked::{Asked, Call, Fields, Show, one, segment};

const PATH: &str = "/api/v1/subscriptions";

#[derive(Debug, Subcommand)]
pub(crate) enum SubscriptionVerb {
    /// Make a subscription for what happens from now on; its secret is shown once.
    #[command(
        after_help = "Example:  dragoman subscription create --account acme --format callbell \
        --url https://app.example/hook --event message_created"
    )]
    Create {
        /// Where events are sent.
        #[arg(long)]
        url: String,
        /// How events look: `dragoman`, `callbell`, `onprem` or `cloud`.
        #[arg(long)]
        format: String,
        /// An event that it hears of; may be repeated, left out is all.
        #[arg(long = "event")]
        events: Vec<String>,
        /// Slug or uuid of the only channel that it hears of.
        #[arg(long)]
        channel: Option<String>,
        #[command(flatten)]
        manner: Manner,
        #[command(flatten)]
        new: New,
    },
    /// List subscriptions, without what is secret.
    #[command(after_help = "Example:  dragoman subscription list --account acme")]
    List(Of),
    /// Change a subscription.
    #[command(after_help = "Example:  dragoman subscription set ID --enabled true --ordered true")]
    Set {
        /// Its uuid.
        id: String,
        /// Where events are sent.
        #[arg(long)]
        url: Option<String>,
        /// An event that it hears of; repeat it for all.
        #[arg(long = "event")]
        events: Vec<String>,
        /// Switch it on or off; switched on again, it hears what it has missed.
        #[arg(long)]
        enabled: Option<bool>,
        #[command(flatten)]
        manner: Manner,
    },
    /// Give a subscription a new secret, shown once; the old one is good for another day.
    #[command(after_help = "Example:  dragoman subscription rotate ID")]
    Rotate {
        /// Its uuid.
        id: String,
    },
    /// List what was given up for a subscription.
    #[command(after_help = "Example:  dragoman subscription dead ID")]
    Dead {
        /// Its uuid.
        id: String,
        /// What stands behind this mark.
        #[arg(long)]
        after: Option<String>,
    },
    /// Tell a subscription again; every event keeps its id.
    #[command(
        after_help = "Example:  dragoman subscription replay ID --dead --event message.failed\n          \
        dragoman subscription replay ID --since 2026-11-22T08:00:00Z\n          \
        dragoman subscription replay ID --id evt_01a0c4506c7b000000001267"
    )]
    Replay {
        /// Its uuid.
        id: String,
        #[command(flatten)]
        what: Again,
        /// With `--dead`: only this event, in the format's own words; may be repeated.
        #[arg(long = "event", requires = "dead")]
        events: Vec<String>,
        /// With `--dead`: only events of this channel.
        #[arg(long, requires = "dead")]
        channel: Option<String>,
    },
    /// Take a subscription away; its deliveries end.
    #[command(after_help = "Example:  dragoman subscription remove ID")]
    Remove {
        /// Its uuid.
        id: String,
    },
}

/// How events are told.
#[derive(Debug, Args)]
pub(crate) struct Manner {
    /// Whether the events of a conversation are told one after the other.
    #[arg(long)]
    ordered: Option<bool>,
    /// As many deliveries may run at once.
    #[arg(long)]
    concurrency: Option<u16>,
    /// Of which messages statuses are told, `own` or `all`: for `cloud` and `onprem`, which tell
    /// those of their own dialect alone.
    #[arg(long)]
    origin: Option<String>,
}

impl Manner {
    fn in_fields(self, fields: Fields) -> Fields {
        fields
            .with("ordered", self.ordered)
            .with("concurrency", self.concurrency)
            .with("origin", self.origin)
    }
}

/// What is to be told again.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Again {
    /// One event, by its id.
    #[arg(long = "id")]
    event: Option<String>,
    /// What was given up.
    #[arg(long)]
    dead: bool,
    /// Everything since this time.
    #[arg(long)]
    since: Option<String>,
}

impl Verb for SubscriptionVerb {
    fn asked(self) -> anyhow::Result<Asked> {
        Ok(match self {
            Self::Create {
                url,
                format,
                events,
                channel,
                manner,
                new,
            } => {
                let fields = new
                    .fields()
                    .with("url", Some(url))
                    .with("format", Some(format))
                    .with_all("events", events)
                    .with("channel", channel);
                let fields = manner.in_fields(fields);
                Asked::new(Call::post(PATH, fields), Show::Secret("secret"))
            }
            Self::List(of) => Asked::new(
                Call::get(of.path(PATH)),
                Show::List(
                    "subscriptions",
                    &[
                        "id",
                        "format",
                        "url",
                        "events",
                        "enabled",
                        "waiting",
                        "failing_since",
                        "stopped_because",
                    ],
                ),
            ),
            Self::Set {
                id,
                url,
                events,
                enabled,
                manner,
            } => {
                let fields = Fields::default()
                    .with("url", url)
                    .with_all("events", events)
                    .with("enabled", enabled);
                let fields = manner.in_fields(fields);
                Asked::new(Call::patch(one(PATH, &id), fields), Show::Object)
            }
            Self::Rotate { id } => {
                let path = format!("{}/rotate", one(PATH, &id));
                Asked::new(Call::post(path, Fields::default()), Show::Secret("secret"))
            }
            Self::Dead { id, after } => {
                let path = format!("{}/dead", one(PATH, &id));
                let path = match after {
                    Some(mark) => format!("{path}?after={}", segment(&mark)),
                    None => path,
                };
                let columns = &["at", "id", "event", "message", "status"];
                Asked::new(Call::get(path), Show::List("dead", columns))
            }
            Self::Replay {
                id,
                what,
                events,
                channel,
            } => {
                let fields = Fields::default()
                    .with("event", what.event)
                    .with("dead", what.dead.then_some(true))
                    .with("since", what.since)
                    .with_all("events", events)
                    .with("channel", channel);
                let path = format!("{}/replay", one(PATH, &id));
                Asked::new(Call::post(path, fields), Show::Object)
            }
            Self::Remove { id } => Asked::new(Call::delete(one(PATH, &id)), Show::Removed),
        })
    }
}
