//! `dragoman import …`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::place::Place;

#[derive(Debug, Subcommand)]
pub(crate) enum Import {
    /// Copy teams, collaborators, custom statuses, funnels, contacts, custom fields and the ids of
    /// templates from a Callbell account. Can be repeated: what is there already stays.
    #[command(
        after_help = "Example:  dragoman import callbell --token TOKEN --account acme --channel main"
    )]
    Callbell(Box<CallbellImport>),
}

#[derive(Debug, Args)]
pub(crate) struct CallbellImport {
    /// The token of the Callbell account.
    #[arg(long, env = "CALLBELL_TOKEN", hide_env_values = true)]
    pub(crate) token: String,
    /// Where its API is.
    #[arg(long, default_value = "https://api.callbell.eu/v1")]
    pub(crate) url: String,
    /// Name or uuid of the account here.
    #[arg(long)]
    pub(crate) account: String,
    /// Slug or uuid of the channel for contacts of channels that are not here; left out, the main
    /// one for WhatsApp.
    #[arg(long)]
    pub(crate) channel: Option<String>,
    /// The data directory of the running gateway.
    #[arg(long, env = "DRAGOMAN_DATA_DIR")]
    data_dir: Option<PathBuf>,
    /// The configuration of the running gateway.
    #[arg(long, conflicts_with = "data_dir")]
    config: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

impl CallbellImport {
    /// The gateway that takes what is copied. `--token` is Callbell's, so it is always the one on
    /// this machine.
    pub(crate) fn place(&self) -> Place {
        Place {
            data_dir: self.data_dir.clone(),
            config: self.config.clone(),
            server: None,
            token: None,
            json: self.json,
        }
    }
}
