//! Dragoman: a messaging gateway that businesses run themselves.
//!
//! This crate is the binary: configuration, assembly of the rooms, the server, the commands. It
//! holds no rule of messaging; those live in `dragoman-core`.
//!
//! Start reading with [`assemble`], the one place where the rooms meet.

mod allocator;
mod assemble;
mod cli;
mod commands;
mod config;
mod control;
mod dev;
mod disk;
mod health;
mod keys;
mod logging;
mod metrics;
mod panics;
mod private;
mod retention;
mod server;
mod uses;
mod webhooks;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    if cli.command.runs_for_long() {
        allocator::keep_memory_longer();
    }
    let as_json = cli.command.wants_json();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .worker_threads(dragoman_engine::serving_threads())
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            let error = anyhow::Error::from(error).context("starting the runtime");
            return commands::failed(&error, as_json);
        }
    };
    match runtime.block_on(commands::run(cli)) {
        Ok(code) => code,
        Err(error) => commands::failed(&error, as_json),
    }
}
