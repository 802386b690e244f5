//! Commands that run something themselves, instead of asking the running gateway.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

use super::place::Place;

#[derive(Debug, Args)]
pub(crate) struct DevArgs {
    /// Where everything is kept.
    #[arg(long, default_value = "dragoman-data", env = "DRAGOMAN_DATA_DIR")]
    pub(crate) data_dir: PathBuf,
    /// Where the gateway listens.
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub(crate) listen: SocketAddr,
    /// An address starts an emulator there, a URL uses one that runs.
    #[arg(long, default_value = "127.0.0.1:8081")]
    pub(crate) emulator: String,
    /// Where the On-Premises API stands at the root.
    #[arg(long, default_value = "127.0.0.1:9090")]
    pub(crate) onprem_listen: SocketAddr,
    /// Forget everything of earlier starts.
    #[arg(long)]
    pub(crate) reset: bool,
    /// Allow addresses that other machines can reach; makes random tokens.
    #[arg(long)]
    pub(crate) allow_remote: bool,
}

#[derive(Debug, Args)]
pub(crate) struct EmulatorArgs {
    /// Where it listens.
    #[arg(long, default_value = "127.0.0.1:8081")]
    pub(crate) listen: SocketAddr,
    /// Where its journal is kept.
    #[arg(long, default_value = "dragoman-data/emulator")]
    pub(crate) data_dir: PathBuf,
    /// Refuse phone number ids that were not registered.
    #[arg(long)]
    pub(crate) strict: bool,
    /// Fetch media that is sent by link.
    #[arg(long)]
    pub(crate) fetch_links: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// The configuration; `dragoman.reference.toml` lists every key.
    #[arg(long)]
    pub(crate) config: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    /// Make the index again from the log, whatever is there.
    #[arg(long, conflicts_with = "server")]
    pub(crate) rebuild_index: bool,
    #[command(flatten)]
    pub(crate) place: Place,
}
