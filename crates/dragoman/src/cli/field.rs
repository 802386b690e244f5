//! `dragoman field …`.

use clap::Subcommand;

use super::place::{New, Of, Verb};
use crate::commands::asked::{Asked, Call, Fields, Show, one};

const PATH: &str = "/api/v1/fields";

#[derive(Debug, Subcommand)]
pub(crate) enum FieldVerb {
    /// Define a custom field.
    #[command(
        after_help = "Example:  dragoman field create Size --kind dropdown --option S --option L \
        --account acme"
    )]
    Create {
        /// Its name, unique in the account.
        name: String,
        /// `text`, `email`, `number`, `date`, `dropdown` or `checkbox`.
        #[arg(long)]
        kind: String,
        /// What may be chosen; may be repeated.
        #[arg(long = "option")]
        options: Vec<String>,
        #[command(flatten)]
        new: New,
    },
    /// List custom fields.
    #[command(after_help = "Example:  dragoman field list --account acme")]
    List(Of),
    /// Change a definition; values stay as they are.
    #[command(after_help = "Example:  dragoman field set ID --name Town")]
    Set {
        /// Its uuid.
        id: String,
        /// Its name.
        #[arg(long)]
        name: Option<String>,
        /// `text`, `email`, `number`, `date`, `dropdown` or `checkbox`.
        #[arg(long)]
        kind: Option<String>,
        /// What may be chosen; repeat it for all.
        #[arg(long = "option")]
        options: Vec<String>,
    },
    /// Take a definition away; values stay, as text.
    #[command(after_help = "Example:  dragoman field remove ID")]
    Remove {
        /// Its uuid.
        id: String,
    },
}

impl Verb for FieldVerb {
    fn asked(self) -> anyhow::Result<Asked> {
        Ok(match self {
            Self::Create {
                name,
                kind,
                options,
                new,
            } => {
                let fields = new
                    .fields()
                    .with("name", Some(name))
                    .with("kind", Some(kind))
                    .with_all("options", options);
                Asked::new(Call::post(PATH, fields), Show::Named("field"))
            }
            Self::List(of) => Asked::new(
                Call::get(of.path(PATH)),
                Show::List("fields", &["id", "name", "kind", "options"]),
            ),
            Self::Set {
                id,
                name,
                kind,
                options,
            } => {
                let fields = Fields::default()
                    .with("name", name)
                    .with("kind", kind)
                    .with_all("options", options);
                Asked::new(Call::patch(one(PATH, &id), fields), Show::Object)
            }
            Self::Remove { id } => Asked::new(Call::delete(one(PATH, &id)), Show::Removed),
        })
    }
}
