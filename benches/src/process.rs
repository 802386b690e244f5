//! Processes that are measured, and those around them: each ends with the process that measures.

mod figures;

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use serde::de::DeserializeOwned;

/// Also while a new one is being built in its place.
const THIS_PROGRAM: &str = "/proc/self/exe";
/// A process that does not end by then when it is told to is killed.
const PATIENCE: Duration = Duration::from_secs(120);

/// A process of this program in another role. Killed when it goes out of scope; it also ends by
/// itself when its standard input is closed, which a killed parent does.
pub(crate) struct Process {
    child: Child,
    role: &'static str,
    orders: Option<ChildStdin>,
    lines: BufReader<ChildStdout>,
}

impl Process {
    /// Starts this program in a role.
    ///
    /// # Errors
    /// It cannot be started.
    pub(crate) fn start<W: AsRef<OsStr>>(
        role: &'static str,
        words: impl IntoIterator<Item = W>,
    ) -> anyhow::Result<Self> {
        let child = Command::new(THIS_PROGRAM)
            .arg0("dragoman-bench")
            .arg(role)
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let mut child = child.with_context(|| format!("starting the {role}"))?;
        let orders = child.stdin.take();
        let lines = child.stdout.take().context("its output is piped")?;
        Ok(Self {
            child,
            role,
            orders,
            lines: BufReader::new(lines),
        })
    }

    /// Waits for the next line that it says.
    ///
    /// # Errors
    /// It has ended, or says something else.
    pub(crate) fn hear<T: DeserializeOwned>(&mut self) -> anyhow::Result<T> {
        let role = self.role;
        let mut line = String::new();
        self.lines
            .read_line(&mut line)
            .with_context(|| format!("listening to the {role}"))?;
        if line.is_empty() {
            bail!("the {role} has ended without a word");
        }
        serde_json::from_str(&line).with_context(|| format!("the {role} said {line:?}"))
    }

    /// Gives it an order.
    ///
    /// # Errors
    /// It has ended.
    pub(crate) fn tell(&mut self, order: &str) -> anyhow::Result<()> {
        let orders = self.orders.as_mut().context("it was told to end")?;
        writeln!(orders, "{order}").with_context(|| format!("talking to the {}", self.role))
    }

    /// Lets it end in its own way, and waits for that.
    ///
    /// # Errors
    /// It ended with an error, or not at all.
    pub(crate) fn finish(mut self) -> anyhow::Result<()> {
        drop(self.orders.take());
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            match self.child.try_wait()? {
                Some(status) if status.success() => return Ok(()),
                Some(status) => bail!("the {} ended with {status}", self.role),
                None => std::thread::sleep(Duration::from_millis(5)),
            }
        }
        bail!("the {} does not end", self.role)
    }

    /// The processor time that it has taken since its start, with the kernel's part of it.
    ///
    /// # Errors
    /// It has ended.
    pub(crate) fn cpu(&self) -> anyhow::Result<Duration> {
        figures::cpu(self.child.id())
    }

    /// The memory that it has now, in bytes.
    ///
    /// # Errors
    /// It has ended.
    pub(crate) fn memory(&self) -> anyhow::Result<u64> {
        figures::memory(self.child.id())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

/// A program of somebody else, or the product's own binary: killed when it goes out of scope.
pub(crate) struct Foreign(Child);

impl Foreign {
    /// Starts it.
    ///
    /// # Errors
    /// It cannot be started.
    pub(crate) fn start(command: &mut Command) -> anyhow::Result<Self> {
        let child = command.stdin(Stdio::null()).spawn();
        let child = child.with_context(|| format!("starting {:?}", command.get_program()))?;
        Ok(Self(child))
    }

    /// What it writes to standard error, when that is piped.
    pub(crate) fn errors(&mut self) -> Option<ChildStderr> {
        self.0.stderr.take()
    }

    /// See [`Process::cpu`].
    ///
    /// # Errors
    /// It has ended.
    pub(crate) fn cpu(&self) -> anyhow::Result<Duration> {
        figures::cpu(self.0.id())
    }

    /// See [`Process::memory`].
    ///
    /// # Errors
    /// It has ended.
    pub(crate) fn memory(&self) -> anyhow::Result<u64> {
        figures::memory(self.0.id())
    }
}

impl Drop for Foreign {
    fn drop(&mut self) {
        end(&mut self.0);
    }
}

fn end(child: &mut Child) {
    // It may have ended by itself.
    drop(child.kill());
    drop(child.wait());
}
