//! `dragoman subscription …`.

use clap::Subcommand;

use super::place::{New, Of, Verb};
use crate::commands::asked::{Asked, Call, Fields, Show, one};

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
        /// How events look: `callbell` or `onprem`.
        #[arg(long)]
        format: String,
        /// An event that it hears of; may be repeated, left out is all.
        #[arg(long = "event")]
        events: Vec<String>,
        /// Slug or uuid of the only channel that it hears of.
        #[arg(long)]
        channel: Option<String>,
        #[command(flatten)]
        new: New,
    },
    /// List subscriptions, without what is secret.
    #[command(after_help = "Example:  dragoman subscription list --account acme")]
    List(Of),
    /// Change a subscription.
    #[command(after_help = "Example:  dragoman subscription set ID --enabled false")]
    Set {
        /// Its uuid.
        id: String,
        /// Where events are sent.
        #[arg(long)]
        url: Option<String>,
        /// An event that it hears of; repeat it for all.
        #[arg(long = "event")]
        events: Vec<String>,
        /// Switch it on or off.
        #[arg(long)]
        enabled: Option<bool>,
    },
    /// Take a subscription away; its deliveries end.
    #[command(after_help = "Example:  dragoman subscription remove ID")]
    Remove {
        /// Its uuid.
        id: String,
    },
}

impl Verb for SubscriptionVerb {
    fn asked(self) -> anyhow::Result<Asked> {
        Ok(match self {
            Self::Create {
                url,
                format,
                events,
                channel,
                new,
            } => {
                let fields = new
                    .fields()
                    .with("url", Some(url))
                    .with("format", Some(format))
                    .with_all("events", events)
                    .with("channel", channel);
                Asked::new(Call::post(PATH, fields), Show::Secret("secret"))
            }
            Self::List(of) => Asked::new(
                Call::get(of.path(PATH)),
                Show::List(
                    "subscriptions",
                    &["id", "format", "url", "events", "enabled"],
                ),
            ),
            Self::Set {
                id,
                url,
                events,
                enabled,
            } => {
                let fields = Fields::default()
                    .with("url", url)
                    .with_all("events", events)
                    .with("enabled", enabled);
                Asked::new(Call::patch(one(PATH, &id), fields), Show::Object)
            }
            Self::Remove { id } => Asked::new(Call::delete(one(PATH, &id)), Show::Removed),
        })
    }
}
