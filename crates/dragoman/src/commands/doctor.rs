//! `dragoman doctor`: asks a gateway that runs about its channels, and looks after the data of one
//! that does not.

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, bail};
use dragoman_core::State;
use dragoman_core::catalog::{Catalog, Channel, Token, TokenScope};
use dragoman_core::ports::Store;
use dragoman_dialects::whatsapp_onprem::duplicate_window;
use serde_json::{Value, json};

use super::asked::{Call, one};
use super::{print, standing};
use crate::cli::{DoctorArgs, Place};
use crate::config::{Config, Disk, Size};
use crate::disk::{Rule, Space};
use crate::{assemble, control};

const CHANNELS: &str = "/api/v1/channels";

/// Exit 1 is for something that is bad; what is only advised is none.
pub(crate) async fn run(args: DoctorArgs) -> anyhow::Result<ExitCode> {
    let place = &args.place;
    if place.server.is_some() {
        return examine(place, None).await;
    }
    let data_dir = super::data_dir(place.config.as_deref(), place.data_dir.as_deref())?;
    if !args.rebuild_index && control::connect(&data_dir).await.is_some() {
        let disk = disk(place, &data_dir)?;
        return examine(place, Some(disk)).await;
    }
    if !data_dir.join("dragoman.db").is_file() {
        bail!("no gateway has kept anything in {}", data_dir.display());
    }
    assemble::check(&data_dir)?;
    let mut found = json!({ "disk": disk(place, &data_dir)? });
    if args.rebuild_index {
        let rebuilt = assemble::rebuild_index(&data_dir)?;
        found["rebuilt"] = json!({ "messages": rebuilt.messages, "events": rebuilt.events });
    }
    let key = super::master_key(place.config.as_deref(), &data_dir)?;
    let store = assemble::open(&data_dir, key)?;
    let unsettled = store.counts().unsettled;
    let of = |wanted: State| -> u64 {
        let counted = unsettled.iter().filter(|(_, state, _)| *state == wanted);
        counted.map(|(_, _, count)| count).sum()
    };
    found["queued"] = of(State::Queued).into();
    found["unknown"] = of(State::Unknown).into();
    found["advice"] = advice(&store.catalog()).into();
    store.close().await?;
    // Whatever is bad here has ended the command before.
    found["good"] = true.into();
    told(&found, place.json)?;
    Ok(ExitCode::SUCCESS)
}

/// What is free on the disk of the data, and what should be by the configuration that was named.
fn disk(place: &Place, data_dir: &Path) -> anyhow::Result<Value> {
    let config = match &place.config {
        Some(config) => Config::load(config)?.disk,
        None => Disk::default(),
    };
    let space = Space::of(data_dir).context("looking how full the disk is")?;
    let verdict = Rule::new(config).judge(space);
    Ok(json!({
        "free": space.free,
        "total": space.total,
        "refuse_below": verdict.refuse_below,
    }))
}

fn disk_line(disk: &Value) -> String {
    let size = |key: &str| Size(disk[key].as_u64().unwrap_or_default());
    let (free, total) = (size("free"), size("total"));
    let refuse_below = size("refuse_below");
    format!("the disk has {free} free of {total}: below {refuse_below} nothing new is accepted")
}

/// Asks a gateway that runs what each of its channels stands on. `disk` is known on its own machine.
async fn examine(place: &Place, disk: Option<Value>) -> anyhow::Result<ExitCode> {
    let channels = Call::get(CHANNELS).make(place).await?;
    let mut found = Vec::new();
    for channel in channels["channels"].as_array().into_iter().flatten() {
        let id = channel["id"].as_str().unwrap_or_default();
        let asked = Call::get(one(CHANNELS, id) + "/standing");
        found.push(standing::with_mending(asked.make(place).await?));
    }
    let good = found.iter().all(standing::is_good);
    if place.json {
        let mut all = json!({ "good": good, "channels": found });
        if let Some(disk) = disk {
            all["disk"] = disk;
        }
        print::json(&all)?;
    } else {
        print::line("the gateway runs")?;
        if let Some(disk) = &disk {
            print::line(&disk_line(disk))?;
        }
        for line in found.iter().flat_map(standing::lines) {
            print::line(&line)?;
        }
    }
    Ok(if good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// What an operator may want otherwise. Programs written for Callbell have no idempotency key, and
/// its documents tell them to repeat a call that was answered with 5xx; those of On-Premises clients
/// do so, too.
fn advice(catalog: &Catalog) -> Vec<String> {
    let mut advice = of_tokens(catalog);
    advice.extend(of_channels(catalog));
    advice
}

fn of_channels(catalog: &Catalog) -> Vec<String> {
    let has_client = |channel: &&Channel| {
        let is_login = |token: &Token| matches!(&token.scope, TokenScope::Onprem { channel: own, .. } if *own == channel.id);
        catalog.tokens.iter().any(is_login)
    };
    let channels = catalog.channels.iter().filter(has_client);
    let proposed = channels.filter(|channel| duplicate_window(channel).is_none());
    let proposed = proposed.map(|channel| {
        let slug = &channel.slug;
        format!(
            "channel {slug} sends twice what its On-Premises program repeats without an \
             Idempotency-Key; if it does: dragoman channel set {slug} --duplicate-window 60s"
        )
    });
    proposed.collect()
}

fn of_tokens(catalog: &Catalog) -> Vec<String> {
    let tokens = catalog.tokens.iter().filter(|token| {
        matches!(token.scope, TokenScope::Api(_)) && token.policy.duplicate_window.is_none()
    });
    let proposed = tokens.map(|token| {
        let id = token.id;
        format!(
            "token {id} sends twice what its program repeats without an Idempotency-Key; \
             if it does: dragoman token set {id} --duplicate-window 60s"
        )
    });
    proposed.collect()
}

fn told(found: &Value, as_json: bool) -> io::Result<()> {
    let mut out = io::stdout().lock();
    if as_json {
        return writeln!(out, "{found}");
    }
    if let Some(rebuilt) = found.get("rebuilt") {
        let (messages, events) = (&rebuilt["messages"], &rebuilt["events"]);
        writeln!(
            out,
            "index made again from {messages} messages and {events} events"
        )?;
    }
    let (queued, unknown) = (&found["queued"], &found["unknown"]);
    writeln!(
        out,
        "the store is whole: {queued} messages wait, {unknown} are unknown"
    )?;
    writeln!(out, "{}", disk_line(&found["disk"]))?;
    writeln!(out, "while it runs, doctor looks at its channels as well")?;
    let advice = found["advice"].as_array().into_iter().flatten();
    for piece in advice.filter_map(Value::as_str) {
        writeln!(out, "{piece}")?;
    }
    Ok(())
}
