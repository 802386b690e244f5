//! The commands.

mod client;
mod doctor;
mod emulator;
mod print;
mod serve;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use serde_json::json;

use crate::cli::{AccountVerb, ChannelAdd, ChannelVerb, Cli, Command, TokenVerb};
use crate::config::Config;
use crate::dev;
use crate::logging;
use client::{Call, NotRunning};

/// Runs one command to its end.
pub(crate) async fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    logging::start(cli.log_format);
    match cli.command {
        Command::Dev(args) => dev::run(args).await?,
        Command::Emulator(args) => emulator::run(args).await?,
        Command::Serve(args) => serve::run(args).await?,
        Command::Doctor(args) => doctor::run(args).await?,
        Command::Account {
            verb: AccountVerb::Create { name, uuid, place },
        } => {
            let body = json!({ "name": name, "uuid": uuid });
            print::account(
                &Call::post("/api/v1/accounts", body).make(&place).await?,
                place.json,
            )?;
        }
        Command::Token {
            verb: TokenVerb::Create { account, place },
        } => {
            let call = Call::post("/api/v1/tokens", json!({ "account": account }));
            print::token(&call.make(&place).await?, place.json)?;
        }
        Command::Channel {
            verb: ChannelVerb::Add(add),
        } => {
            let call = Call::post("/api/v1/channels", new_channel(&add)?);
            print::channel(&call.make(&add.place).await?, add.place.json)?;
        }
        Command::Channel {
            verb:
                ChannelVerb::Set {
                    channel,
                    rate,
                    concurrency,
                    title,
                    enabled,
                    place,
                },
        } => {
            let body = json!({ "rate": rate, "concurrency": concurrency, "title": title, "enabled": enabled });
            let call = Call::patch(&format!("/api/v1/channels/{channel}"), body);
            print::any(&call.make(&place).await?, place.json)?;
        }
        Command::Send(send) => {
            let body = json!({ "channel": send.channel, "to": send.to, "text": send.text });
            print::any(
                &Call::post("/api/v1/messages", body)
                    .make(&send.place)
                    .await?,
                send.place.json,
            )?;
        }
        Command::Trace { id, place } => {
            let call = Call::get(&format!("/api/v1/messages/{}", client::segment(&id)));
            print::trace(&call.make(&place).await?, place.json)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn new_channel(add: &ChannelAdd) -> anyhow::Result<serde_json::Value> {
    let mut settings = json!({
        "waba_id": add.waba_id,
        "access_token": secret(add.access_token.as_deref(), add.access_token_file.as_deref())?,
        "app_secret": secret(add.app_secret.as_deref(), add.app_secret_file.as_deref())?,
        "verify_token": secret(add.verify_token.as_deref(), add.verify_token_file.as_deref())?,
    });
    if let Some(url) = &add.graph_url {
        settings["graph_url"] = url.trim_end_matches('/').into();
    }
    Ok(json!({
        "driver": add.driver, "slug": add.slug, "account": add.account, "uuid": add.uuid, "title": add.title,
        "phone_number_id": add.phone_number_id, "phone": add.phone, "rate": add.rate, "settings": settings,
    }))
}

/// A secret that was given, or that stands in a file.
fn secret(given: Option<&str>, file: Option<&Path>) -> anyhow::Result<String> {
    match (given, file) {
        (_, Some(path)) => {
            let text = std::fs::read_to_string(path)
                .with_context(|| format!("reading {}", path.display()))?;
            Ok(text.trim().to_owned())
        }
        (Some(text), None) => Ok(text.to_owned()),
        (None, None) => anyhow::bail!("a secret is missing"),
    }
}

/// By `--config`; by `--data-dir`, which also reads `DRAGOMAN_DATA_DIR`; else `./dragoman-data`.
fn data_dir(config: Option<&Path>, data_dir: Option<&Path>) -> anyhow::Result<PathBuf> {
    match (config, data_dir) {
        (Some(config), _) => Ok(Config::load(config)?.data_dir),
        (None, Some(data_dir)) => Ok(data_dir.to_owned()),
        (None, None) => Ok("dragoman-data".into()),
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
