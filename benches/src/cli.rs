//! The words that each process is started with.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use serde::{Deserialize, Serialize};

use crate::world::NOBODY;

/// Measures Dragoman.
#[derive(Debug, Parser)]
#[command(name = "dragoman-bench")]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) role: Role,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Role {
    /// Measures, and reports: what `cargo xtask bench` starts.
    Run(RunArgs),
    /// The product's rooms, with one store or the other.
    Gateway(GatewayArgs),
    /// A fake provider: takes every message.
    Provider(ProviderArgs),
    /// A webhook endpoint: counts, and answers 200.
    Receiver,
    /// A client program with many connections.
    Load(LoadArgs),
    /// Makes stored messages in batches.
    Fill(FillArgs),
}

/// What is measured, and where the figures go.
#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    /// Leaves out growth and restart, measures shorter: under five minutes.
    #[arg(long)]
    pub(crate) quick: bool,
    /// Only this row; can be repeated.
    #[arg(long, value_name = "NAME")]
    pub(crate) only: Vec<String>,
    /// Writes the figures as JSON.
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
    /// Writes the figures as a table in Markdown.
    #[arg(long, value_name = "FILE")]
    pub(crate) markdown: Option<PathBuf>,
    /// Where stores are kept while they are measured: on a real disk, with 40 GB free for growth.
    #[arg(long, value_name = "DIR", default_value = "target/bench")]
    pub(crate) dir: PathBuf,
    /// Messages stored for the row on growth, in millions.
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(crate) millions: u64,
}

/// Which store stands behind the gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum StoreKind {
    /// The real one: on disk before the answer.
    Durable,
    /// The control.
    Forgetful,
}

#[derive(Debug, Args)]
pub(crate) struct GatewayArgs {
    #[arg(long)]
    pub(crate) store: StoreKind,
    #[arg(long)]
    pub(crate) data_dir: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) world: WorldArgs,
}

/// How the tenant's senders are configured.
#[derive(Clone, Debug, Args)]
pub(crate) struct WorldArgs {
    #[arg(long)]
    pub(crate) channels: u64,
    /// Messages per second of each channel.
    #[arg(long)]
    pub(crate) rate: u32,
    #[arg(long, default_value_t = 512)]
    pub(crate) concurrency: u16,
    #[arg(long, default_value = NOBODY)]
    pub(crate) graph_url: String,
    #[arg(long)]
    pub(crate) receiver_url: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct ProviderArgs {
    /// Connections on which statuses are told, one status in each webhook. None are told before
    /// the gateway's address has come in on standard input.
    #[arg(long, default_value_t = 0)]
    pub(crate) statuses: usize,
}

/// What the load speaks to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Target {
    /// A gateway: Callbell's send call.
    Callbell,
    /// Kannel's smsbox.
    Kannel,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct LoadArgs {
    #[arg(long)]
    pub(crate) target: Target,
    #[arg(long)]
    pub(crate) to: SocketAddr,
    #[arg(long)]
    pub(crate) connections: usize,
    /// Stops after so many messages.
    #[arg(long)]
    pub(crate) messages: u64,
    /// Stops after so long, if that comes first.
    #[arg(long, default_value_t = 3600.0)]
    pub(crate) seconds: f64,
    /// Sends at this rate whatever the answers do, instead of waiting for each.
    #[arg(long)]
    pub(crate) rate: Option<f64>,
    /// How many channels the customers are spread over.
    #[arg(long, default_value_t = 1)]
    pub(crate) channels: u64,
    /// The first customer that nobody knows; without it all are known.
    #[arg(long)]
    pub(crate) newcomers: Option<u64>,
    /// The number of the first message: loads that follow each other continue.
    #[arg(long, default_value_t = 0)]
    pub(crate) first: u64,
}

/// How far the messages of a filled store have come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Stage {
    /// Accepted, not sent.
    Queued,
    /// Sent, delivered and read.
    Read,
}

#[derive(Debug, Args)]
pub(crate) struct FillArgs {
    #[arg(long)]
    pub(crate) data_dir: PathBuf,
    #[arg(long)]
    pub(crate) messages: u64,
    #[arg(long)]
    pub(crate) stage: Stage,
    #[arg(long)]
    pub(crate) channels: u64,
    /// The number of the first message.
    #[arg(long, default_value_t = 0)]
    pub(crate) first: u64,
    /// Every customer once and in order, instead of the mixture of a load.
    #[arg(long)]
    pub(crate) each_customer_once: bool,
}
