//! `dragoman serve`: production.

use std::sync::Arc;

use anyhow::Context;
use dragoman_engine::SystemClock;
use rustix::process::{Resource, Rlimit, setrlimit};

use crate::assemble::Gateway;
use crate::cli::ServeArgs;
use crate::config::Config;
use crate::server;

pub(crate) async fn run(args: ServeArgs) -> anyhow::Result<()> {
    let config = Config::load(&args.config)?;
    forbid_core_dumps()?;
    let listener = server::bind(config.listen, "the key listen").await?;
    let gateway = Gateway::start(&config, listener, Arc::new(SystemClock::new())).await?;
    gateway.readiness.set(true);
    tracing::info!(listen = %config.listen, "ready");
    gateway.run().await
}

/// A core file would hold every secret that the process knows.
fn forbid_core_dumps() -> anyhow::Result<()> {
    let nothing = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    setrlimit(Resource::Core, nothing).context("forbidding core dumps")
}
