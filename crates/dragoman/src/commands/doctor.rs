//! `dragoman doctor`: looks after the data of a gateway that does not run.

use std::io::{self, Write};

use anyhow::bail;
use dragoman_core::State;
use dragoman_core::ports::Store;
use serde_json::{Value, json};

use crate::assemble;
use crate::cli::DoctorArgs;

pub(crate) async fn run(args: DoctorArgs) -> anyhow::Result<()> {
    let data_dir = super::data_dir(args.config.as_deref(), args.data_dir.as_deref())?;
    if !data_dir.join("dragoman.db").is_file() {
        bail!("no gateway has kept anything in {}", data_dir.display());
    }
    let mut found = json!({});
    if args.rebuild_index {
        let rebuilt = assemble::rebuild_index(&data_dir)?;
        found["rebuilt"] = json!({ "messages": rebuilt.messages, "events": rebuilt.events });
    }
    let store = assemble::open(&data_dir)?;
    let unsettled = store.counts().unsettled;
    let of = |wanted: State| -> u64 {
        let counted = unsettled.iter().filter(|(_, state, _)| *state == wanted);
        counted.map(|(_, _, count)| count).sum()
    };
    found["queued"] = of(State::Queued).into();
    found["unknown"] = of(State::Unknown).into();
    store.close().await?;
    Ok(told(&found, args.json)?)
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
        "the store opens: {queued} messages wait, {unknown} are unknown"
    )
}
