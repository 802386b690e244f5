//! `dragoman account …`.

use clap::Subcommand;

use super::place::Verb;
use crate::commands::asked::{Asked, Call, Fields, Show};

const PATH: &str = "/api/v1/accounts";

#[derive(Debug, Subcommand)]
pub(crate) enum AccountVerb {
    /// Make an account.
    #[command(after_help = "Example:  dragoman account create acme --json")]
    Create {
        /// Its name, unique in the installation.
        name: String,
        /// An id to keep; made when left out.
        #[arg(long)]
        uuid: Option<String>,
    },
    /// List accounts.
    #[command(after_help = "Example:  dragoman account list")]
    List,
}

impl Verb for AccountVerb {
    fn asked(self) -> anyhow::Result<Asked> {
        Ok(match self {
            Self::Create { name, uuid } => {
                let fields = Fields::default()
                    .with("name", Some(name))
                    .with("uuid", uuid);
                Asked::new(Call::post(PATH, fields), Show::Named("account"))
            }
            Self::List => Asked::new(Call::get(PATH), Show::List("accounts", &["id", "name"])),
        })
    }
}
