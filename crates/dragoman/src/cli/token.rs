//! `dragoman token …`.

use clap::{Args, Subcommand};

use super::place::{New, Of, Verb};
use crate::commands::asked::{Asked, Call, Fields, Show, one};

const PATH: &str = "/api/v1/tokens";

#[derive(Debug, Subcommand)]
pub(crate) enum TokenVerb {
    /// Make a token; it is shown once.
    #[command(
        after_help = "Example:  dragoman token create --account acme --scope messages:send --expires 90d"
    )]
    Create {
        /// What people call it.
        #[arg(long)]
        name: Option<String>,
        /// What it may do: `messages:send`, `messages:read`, `contacts`, `webhooks`, `management`.
        /// Several are separated by commas; left out, everything.
        #[arg(long, value_delimiter = ',')]
        scope: Vec<String>,
        /// After which time it is no longer valid, for example `90d`; left out, never.
        #[arg(long)]
        expires: Option<String>,
        #[command(flatten)]
        policy: Policy,
        #[command(flatten)]
        new: New,
    },
    /// List tokens, without what is secret.
    #[command(after_help = "Example:  dragoman token list --account acme")]
    List(Of),
    /// Change what people call a token, or how its calls are treated.
    #[command(after_help = "Example:  dragoman token set ID --refusals later --rate none")]
    Set {
        /// Its uuid.
        id: String,
        /// What people call it.
        #[arg(long)]
        name: Option<String>,
        #[command(flatten)]
        policy: Policy,
    },
    /// Take a token away: its calls are refused from then on.
    #[command(after_help = "Example:  dragoman token remove ID")]
    Remove {
        /// Its uuid.
        id: String,
    },
}

/// How the calls of a token are treated.
#[derive(Debug, Args)]
pub(crate) struct Policy {
    /// When refusals are heard that the dialect lets choose: `now`, `later`, or `none` for as the
    /// dialect does.
    #[arg(long)]
    refusals: Option<String>,
    /// More calls are answered 429, for example `80/s`; `none` is no limit.
    #[arg(long)]
    rate: Option<String>,
    /// The same content to the same recipient within this time is the same message, for example
    /// `60s`; `none` is never.
    #[arg(long)]
    duplicate_window: Option<String>,
}

impl Policy {
    fn fields(self, fields: Fields) -> Fields {
        fields
            .with_or_none("refusals", self.refusals)
            .with_or_none("rate", self.rate)
            .with_or_none("duplicate_window", self.duplicate_window)
    }
}

impl Verb for TokenVerb {
    fn asked(self) -> anyhow::Result<Asked> {
        Ok(match self {
            Self::Create {
                name,
                scope,
                expires,
                policy,
                new,
            } => {
                let fields = policy
                    .fields(new.fields().with("name", name))
                    .with_all("scopes", scope)
                    .with("expires", expires);
                Asked::new(Call::post(PATH, fields), Show::Secret("token"))
            }
            Self::List(of) => Asked::new(
                Call::get(of.path(PATH)),
                Show::List(
                    "tokens",
                    &[
                        "id",
                        "name",
                        "scope",
                        "scopes",
                        "expires_at",
                        "last_used_at",
                        "created_at",
                    ],
                ),
            ),
            Self::Set { id, name, policy } => {
                let fields = policy.fields(Fields::default().with("name", name));
                Asked::new(Call::patch(one(PATH, &id), fields), Show::Object)
            }
            Self::Remove { id } => Asked::new(Call::delete(one(PATH, &id)), Show::Removed),
        })
    }
}
