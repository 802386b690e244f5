//! Kannel's processes: `bearerbox` keeps and routes, `smsbox` takes messages over HTTP, `fakesmsc`
//! stands for the provider.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use crate::process::Foreign;
use crate::rows::loading;
use crate::rows::rounds::{CONNECTIONS, Rate};
use crate::wire::ask;

const BEARERBOX: &str = "/usr/sbin/bearerbox";
const SMSBOX: &str = "/usr/sbin/smsbox";
const FAKESMSC: &str = "/usr/lib/kannel/test/fakesmsc";
/// The boxes must have found each other, and sent everything, by then.
const PATIENCE: Duration = Duration::from_secs(180);
const LOOK: Duration = Duration::from_millis(20);

/// The first of the programs that is not installed.
pub(super) fn missing() -> Option<&'static str> {
    [BEARERBOX, SMSBOX, FAKESMSC]
        .into_iter()
        .find(|program| !Path::new(program).exists())
}

/// A running Kannel.
pub(super) struct Boxes {
    processes: [Foreign; 3],
    status: SocketAddr,
    door: SocketAddr,
}

/// Where each of them listens.
struct Ports {
    status: u16,
    smsbox: u16,
    provider: u16,
    door: u16,
}

impl Boxes {
    /// Starts Kannel with its spool in a folder, and waits until it takes messages.
    ///
    /// # Errors
    /// It does not come up.
    pub(super) fn start(spool: &Path) -> anyhow::Result<Self> {
        let ports = free_ports().context("finding free ports")?;
        let config = spool.join("kannel.conf");
        fs::create_dir(spool.join("spool"))?;
        fs::write(&config, configuration(&ports, spool)).context("configuring Kannel")?;
        let quiet = ["-v", "4"];
        let bearerbox = start(Command::new(BEARERBOX).args(quiet).arg(&config))?;
        let status = local(ports.status);
        until("bearerbox listens", || ask::get(status, STATUS).is_ok())?;
        let provider = ports.provider.to_string();
        let words = [
            "-H",
            "127.0.0.1",
            "-r",
            &provider,
            "-m",
            "0",
            "1 2 text nothing",
        ];
        let fakesmsc = start(Command::new(FAKESMSC).args(quiet).args(words))?;
        let smsbox = start(Command::new(SMSBOX).args(quiet).arg(&config))?;
        let is_whole =
            |page: &str| page.contains("<type>smsbox") && page.contains("<status>online");
        until("the boxes have met", || {
            ask::get(status, STATUS).is_ok_and(|page| is_whole(&page))
        })?;
        Ok(Self {
            processes: [bearerbox, smsbox, fakesmsc],
            status,
            door: local(ports.door),
        })
    }

    /// Gives it so many messages and waits until its provider has the last.
    ///
    /// # Errors
    /// It refuses some, or does not send them.
    pub(super) fn submit(&mut self, messages: u64) -> anyhow::Result<Rate> {
        let (cpu, wanted) = (self.cpu()?, self.sent()? + messages);
        let words = vec![
            ("--target", "kannel".to_owned()),
            ("--to", self.door.to_string()),
            ("--connections", CONNECTIONS.to_string()),
            ("--messages", messages.to_string()),
        ];
        let loaded = loading::run(words).context("loading Kannel")?;
        let begun = Instant::now();
        until("Kannel has sent everything", || {
            self.sent().is_ok_and(|sent| sent >= wanted)
        })?;
        let seconds = loaded.seconds + begun.elapsed().as_secs_f64();
        Ok(Rate::of(messages, seconds, self.cpu()?.saturating_sub(cpu)))
    }

    /// Of its two boxes; what stands for the provider does not count.
    fn cpu(&self) -> anyhow::Result<Duration> {
        let [bearerbox, smsbox, _] = &self.processes;
        Ok(bearerbox.cpu()? + smsbox.cpu()?)
    }

    fn sent(&self) -> anyhow::Result<u64> {
        sent(&ask::get(self.status, STATUS)?).context("Kannel tells no total")
    }
}

const STATUS: &str = "/status.xml?password=bench";

/// `<sms> … <sent><total>N</total>`.
fn sent(page: &str) -> Option<u64> {
    let (_, sms) = page.split_once("<sms>")?;
    let (_, total) = sms.split_once("<sent><total>")?;
    total.split('<').next()?.parse().ok()
}

/// Nothing is logged, and a message that does not fit into one is not split.
fn configuration(ports: &Ports, spool: &Path) -> String {
    let Ports {
        status,
        smsbox,
        provider,
        door,
    } = ports;
    let spool = spool.join("spool");
    format!(
        "group = core\nadmin-port = {status}\nadmin-password = bench\nstatus-password = bench\n\
         smsbox-port = {smsbox}\nbox-allow-ip = 127.0.0.1\nlog-level = 4\n\
         store-type = spool\nstore-location = \"{}\"\n\n\
         group = smsc\nsmsc = fake\nsmsc-id = fake\nport = {provider}\nconnect-allow-ip = 127.0.0.1\n\n\
         group = smsbox\nbearerbox-host = 127.0.0.1\nsendsms-port = {door}\nlog-level = 4\n\n\
         group = sendsms-user\nusername = bench\npassword = bench\nmax-messages = 1\n",
        spool.display()
    )
}

/// Ports that nobody listens on now: Kannel has to be told its ports.
fn free_ports() -> std::io::Result<Ports> {
    let free = || TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
    // Held all at once, so that no two are the same.
    let held = [free()?, free()?, free()?, free()?];
    let port = |index: usize| held[index].local_addr().map(|address| address.port());
    Ok(Ports {
        status: port(0)?,
        smsbox: port(1)?,
        provider: port(2)?,
        door: port(3)?,
    })
}

const fn local(port: u16) -> SocketAddr {
    SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), port)
}

fn start(command: &mut Command) -> anyhow::Result<Foreign> {
    Foreign::start(command.stdout(Stdio::null()).stderr(Stdio::null()))
}

fn until(what: &str, is_so: impl Fn() -> bool) -> anyhow::Result<()> {
    let begun = Instant::now();
    while !is_so() {
        if begun.elapsed() > PATIENCE {
            bail!("not within {PATIENCE:?}: {what}");
        }
        std::thread::sleep(LOOK);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_kannel_has_sent_is_read_from_its_status_page() {
        let page = "<wdp><sent><total>7</total></sent></wdp><sms>\n<received><total>1</total>\
                    </received>\n<sent><total>4711</total><queued>0</queued></sent>";
        assert_eq!(sent(page), Some(4711));
        assert_eq!(sent("<gateway></gateway>"), None);
    }

    #[test]
    fn kannel_is_told_to_keep_a_spool() {
        let ports = Ports {
            status: 1,
            smsbox: 2,
            provider: 3,
            door: 4,
        };
        let text = configuration(&ports, Path::new("/disk/kannel"));
        assert!(text.contains("\nstore-type = spool\nstore-location = \"/disk/kannel/spool\"\n"));
        assert!(text.contains("\nsendsms-port = 4\n"));
    }
}
