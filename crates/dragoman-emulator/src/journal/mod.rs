//! The journal: one JSON line per entry, appended in batches by one thread.
//!
//! A line counts as written when `write(2)` took it: a killed process loses nothing that was acknowledged. There is
//! no sync, so a machine that loses its power may lose the last moments; this is an emulator.
//!
//! While the disk is full nothing is acknowledged, and the lines wait for room: see `writer`.

mod writer;

use std::fs::{self, OpenOptions};
use std::io::{self, BufRead as _, BufReader};
use std::path::Path;
use std::sync::mpsc;
use std::thread;

use anyhow::Context as _;
use tokio::sync::oneshot;

use self::writer::Writer;
use crate::world::Entry;

const FILE: &str = "journal.jsonl";

enum Command {
    Line(Vec<u8>),
    /// Answered when everything before it is written.
    Written(oneshot::Sender<io::Result<()>>),
}

#[derive(Debug, Clone)]
pub(crate) struct Journal {
    commands: mpsc::Sender<Command>,
}

/// Hands every entry of the journal to `apply`, then opens it for appending.
///
/// A torn last line, left by a killed process, is cut off; damage anywhere else is an error.
pub(crate) fn open(data_dir: &Path, mut apply: impl FnMut(Entry)) -> anyhow::Result<Journal> {
    fs::create_dir_all(data_dir).with_context(|| format!("making {}", data_dir.display()))?;
    let path = data_dir.join(FILE);
    let file = OpenOptions::new()
        .create(true)
        .read(true)
        .append(true)
        .open(&path)
        .with_context(|| format!("opening {}", path.display()))?;

    let mut reader = BufReader::new(&file);
    let mut line = Vec::new();
    let (mut good_bytes, mut number) = (0_u64, 0_u64);
    loop {
        line.clear();
        let length = reader
            .read_until(b'\n', &mut line)
            .with_context(|| format!("reading {}", path.display()))?;
        if length == 0 || !line.ends_with(b"\n") {
            break;
        }
        number += 1;
        let entry = serde_json::from_slice(&line)
            .with_context(|| format!("reading line {number} of {}", path.display()))?;
        apply(entry);
        good_bytes += length as u64;
    }
    file.set_len(good_bytes)
        .with_context(|| format!("cutting the torn end of {}", path.display()))?;

    let (commands, waiting) = mpsc::channel();
    thread::Builder::new()
        .name("emulator-journal".to_owned())
        .spawn(move || Writer::new(file, good_bytes).run(&waiting))
        .context("starting the journal's thread")?;
    Ok(Journal { commands })
}

impl Journal {
    pub(crate) fn append(&self, entry: &Entry) {
        match serde_json::to_vec(entry) {
            Ok(mut line) => {
                line.push(b'\n');
                self.send(Command::Line(line));
            }
            Err(error) => tracing::error!(%error, "journal entry cannot be written as JSON"),
        }
    }

    /// Resolves when everything appended before has been handed to the operating system.
    pub(crate) fn written(&self) -> impl Future<Output = io::Result<()>> + Send + use<> {
        let (done, told) = oneshot::channel();
        self.send(Command::Written(done));
        async move {
            told.await
                .unwrap_or_else(|_| Err(io::Error::other("the journal's thread has ended")))
        }
    }

    fn send(&self, command: Command) {
        if self.commands.send(command).is_err() {
            tracing::error!("journal's thread has ended, an entry is lost");
        }
    }
}
