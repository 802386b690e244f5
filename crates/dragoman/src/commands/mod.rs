//! The commands.

pub(crate) mod asked;
mod client;
mod delivery;
mod doctor;
mod emulator;
mod import;
mod print;
mod serve;
mod standing;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use dragoman_store::KeyFile;
use serde_json::json;

use crate::cli::{Cli, Command, Import, Place, Verb};
use crate::config::Config;
use crate::dev;
use crate::logging;
use asked::Show;
use client::NotRunning;

/// Runs one command to its end.
pub(crate) async fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    logging::start(cli.log_format);
    match cli.command {
        Command::Dev(args) => done(dev::run(args).await),
        Command::Emulator(args) => done(emulator::run(args).await),
        Command::Serve(args) => done(serve::run(args).await),
        Command::Doctor(args) => doctor::run(args).await,
        Command::Account(noun) => ask(noun.verb, &noun.place).await,
        Command::Token(noun) => ask(noun.verb, &noun.place).await,
        Command::User(noun) => ask(noun.verb, &noun.place).await,
        Command::Team(noun) => ask(noun.verb, &noun.place).await,
        Command::Status(noun) => ask(noun.verb, &noun.place).await,
        Command::Funnel(noun) => ask(noun.verb, &noun.place).await,
        Command::Field(noun) => ask(noun.verb, &noun.place).await,
        Command::Contact(noun) => ask(noun.verb, &noun.place).await,
        Command::Channel(noun) => ask(noun.verb, &noun.place).await,
        Command::Template(noun) => ask(noun.verb, &noun.place).await,
        Command::Subscription(noun) => ask(noun.verb, &noun.place).await,
        Command::Keys(noun) => ask(noun.verb, &noun.place).await,
        Command::Send(send) => {
            let place = send.place.clone();
            ask(send, &place).await
        }
        Command::Trace(trace) => {
            let place = trace.place.clone();
            ask(trace, &place).await
        }
        Command::Resolve(resolve) => {
            let place = resolve.place.clone();
            ask(resolve, &place).await
        }
        Command::Import {
            from: Import::Callbell(args),
        } => done(import::callbell(&args).await),
        Command::Import {
            from: Import::Onprem(args),
        } => done(import::onprem(&args).await),
    }
}

fn done(ended: anyhow::Result<()>) -> anyhow::Result<ExitCode> {
    ended.map(|()| ExitCode::SUCCESS)
}

/// Asks the running gateway, and prints what it answers. Exit 1 is for a channel that cannot do its
/// work.
async fn ask(verb: impl Verb, place: &Place) -> anyhow::Result<ExitCode> {
    let asked = verb.asked()?;
    let answer = asked.call.make(place).await?;
    if place.json {
        print::json(&answer)?;
    } else {
        print::people(&answer, asked.show)?;
    }
    Ok(match asked.show {
        Show::Standing if !standing::is_good(&answer) => ExitCode::FAILURE,
        Show::Standing
        | Show::Delivery
        | Show::Object
        | Show::Named(_)
        | Show::Secret(_)
        | Show::Channel
        | Show::List(..)
        | Show::Removed
        | Show::Trace => ExitCode::SUCCESS,
    })
}

/// By `--config`; by `--data-dir`, which also reads `DRAGOMAN_DATA_DIR`; else `./dragoman-data`.
fn data_dir(config: Option<&Path>, data_dir: Option<&Path>) -> anyhow::Result<PathBuf> {
    match (config, data_dir) {
        (Some(config), _) => Ok(Config::load(config)?.data_dir),
        (None, Some(data_dir)) => Ok(data_dir.to_owned()),
        (None, None) => Ok("dragoman-data".into()),
    }
}

/// Where the master key of a data directory is kept: a configuration may say elsewhere.
fn master_key(config: Option<&Path>, data_dir: &Path) -> anyhow::Result<KeyFile> {
    match config {
        Some(config) => Ok(Config::load(config)?.master_key()),
        None => Ok(KeyFile::of(data_dir)),
    }
}

/// Says on stderr why a command failed. Exit 3 is for a gateway that does not run.
pub(crate) fn failed(error: &anyhow::Error, as_json: bool) -> ExitCode {
    let why = if as_json {
        json!({ "error": format!("{error:#}") }).to_string()
    } else {
        format!("dragoman: {error:#}")
    };
    // Where even stderr is closed there is nobody left to tell.
    drop(writeln!(std::io::stderr(), "{why}"));
    if error.is::<NotRunning>() {
        ExitCode::from(3)
    } else {
        ExitCode::FAILURE
    }
}
