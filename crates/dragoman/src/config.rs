//! The configuration of `serve`.

mod disk;
mod limits;
mod listener;
mod providers;
mod size;
mod span;

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};
use dragoman_store::KeyFile;
use hyper::Uri;
use ipnet::IpNet;
use serde::Deserialize;

pub(crate) use self::disk::Disk;
pub(crate) use self::limits::Limits;
pub(crate) use self::listener::{Certificate, Listener, ListenerDialect, Tls};
pub(crate) use self::providers::Providers;
pub(crate) use self::size::Size;
pub(crate) use self::span::Span;

/// Every key, with its default. `dragoman.reference.toml` lists them for people.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    /// Where the gateway listens.
    pub(crate) listen: SocketAddr,
    /// Where the store, the control socket and keys are kept.
    pub(crate) data_dir: PathBuf,
    /// What providers and customers reach us by; the listening address when left out.
    pub(crate) public_url: Option<String>,
    /// The networks of the operator's own proxies, whose `X-Forwarded-For` says who calls.
    pub(crate) trusted_proxies: Vec<IpNet>,
    /// How much those who call may take.
    pub(crate) limits: Limits,
    /// How much of the disk has to stay free.
    pub(crate) disk: Disk,
    /// Calls to the outside.
    pub(crate) outgoing: Outgoing,
    /// How long messages are kept.
    pub(crate) retention: Retention,
    /// What an operator knows better about providers.
    pub(crate) providers: Providers,
    /// How secrets are kept.
    pub(crate) secrets: Secrets,
    /// Dialects at the root of an address of their own.
    pub(crate) listener: Vec<Listener>,
}

/// Calls to the outside.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Outgoing {
    /// Private networks that webhooks and media links may reach, also over plain http.
    pub(crate) allow_networks: Vec<IpNet>,
    /// Ports of public addresses that they may call, besides 443, 80 and 8443.
    pub(crate) allow_ports: Vec<u16>,
}

/// How secrets are kept.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Secrets {
    /// The file of the master key, which has to be there; when left out, the first start makes one
    /// in the data directory.
    pub(crate) master_key_file: Option<PathBuf>,
}

/// How long messages are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Retention {
    /// Older messages are deleted with all that happened to them; never when left out.
    pub(crate) messages: Option<Span>,
    /// What older messages said is emptied; never before the message when left out.
    pub(crate) contents: Option<Span>,
}

/// For so long an idempotency key names its message, and a window may stay open.
const SHORTEST: Duration = Duration::from_secs(3 * 24 * 3600);

impl Retention {
    fn check(self) -> anyhow::Result<()> {
        for (key, span) in [("messages", self.messages), ("contents", self.contents)] {
            if span.is_some_and(|Span(kept)| kept < SHORTEST) {
                bail!("retention.{key}: must be at least \"3d\"");
            }
        }
        if let (Some(messages), Some(contents)) = (self.messages, self.contents)
            && contents.0 > messages.0
        {
            bail!("retention.contents: must not be longer than retention.messages");
        }
        Ok(())
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            data_dir: "dragoman-data".into(),
            public_url: None,
            trusted_proxies: Vec::new(),
            limits: Limits::default(),
            disk: Disk::default(),
            outgoing: Outgoing::default(),
            retention: Retention::default(),
            providers: Providers::default(),
            secrets: Secrets::default(),
            listener: Vec::new(),
        }
    }
}

impl Config {
    /// Reads a file, then the environment on top of it.
    pub(crate) fn load(path: &Path) -> anyhow::Result<Self> {
        let text =
            std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
        Self::parse(&text, std::env::vars()).with_context(|| format!("in {}", path.display()))
    }

    /// Parses a file's text; variables named `DRAGOMAN__KEY`, `DRAGOMAN__SECTION__KEY` and so on
    /// win.
    fn parse(
        text: &str,
        environment: impl Iterator<Item = (String, String)>,
    ) -> anyhow::Result<Self> {
        let mut table: toml::Table = text.parse()?;
        for (name, value) in environment {
            if let Some(path) = name.strip_prefix("DRAGOMAN__") {
                set(&mut table, &path.to_ascii_lowercase(), &value)
                    .with_context(|| format!("in {name}"))?;
            }
        }
        let config: Self = table.try_into()?;
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> anyhow::Result<()> {
        if let Some(url) = &self.public_url
            && !(url.starts_with("https://") || url.starts_with("http://"))
        {
            bail!("public_url: must begin with https:// or http://, not {url:?}");
        }
        self.limits.check()?;
        self.disk.check()?;
        self.retention.check()?;
        Ok(())
    }

    /// Where the master key of the store is kept.
    pub(crate) fn master_key(&self) -> KeyFile {
        match &self.secrets.master_key_file {
            Some(path) => KeyFile::at(path),
            None => KeyFile::of(&self.data_dir),
        }
    }

    /// The names of a listener that makes its own certificate: where it listens, what the outside
    /// reaches us by, and what the operator adds.
    pub(crate) fn names_of(&self, bind: SocketAddr, added: &[String]) -> Vec<String> {
        let address = match bind.ip() {
            // It has no address to be called by but every one of the machine's.
            everywhere if everywhere.is_unspecified() => IpAddr::from([127, 0, 0, 1]),
            address => address,
        };
        let own = [address.to_string(), "localhost".to_owned()];
        let public = self.public_url.as_deref().and_then(host);
        let all = own.into_iter().chain(public).chain(added.iter().cloned());
        let mut names = Vec::new();
        for name in all {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// What the outside reaches us by, without a slash at the end.
    pub(crate) fn public_url(&self) -> String {
        let given = self
            .public_url
            .as_deref()
            .map(|url| url.trim_end_matches('/').to_owned());
        given.unwrap_or_else(|| format!("http://{}", self.listen))
    }
}

/// The host in an address, without the brackets of an IPv6 address.
fn host(url: &str) -> Option<String> {
    let url: Uri = url.parse().ok()?;
    let host = url.host()?;
    Some(host.trim_matches(['[', ']']).to_owned())
}

/// Puts a value from the environment into the table: TOML where it reads as such, else text.
fn set(table: &mut toml::Table, path: &str, value: &str) -> anyhow::Result<()> {
    let Some((section, rest)) = path.split_once("__") else {
        let parsed = format!("value = {value}").parse::<toml::Table>().ok();
        let parsed = parsed.and_then(|mut table| table.remove("value"));
        table.insert(path.to_owned(), parsed.unwrap_or_else(|| value.into()));
        return Ok(());
    };
    let entry = table
        .entry(section)
        .or_insert_with(|| toml::Table::new().into());
    let section = entry
        .as_table_mut()
        .with_context(|| format!("{section} is no section"))?;
    set(section, rest, value)
}

#[cfg(test)]
#[path = "config_tests.rs"]
mod tests;
