//! `dragoman serve`: production.

use std::sync::Arc;

use dragoman_engine::SystemClock;

use crate::assemble::Gateway;
use crate::cli::ServeArgs;
use crate::config::Config;
use crate::server;

pub(crate) async fn run(args: ServeArgs) -> anyhow::Result<()> {
    let config = Config::load(&args.config)?;
    let listener = server::bind(config.listen, "the key listen").await?;
    let gateway = Gateway::start(&config, listener, Arc::new(SystemClock::new())).await?;
    gateway.readiness.set(true);
    tracing::info!(listen = %config.listen, "ready");
    gateway.run().await
}
