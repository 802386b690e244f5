//! Dialects at the root of addresses of their own.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

use rustls::pki_types::ServerName;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// A dialect at the root of an address of its own.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(try_from = "Written")]
pub(crate) struct Listener {
    /// Where it listens.
    pub(crate) bind: SocketAddr,
    /// Which dialect.
    pub(crate) dialect: ListenerDialect,
    /// What it proves itself with; plain HTTP when left out.
    pub(crate) tls: Option<Tls>,
}

/// Dialects that can stand at a root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ListenerDialect {
    /// Callbell's API, for every account.
    Callbell,
    /// The WhatsApp Business On-Premises API.
    Onprem {
        /// Slug or uuid of the channel that it serves.
        channel: String,
    },
}

impl ListenerDialect {
    /// The folder of what is kept for it. No slug has an underscore.
    pub(crate) fn folder(&self) -> &str {
        match self {
            Self::Callbell => "_callbell",
            Self::Onprem { channel } => channel,
        }
    }
}

/// What a listener proves itself with.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Tls {
    /// The operator's certificate.
    Given(Certificate),
    /// One of its own making, for the address, `localhost`, the host of `public_url`, and these.
    SelfSigned { names: Vec<String> },
}

/// Where a certificate and its key are. Read at start, and again every day.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Certificate {
    /// A PEM file: the certificate, then those that vouch for it.
    pub(crate) certificate: PathBuf,
    /// A PEM file: its private key.
    pub(crate) key: PathBuf,
}

/// A listener as it stands in the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    bind: SocketAddr,
    dialect: Word,
    channel: Option<String>,
    tls: Option<WrittenTls>,
    names: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Word {
    Callbell,
    Onprem,
}

/// `"self-signed"`, or where the files are.
enum WrittenTls {
    SelfSigned,
    Given(Certificate),
}

impl<'de> Deserialize<'de> for WrittenTls {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TlsVisitor)
    }
}

struct TlsVisitor;

impl<'de> Visitor<'de> for TlsVisitor {
    type Value = WrittenTls;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"self-signed\", or { certificate = FILE, key = FILE }")
    }

    fn visit_str<E: de::Error>(self, word: &str) -> Result<WrittenTls, E> {
        match word {
            "self-signed" => Ok(WrittenTls::SelfSigned),
            _ => Err(E::invalid_value(de::Unexpected::Str(word), &self)),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<WrittenTls, A::Error> {
        Certificate::deserialize(MapAccessDeserializer::new(map)).map(WrittenTls::Given)
    }
}

impl TryFrom<Written> for Listener {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let dialect = match (written.dialect, written.channel) {
            (Word::Callbell, None) => ListenerDialect::Callbell,
            (Word::Callbell, Some(_)) => {
                return Err("listener.channel: callbell has none, its calls name channels".into());
            }
            (Word::Onprem, Some(channel)) => ListenerDialect::Onprem {
                channel: checked_channel(channel)?,
            },
            (Word::Onprem, None) => {
                return Err("listener.channel: onprem needs the channel that it serves".into());
            }
        };
        Ok(Self {
            bind: written.bind,
            dialect,
            tls: tls(written.tls, written.names)?,
        })
    }
}

fn tls(tls: Option<WrittenTls>, names: Option<Vec<String>>) -> Result<Option<Tls>, String> {
    match (tls, names) {
        (None, None) => Ok(None),
        (Some(WrittenTls::Given(certificate)), None) => Ok(Some(Tls::Given(certificate))),
        (None | Some(WrittenTls::Given(_)), Some(_)) => {
            Err("listener.names: only where tls = \"self-signed\"".into())
        }
        (Some(WrittenTls::SelfSigned), names) => {
            let names = names.unwrap_or_default();
            let is_wrong = |name: &&String| ServerName::try_from(name.as_str()).is_err();
            match names.iter().find(is_wrong) {
                Some(wrong) => Err(format!("listener.names: {wrong:?} is no host")),
                None => Ok(Some(Tls::SelfSigned { names })),
            }
        }
    }
}

/// A slug or a uuid; it also names a folder.
fn checked_channel(channel: String) -> Result<String, String> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    if channel.is_empty() || !channel.bytes().all(allowed) {
        return Err(format!("listener.channel: {channel:?} is no slug or uuid"));
    }
    Ok(channel)
}
