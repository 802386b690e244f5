//! `dragoman import …`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use dragoman_core::Secret;

use super::place::Place;

#[derive(Debug, Subcommand)]
pub(crate) enum Import {
    /// Copy teams, collaborators, custom statuses, funnels, contacts, custom fields and the ids of
    /// templates from a Callbell account. Can be repeated: what is there already stays.
    #[command(
        after_help = "Example:  dragoman import callbell --token TOKEN --account acme --channel main"
    )]
    Callbell(Box<CallbellImport>),
    /// Take over the settings and the profile of an On-Premises client. Can be repeated.
    #[command(
        after_help = "Example:  dragoman import onprem --url https://wa.example:9090 \
        --password-file old --channel main --to-password-file new"
    )]
    Onprem(Box<OnpremImport>),
}

#[derive(Debug, Args)]
pub(crate) struct CallbellImport {
    /// The token of the Callbell account.
    #[arg(long, env = "CALLBELL_TOKEN", hide_env_values = true)]
    pub(crate) token: Secret,
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
    #[arg(long)]
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

#[derive(Debug, Args)]
pub(crate) struct OnpremImport {
    /// Where the client is, with `/v1` at the end or without.
    #[arg(long, required_unless_present = "from")]
    pub(crate) url: Option<String>,
    /// A user of the client who is an admin.
    #[arg(long, default_value = "admin")]
    pub(crate) user: String,
    #[arg(long, env = "ONPREM_PASSWORD", hide_env_values = true)]
    pub(crate) password: Option<Secret>,
    /// A file with it, which is heard before the other two.
    #[arg(long)]
    pub(crate) password_file: Option<PathBuf>,
    /// A PEM file: the authority that has signed the client's certificate.
    #[arg(long)]
    pub(crate) ca: Option<PathBuf>,
    /// Take the client's certificate whatever it is. Only on a network that is yours.
    #[arg(long, conflicts_with = "ca")]
    pub(crate) insecure: bool,
    /// Only write to this file what the client answers, without secrets: it can be taken over
    /// when the client is switched off.
    #[arg(long, conflicts_with = "from")]
    pub(crate) save: Option<PathBuf>,
    /// Read what `--save` has written, instead of asking the client.
    #[arg(long, conflicts_with = "url")]
    pub(crate) from: Option<PathBuf>,
    /// Slug or uuid of the channel here that follows the client.
    #[arg(long, required_unless_present = "save")]
    pub(crate) channel: Option<String>,
    /// Where this gateway is.
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    pub(crate) to: String,
    /// A user of the channel's On-Premises API who is an admin.
    #[arg(long, default_value = "admin")]
    pub(crate) to_user: String,
    /// That user's password, which has to be changed by a first login before.
    #[arg(long, env = "DRAGOMAN_ONPREM_PASSWORD", hide_env_values = true)]
    pub(crate) to_password: Option<Secret>,
    /// A file with it, which is heard before the other two.
    #[arg(long)]
    pub(crate) to_password_file: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}
