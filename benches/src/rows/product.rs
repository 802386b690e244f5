//! The product's own binary, where nothing but it will do.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs};

use anyhow::{Context, bail};

use crate::process::Foreign;

/// A `dragoman serve` that is ready.
pub(super) struct Product {
    process: Foreign,
    /// From the start of the process until it was ready.
    pub(super) started_in: Duration,
}

impl Product {
    /// Starts it on a data directory, without a console or a known port, and waits until it says
    /// that it is ready.
    ///
    /// # Errors
    /// It has not been built, or ends before it is ready.
    pub(super) fn start(folder: &Path) -> anyhow::Result<Self> {
        let config = folder.join("bench.toml");
        let text = format!("listen = \"127.0.0.1:0\"\ndata_dir = {folder:?}\n");
        fs::write(&config, text).context("writing the configuration")?;
        let begun = Instant::now();
        let mut process = Foreign::start(
            Command::new(binary()?)
                .args(["--log-format", "json", "serve", "--config"])
                .arg(&config)
                .stderr(Stdio::piped()),
        )?;
        let errors = process.errors().context("its errors are piped")?;
        let mut lines = BufReader::new(errors).lines();
        let mut said = Vec::new();
        for line in lines.by_ref() {
            let line = line.context("reading its log")?;
            if line.contains("\"ready\"") {
                let started_in = begun.elapsed();
                // So that it never waits for somebody to read its log.
                std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
                return Ok(Self {
                    process,
                    started_in,
                });
            }
            said.push(line);
        }
        bail!("dragoman ended before it was ready:\n{}", said.join("\n"))
    }

    /// See [`Foreign::memory`].
    ///
    /// # Errors
    /// It has ended.
    pub(super) fn memory(&self) -> anyhow::Result<u64> {
        self.process.memory()
    }
}

/// Built beside this program.
fn binary() -> anyhow::Result<PathBuf> {
    let binary = env::current_exe()?.with_file_name("dragoman");
    if !binary.exists() {
        bail!(
            "{} has not been built: start me with `cargo xtask bench`",
            binary.display()
        );
    }
    Ok(binary)
}
