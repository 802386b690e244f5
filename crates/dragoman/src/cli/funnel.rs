//! `dragoman funnel …`.

use clap::Subcommand;

use super::place::{New, Of, Verb};
use crate::commands::asked::{Asked, Call, Fields, Show, one};

const PATH: &str = "/api/v1/funnels";

#[derive(Debug, Subcommand)]
pub(crate) enum FunnelVerb {
    /// Make a stage; those behind it move on.
    #[command(after_help = "Example:  dragoman funnel create Lead --position 1 --account acme")]
    Create {
        /// What people call it.
        name: String,
        /// A sign for it.
        #[arg(long)]
        emoji: Option<String>,
        /// Its place, from 1; left out, the last.
        #[arg(long)]
        position: Option<u32>,
        #[command(flatten)]
        new: New,
    },
    /// List stages.
    #[command(after_help = "Example:  dragoman funnel list --account acme")]
    List(Of),
    /// Change a stage; others make room.
    #[command(after_help = "Example:  dragoman funnel set ID --position 2")]
    Set {
        /// Its uuid.
        id: String,
        /// What people call it.
        #[arg(long)]
        name: Option<String>,
        /// A sign for it.
        #[arg(long)]
        emoji: Option<String>,
        /// Its place, from 1.
        #[arg(long)]
        position: Option<u32>,
    },
    /// Take a stage away; those behind it move up.
    #[command(after_help = "Example:  dragoman funnel remove ID")]
    Remove {
        /// Its uuid.
        id: String,
    },
}

impl Verb for FunnelVerb {
    fn asked(self) -> anyhow::Result<Asked> {
        Ok(match self {
            Self::Create {
                name,
                emoji,
                position,
                new,
            } => {
                let fields = new
                    .fields()
                    .with("name", Some(name))
                    .with("emoji", emoji)
                    .with("position", position);
                Asked::new(Call::post(PATH, fields), Show::Named("funnel"))
            }
            Self::List(of) => Asked::new(
                Call::get(of.path(PATH)),
                Show::List("funnels", &["position", "id", "name", "emoji"]),
            ),
            Self::Set {
                id,
                name,
                emoji,
                position,
            } => {
                let fields = Fields::default()
                    .with("name", name)
                    .with("emoji", emoji)
                    .with("position", position);
                Asked::new(Call::patch(one(PATH, &id), fields), Show::Object)
            }
            Self::Remove { id } => Asked::new(Call::delete(one(PATH, &id)), Show::Removed),
        })
    }
}
