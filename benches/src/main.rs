//! The benchmark harness: `cargo xtask bench` builds and starts it.
//!
//! One binary, many processes: `run` measures and reports; it starts the others, each in a process
//! of its own that ends with it. `gateway` is the product's rooms with the real store or with one
//! that forgets; `provider`, `receiver` and `load` stand for the world around it; `fill` makes a
//! store that has seen a lot.
//!
//! Start reading with [`rows`], which says what is measured; then [`run`].
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "printing to the terminal is this program's job"
)]

#[path = "../../crates/dragoman/src/allocator.rs"]
mod allocator;
mod cli;
mod disk;
mod fill;
mod forgetful;
mod gateway;
mod load;
mod machine;
mod process;
mod provider;
mod receiver;
mod report;
mod role;
mod rows;
mod run;
mod statistics;
mod webhook;
mod wire;
mod world;

use std::process::ExitCode;

use clap::Parser;
use cli::{Cli, Role};

fn main() -> ExitCode {
    let role = Cli::parse().role;
    if matches!(role, Role::Gateway(_)) {
        // As the product does.
        allocator::keep_memory_longer();
    }
    match obey(role) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nbench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn obey(role: Role) -> anyhow::Result<()> {
    match role {
        Role::Run(args) => run::run(&args),
        Role::Gateway(args) => role::as_the_product(gateway::run(args)),
        Role::Fill(args) => role::as_the_product(role::unless_told_to_stop(fill::run(args))),
        Role::Provider(args) => role::on_one_core(provider::run(args)),
        Role::Receiver => role::on_one_core(receiver::run()),
        Role::Load(args) => role::on_one_core(role::unless_told_to_stop(load::run(args))),
    }
}
