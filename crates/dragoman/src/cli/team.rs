//! `dragoman team …`.

use clap::Subcommand;

use super::place::{New, Of, Verb};
use crate::commands::asked::{Asked, Call, Fields, Show, one};

const PATH: &str = "/api/v1/teams";

#[derive(Debug, Subcommand)]
pub(crate) enum TeamVerb {
    /// Make a team.
    #[command(after_help = "Example:  dragoman team create General --account acme")]
    Create {
        /// What people call it.
        name: String,
        /// Whether it takes what is nobody's.
        #[arg(long)]
        default: Option<bool>,
        #[command(flatten)]
        new: New,
    },
    /// List teams.
    #[command(after_help = "Example:  dragoman team list --account acme")]
    List(Of),
    /// Change a team.
    #[command(after_help = "Example:  dragoman team set ID --name Sales")]
    Set {
        /// Its uuid.
        id: String,
        /// What people call it.
        #[arg(long)]
        name: Option<String>,
        /// Whether it takes what is nobody's.
        #[arg(long)]
        default: Option<bool>,
    },
    /// Take a team away; nobody is in it any more.
    #[command(after_help = "Example:  dragoman team remove ID")]
    Remove {
        /// Its uuid.
        id: String,
    },
}

impl Verb for TeamVerb {
    fn asked(self) -> anyhow::Result<Asked> {
        Ok(match self {
            Self::Create { name, default, new } => {
                let fields = new
                    .fields()
                    .with("name", Some(name))
                    .with("default", default);
                Asked::new(Call::post(PATH, fields), Show::Named("team"))
            }
            Self::List(of) => Asked::new(
                Call::get(of.path(PATH)),
                Show::List("teams", &["id", "name", "default", "members"]),
            ),
            Self::Set { id, name, default } => {
                let fields = Fields::default()
                    .with("name", name)
                    .with("default", default);
                Asked::new(Call::patch(one(PATH, &id), fields), Show::Object)
            }
            Self::Remove { id } => Asked::new(Call::delete(one(PATH, &id)), Show::Removed),
        })
    }
}
