//! Chromedriver as a child process that ends with its test, and takes its browsers along.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use dragoman_testkit::until;

use super::process::PATIENCE;

/// What it prints before the port that it chose.
const ANNOUNCEMENT: &str = "started successfully on port ";

/// A running chromedriver on a free port of the loopback interface.
pub(crate) struct Chromedriver {
    child: Child,
    port: u16,
    directory: tempfile::TempDir,
}

impl Chromedriver {
    /// Starts it and waits until it listens.
    pub(crate) async fn start() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let log = directory.path().join("chromedriver.log");
        let child = Command::new("chromedriver")
            .arg("--port=0")
            // Browsers leave things behind where they may.
            .env("TMPDIR", directory.path())
            .stdin(Stdio::null())
            .stdout(File::create(&log).unwrap())
            .stderr(Stdio::null())
            .spawn()
            .expect(
                "chromedriver is there: `cargo xtask test` installs it, or leaves this test out",
            );
        // Made before the port is known, so that it ends also when the port never is.
        let mut driver = Self {
            child,
            port: 0,
            directory,
        };
        driver.port = until("chromedriver listens", PATIENCE, async || {
            announced_port(&std::fs::read_to_string(&log).ok()?)
        })
        .await;
        driver
    }

    /// Where it takes commands.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// A folder that is removed when it has ended.
    pub(crate) fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// Has it close its browsers; returns when they are gone.
    fn shut_down(&self) -> io::Result<()> {
        let mut connection = TcpStream::connect(("127.0.0.1", self.port))?;
        connection.set_read_timeout(Some(PATIENCE))?;
        connection
            .write_all(b"GET /shutdown HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")?;
        connection.read_to_end(&mut Vec::new())?;
        Ok(())
    }
}

impl Drop for Chromedriver {
    fn drop(&mut self) {
        // A signal alone would leave the browsers behind. Nobody is left to hear of a failure.
        drop(self.shut_down());
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn announced_port(log: &str) -> Option<u16> {
    let (_, rest) = log.split_once(ANNOUNCEMENT)?;
    let (port, _) = rest.split_once('.')?;
    port.parse().ok()
}
