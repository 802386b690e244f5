//! `dragoman template …`.

use clap::Subcommand;

use super::place::{Of, Verb};
use crate::commands::asked::{Asked, Call, Fields, Show, one};

const PATH: &str = "/api/v1/templates";

#[derive(Debug, Subcommand)]
pub(crate) enum TemplateVerb {
    /// List templates.
    #[command(after_help = "Example:  dragoman template list --account acme")]
    List(Of),
    /// Give a template the public id by which programs know it. An id that another template of
    /// the channel has becomes the family of both.
    #[command(
        after_help = "Example:  dragoman template link ID --uuid d980fb66fd5043d3ace1aa06ba044342"
    )]
    Link {
        /// Its uuid until now.
        id: String,
        /// The public id.
        #[arg(long)]
        uuid: String,
    },
    /// Change what people call a template.
    #[command(after_help = "Example:  dragoman template set ID --title 'Order shipped'")]
    Set {
        /// Its uuid.
        id: String,
        /// What people call it.
        #[arg(long)]
        title: Option<String>,
    },
}

impl Verb for TemplateVerb {
    fn asked(self) -> anyhow::Result<Asked> {
        Ok(match self {
            Self::List(of) => Asked::new(
                Call::get(of.path(PATH)),
                Show::List(
                    "templates",
                    &["id", "family", "name", "language", "status", "title"],
                ),
            ),
            Self::Link { id, uuid } => {
                let fields = Fields::default().with("uuid", Some(uuid));
                Asked::new(Call::patch(one(PATH, &id), fields), Show::Object)
            }
            Self::Set { id, title } => {
                let fields = Fields::default().with("title", title);
                Asked::new(Call::patch(one(PATH, &id), fields), Show::Object)
            }
        })
    }
}
