//! Dialects at the root of addresses of their own.

use std::net::SocketAddr;
use std::path::PathBuf;

use serde::Deserialize;

/// A dialect at the root of an address of its own.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(try_from = "Written")]
pub(crate) struct Listener {
    /// Where it listens.
    pub(crate) bind: SocketAddr,
    /// Which dialect.
    pub(crate) dialect: ListenerDialect,
    /// What it proves itself with; plain HTTP when left out.
    pub(crate) tls: Option<Certificate>,
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

/// What a listener proves itself with. Read at start.
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
    tls: Option<Certificate>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Word {
    Callbell,
    Onprem,
}

impl TryFrom<Written> for Listener {
    type Error = &'static str;

    fn try_from(written: Written) -> Result<Self, &'static str> {
        let dialect = match (written.dialect, written.channel) {
            (Word::Callbell, None) => ListenerDialect::Callbell,
            (Word::Callbell, Some(_)) => {
                return Err("listener.channel: callbell has none, its calls name channels");
            }
            (Word::Onprem, Some(channel)) => ListenerDialect::Onprem { channel },
            (Word::Onprem, None) => {
                return Err("listener.channel: onprem needs the channel that it serves");
            }
        };
        Ok(Self {
            bind: written.bind,
            dialect,
            tls: written.tls,
        })
    }
}
