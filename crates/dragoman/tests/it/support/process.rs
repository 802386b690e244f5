//! The real binary as a child process that ends with its test.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use dragoman_testkit::until;
use serde_json::Value;

use super::api;

/// How long to wait for something that normally takes milliseconds.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// A running `dragoman`, killed when it goes out of scope.
pub(crate) struct Process(Child);

impl Process {
    pub(crate) fn start(args: &[&str], log: &Path) -> Self {
        Self::start_saying(args, log, None)
    }

    /// The same, which logs what `RUST_LOG` asks for here.
    pub(crate) fn start_saying(args: &[&str], log: &Path, filter: Option<&str>) -> Self {
        let log = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(log)
            .unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_dragoman"))
            .args(args)
            .env_remove("DRAGOMAN_DATA_DIR")
            .envs(filter.map(|filter| ("RUST_LOG", filter)))
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        Self(child)
    }

    /// What the system allows it of something, as `/proc` writes that.
    pub(crate) fn limit(&self, of: &str) -> String {
        let limits = std::fs::read_to_string(format!("/proc/{}/limits", self.0.id())).unwrap();
        let line = limits.lines().find_map(|line| line.strip_prefix(of));
        line.unwrap()
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// What its environment says, where that names such a thing.
    pub(crate) fn environment(&self, of: &str) -> Option<String> {
        let path = format!("/proc/{}/environ", self.0.id());
        let environment = String::from_utf8(std::fs::read(path).unwrap()).unwrap();
        let mut pairs = environment
            .split('\0')
            .filter_map(|pair| pair.split_once('='));
        let found = pairs.find(|(name, _)| *name == of);
        found.map(|(_, value)| value.to_owned())
    }

    /// SIGKILL: no chance to write anything down.
    pub(crate) fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }

    /// The same with a disk of 64 MiB where this directory is, which only the process sees, and
    /// others through [`Process::sees`].
    pub(crate) fn start_on_small_disk(args: &[&str], disk: &Path, log: &Path) -> Self {
        let log = std::fs::File::create(log).unwrap();
        let script = "mount -t tmpfs -o size=64m tmpfs \"$0\" && exec \"$@\"";
        let child = Command::new("unshare")
            .args(["-rm", "sh", "-c", script])
            .arg(disk)
            .arg(env!("CARGO_BIN_EXE_dragoman"))
            .args(args)
            .env_remove("DRAGOMAN_DATA_DIR")
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        Self(child)
    }

    /// Fails with the log when it has ended.
    pub(crate) fn still_runs(&mut self, log: &Path) {
        if let Some(status) = self.0.try_wait().unwrap() {
            panic!(
                "ended with {status}: {}",
                std::fs::read_to_string(log).unwrap()
            );
        }
    }

    /// Where others find what the process sees at this path.
    pub(crate) fn sees(&self, path: &Path) -> PathBuf {
        let root = PathBuf::from(format!("/proc/{}/root", self.0.id()));
        root.join(path.strip_prefix("/").unwrap_or(path))
    }

    /// SIGTERM, and the exit code.
    pub(crate) fn terminate(mut self) -> Option<i32> {
        let id = self.0.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-TERM", &id])
                .status()
                .unwrap()
                .success()
        );
        self.0.wait().unwrap().code()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// `dragoman dev` in a directory of its own.
pub(crate) struct Dev {
    pub(crate) process: Process,
    pub(crate) demo: Value,
    directory: tempfile::TempDir,
}

impl Dev {
    /// Gateway and emulator in one process.
    pub(crate) async fn start() -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), "127.0.0.1:0").await
    }

    /// The same, on what an earlier one left, or with an emulator elsewhere.
    pub(crate) async fn start_in(directory: tempfile::TempDir, emulator: &str) -> Self {
        let (process, demo) = start_gateway(directory.path(), emulator).await;
        Self {
            process,
            demo,
            directory,
        }
    }

    pub(crate) fn kill(self) -> tempfile::TempDir {
        self.process.kill();
        self.directory
    }

    pub(crate) fn terminate(self) -> (Option<i32>, tempfile::TempDir) {
        (self.process.terminate(), self.directory)
    }

    pub(crate) fn data_dir(&self) -> PathBuf {
        data_dir(self.directory.path())
    }

    pub(crate) fn text(&self, pointer: &str) -> &str {
        text(&self.demo, pointer)
    }
}

pub(crate) fn text<'a>(demo: &'a Value, pointer: &str) -> &'a str {
    demo.pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_else(|| panic!("demo.json has no {pointer}"))
}

pub(crate) fn data_dir(directory: &Path) -> PathBuf {
    directory.join("data")
}

/// Starts `dragoman dev` and waits until it is ready.
pub(crate) async fn start_gateway(directory: &Path, emulator: &str) -> (Process, Value) {
    let data_dir = data_dir(directory);
    let file = data_dir.join("demo.json");
    let before = std::fs::metadata(&file)
        .and_then(|meta| meta.modified())
        .ok();
    let args = [
        "dev",
        "--listen",
        "127.0.0.1:0",
        "--onprem-listen",
        "127.0.0.1:0",
        "--emulator",
        emulator,
    ];
    let mut args = args.to_vec();
    args.extend(["--data-dir", data_dir.to_str().unwrap()]);
    let log = directory.join("log");
    let mut process = Process::start(&args, &log);
    let demo = until("the gateway is ready", PATIENCE, async || {
        if let Some(status) = process.0.try_wait().unwrap() {
            panic!(
                "ended with {status}: {}",
                std::fs::read_to_string(&log).unwrap()
            );
        }
        let written = std::fs::metadata(&file)
            .and_then(|meta| meta.modified())
            .ok()?;
        if Some(written) == before {
            return None;
        }
        let demo: Value = serde_json::from_slice(&std::fs::read(&file).ok()?).ok()?;
        let answer = api::get(&format!("{}/readyz", text(&demo, "/gateway")), None)
            .await
            .ok()?;
        (answer.status == 200).then_some(demo)
    })
    .await;
    (process, demo)
}

/// An emulator in a process of its own, and its address.
pub(crate) async fn start_emulator(directory: &Path, port: u16) -> (Process, String) {
    let listen = format!("127.0.0.1:{port}");
    let data = directory.join("emulator");
    let args = [
        "emulator",
        "--listen",
        &listen,
        "--data-dir",
        data.to_str().unwrap(),
    ];
    let process = Process::start(&args, &directory.join("emulator.log"));
    let url = format!("http://{listen}");
    until("the emulator answers", PATIENCE, async || {
        api::get(&format!("{url}/emulator/v1/clock"), None)
            .await
            .ok()
    })
    .await;
    (process, url)
}

/// A port that nobody listens on now.
pub(crate) fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}
