//! The configuration of `serve`.

mod listener;
mod span;

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};
use hyper::Uri;
use ipnet::IpNet;
use serde::Deserialize;

pub(crate) use self::listener::{Certificate, Listener, ListenerDialect, Tls};
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
    /// Calls to the outside.
    pub(crate) outgoing: Outgoing,
    /// How long messages are kept.
    pub(crate) retention: Retention,
    /// Dialects at the root of an address of their own.
    pub(crate) listener: Vec<Listener>,
}

/// Calls to the outside.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Outgoing {
    /// Private networks that webhooks and media links may reach, also over plain http.
    pub(crate) allow_networks: Vec<IpNet>,
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
            outgoing: Outgoing::default(),
            retention: Retention::default(),
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

    /// Parses a file's text; variables named `DRAGOMAN__KEY` or `DRAGOMAN__SECTION__KEY` win.
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
        self.retention.check()?;
        Ok(())
    }

    /// The names of a listener that makes its own certificate: where it listens, what the outside
    /// reaches us by, and what the operator adds.
    pub(crate) fn names_of(&self, bind: SocketAddr, added: &[String]) -> Vec<String> {
        let address = match bind.ip() {
            // It has no address to be called by but every one of the machine's.
            everywhere if everywhere.is_unspecified() => IpAddr::from([127, 0, 0, 1]),
            address => address,
        };
        let public = self.public_url.as_deref().and_then(host);
        let mut names = vec![address.to_string(), "localhost".to_owned()];
        names.extend(public);
        names.extend_from_slice(added);
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
    let parsed = format!("value = {value}").parse::<toml::Table>().ok();
    let value = parsed
        .and_then(|mut table| table.remove("value"))
        .unwrap_or_else(|| value.into());
    match path.split_once("__") {
        None => {
            table.insert(path.to_owned(), value);
        }
        Some((section, key)) => {
            let entry = table
                .entry(section)
                .or_insert_with(|| toml::Table::new().into());
            let section = entry
                .as_table_mut()
                .with_context(|| format!("{section} is no section"))?;
            section.insert(key.to_owned(), value);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const REFERENCE: &str = include_str!("../../../dragoman.reference.toml");

    fn parse(text: &str, environment: &[(&str, &str)]) -> anyhow::Result<Config> {
        let environment = environment
            .iter()
            .map(|&(name, value)| (name.to_owned(), value.to_owned()));
        Config::parse(text, environment)
    }

    #[test]
    fn the_reference_file_lists_the_defaults() {
        assert_eq!(parse(REFERENCE, &[]).unwrap(), Config::default());
    }

    #[test]
    fn every_optional_key_of_the_reference_file_is_known() {
        let uncommented: String = REFERENCE
            .lines()
            .map(|line| line.strip_prefix("#: ").unwrap_or(line))
            .fold(String::new(), |text, line| text + line + "\n");
        let config = parse(&uncommented, &[]).unwrap();
        assert!(config.public_url.is_some());
        assert_eq!(config.listener.len(), 3);
        assert!(config.retention.messages.is_some() && config.retention.contents.is_some());
    }

    #[test]
    fn an_unknown_key_stops_the_start_and_is_named() {
        let error = format!("{:#}", parse("lisen = \"127.0.0.1:1\"", &[]).unwrap_err());
        assert!(error.contains("lisen"), "{error}");
        let error = format!("{:#}", parse("listen = \"nowhere\"", &[]).unwrap_err());
        assert!(error.contains("listen"), "{error}");
    }

    #[test]
    fn a_listener_names_a_channel_where_its_dialect_serves_one() {
        let read = |rest: &str| {
            let text = format!("[[listener]]\nbind = \"127.0.0.1:9\"\n{rest}");
            let read = parse(&text, &[]).map(|config| config.listener[0].dialect.clone());
            read.map_err(|error| format!("{error:#}"))
        };
        let channel = "main".to_owned();
        assert_eq!(
            read("dialect = \"onprem\"\nchannel = \"main\""),
            Ok(ListenerDialect::Onprem { channel })
        );
        assert_eq!(
            read("dialect = \"callbell\""),
            Ok(ListenerDialect::Callbell)
        );
        for (rest, key) in [
            ("dialect = \"onprem\"", "listener.channel"),
            (
                "dialect = \"onprem\"\nchannel = \"../main\"",
                "listener.channel",
            ),
            (
                "dialect = \"callbell\"\nchannel = \"main\"",
                "listener.channel",
            ),
            ("dialect = \"morse\"", "morse"),
            ("dialect = \"callbell\"\ncolour = \"red\"", "colour"),
        ] {
            let error = read(rest).unwrap_err();
            assert!(error.contains(key), "{rest}: {error}");
        }
    }

    #[test]
    fn a_listener_proves_itself_with_files_or_with_a_certificate_of_its_own_making() {
        let read = |rest: &str| {
            let text =
                format!("[[listener]]\nbind = \"127.0.0.1:9\"\ndialect = \"callbell\"\n{rest}");
            let read = parse(&text, &[]).map(|config| config.listener[0].tls.clone());
            read.map_err(|error| format!("{error:#}"))
        };
        let own = |names: &[&str]| {
            let names = names.iter().map(ToString::to_string).collect();
            Ok(Some(Tls::SelfSigned { names }))
        };
        let given = Tls::Given(Certificate {
            certificate: "c".into(),
            key: "k".into(),
        });
        assert_eq!(read(""), Ok(None));
        assert_eq!(
            read("tls = { certificate = \"c\", key = \"k\" }"),
            Ok(Some(given))
        );
        assert_eq!(read("tls = \"self-signed\""), own(&[]));
        let names = "names = [\"wa.example\", \"10.0.0.5\"]";
        assert_eq!(
            read(&format!("tls = \"self-signed\"\n{names}")),
            own(&["wa.example", "10.0.0.5"])
        );
        for (rest, said) in [
            ("tls = \"on\"", "self-signed"),
            ("tls = true", "self-signed"),
            ("tls = { certificate = \"c\" }", "key"),
            (
                "tls = { certificate = \"c\", key = \"k\", colour = 1 }",
                "colour",
            ),
            (names, "listener.names"),
            (
                "tls = \"self-signed\"\nnames = [\"a b\"]",
                "listener.names: \"a b\"",
            ),
        ] {
            let error = read(rest).unwrap_err();
            assert!(error.contains(said), "{rest}: {error}");
        }
    }

    #[test]
    fn what_is_kept_too_shortly_stops_the_start_and_is_named() {
        for (text, key) in [
            ("retention.messages = \"2d\"", "retention.messages"),
            (
                "retention = { messages = \"5d\", contents = \"6d\" }",
                "retention.contents",
            ),
            ("retention.messages = \"soon\"", "soon"),
        ] {
            let error = format!("{:#}", parse(text, &[]).unwrap_err());
            assert!(error.contains(key), "{text}: {error}");
        }
    }

    #[test]
    fn a_listener_is_called_by_all_its_names() {
        let names = |public_url: Option<&str>, bind: &str| {
            let config = Config {
                public_url: public_url.map(str::to_owned),
                ..Config::default()
            };
            config.names_of(bind.parse().unwrap(), &["wa.example".to_owned()])
        };
        assert_eq!(
            names(Some("https://gw.example:8443/a"), "10.0.0.5:9090"),
            ["10.0.0.5", "localhost", "gw.example", "wa.example"]
        );
        assert_eq!(
            names(Some("https://[2001:db8::1]"), "[::]:9090"),
            ["127.0.0.1", "localhost", "2001:db8::1", "wa.example"]
        );
        assert_eq!(
            names(None, "[::1]:9090"),
            ["::1", "localhost", "wa.example"]
        );
    }

    #[test]
    fn the_environment_wins() {
        let environment = [
            ("DRAGOMAN__LISTEN", "127.0.0.1:9"),
            ("DRAGOMAN__OUTGOING__ALLOW_NETWORKS", "[\"10.0.0.0/8\"]"),
            ("HOME", "/root"),
        ];
        let config = parse("listen = \"127.0.0.1:8\"", &environment).unwrap();
        assert_eq!(config.listen.port(), 9);
        assert_eq!(config.outgoing.allow_networks.len(), 1);
    }
}
