//! `dragoman status …`.

use clap::Subcommand;

use super::place::{New, Of, Verb};
use crate::commands::asked::{Asked, Call, Fields, Show, one};

const PATH: &str = "/api/v1/statuses";

#[derive(Debug, Subcommand)]
pub(crate) enum StatusVerb {
    /// Make a status.
    #[command(after_help = "Example:  dragoman status create Lunch --emoji 🍜 --account acme")]
    Create {
        /// What it says.
        name: String,
        /// A sign for it.
        #[arg(long)]
        emoji: Option<String>,
        #[command(flatten)]
        new: New,
    },
    /// List statuses.
    #[command(after_help = "Example:  dragoman status list --account acme")]
    List(Of),
    /// Change a status.
    #[command(after_help = "Example:  dragoman status set ID --name 'At lunch'")]
    Set {
        /// Its uuid.
        id: String,
        /// What it says.
        #[arg(long)]
        name: Option<String>,
        /// A sign for it.
        #[arg(long)]
        emoji: Option<String>,
    },
    /// Take a status away; nobody shows it any more.
    #[command(after_help = "Example:  dragoman status remove ID")]
    Remove {
        /// Its uuid.
        id: String,
    },
}

impl Verb for StatusVerb {
    fn asked(self) -> anyhow::Result<Asked> {
        Ok(match self {
            Self::Create { name, emoji, new } => {
                let fields = new.fields().with("name", Some(name)).with("emoji", emoji);
                Asked::new(Call::post(PATH, fields), Show::Named("status"))
            }
            Self::List(of) => Asked::new(
                Call::get(of.path(PATH)),
                Show::List("statuses", &["id", "name", "emoji"]),
            ),
            Self::Set { id, name, emoji } => {
                let fields = Fields::default().with("name", name).with("emoji", emoji);
                Asked::new(Call::patch(one(PATH, &id), fields), Show::Object)
            }
            Self::Remove { id } => Asked::new(Call::delete(one(PATH, &id)), Show::Removed),
        })
    }
}
