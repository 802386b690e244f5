//! Which gateway a command talks to.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use dragoman_core::Secret;

use crate::commands::asked::{Asked, Fields, segment};

/// Which gateway a command talks to.
#[derive(Clone, Debug, Args)]
pub(crate) struct Place {
    /// The data directory of the running gateway.
    #[arg(long, env = "DRAGOMAN_DATA_DIR", global = true)]
    pub(crate) data_dir: Option<PathBuf>,
    /// The configuration of the running gateway; it is heard instead of a data directory.
    #[arg(long, global = true)]
    pub(crate) config: Option<PathBuf>,
    /// The address of a gateway elsewhere.
    #[arg(long, requires = "token", global = true)]
    pub(crate) server: Option<String>,
    /// A token for that gateway.
    #[arg(long, env = "DRAGOMAN_TOKEN", hide_env_values = true, global = true)]
    pub(crate) token: Option<Secret>,
    /// Print JSON.
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

/// What is done to things of one kind.
#[derive(Debug, Args)]
pub(crate) struct Noun<V: Subcommand> {
    #[command(subcommand)]
    pub(crate) verb: V,
    #[command(flatten)]
    pub(crate) place: Place,
}

/// A command that is one question to the running gateway.
pub(crate) trait Verb {
    /// The call that it becomes, and how its answer is shown.
    ///
    /// # Errors
    /// A file that it names cannot be read.
    fn asked(self) -> anyhow::Result<Asked>;
}

/// Of which account a list is wanted.
#[derive(Debug, Args)]
pub(crate) struct Of {
    /// Name or uuid of an account; left out, everything that you may see.
    #[arg(long)]
    account: Option<String>,
}

impl Of {
    /// A path with the account in its query, when one was given.
    pub(crate) fn path(&self, path: &str) -> String {
        match &self.account {
            Some(account) => format!("{path}?account={}", segment(account)),
            None => path.to_owned(),
        }
    }
}

/// Where something is made, and as what.
#[derive(Debug, Args)]
pub(crate) struct New {
    /// Name or uuid of the account; needed unless a token speaks for one.
    #[arg(long)]
    account: Option<String>,
    /// An id to keep; made when left out.
    #[arg(long)]
    uuid: Option<String>,
}

impl New {
    /// The fields that say so.
    pub(crate) fn fields(self) -> Fields {
        Fields::default()
            .with("account", self.account)
            .with("uuid", self.uuid)
    }
}
