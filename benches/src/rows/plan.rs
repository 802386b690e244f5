//! How a gateway is started.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::Path;

use crate::cli::StoreKind;

/// A gateway that is to be started.
#[derive(Clone, Debug)]
pub(super) struct Plan<'a> {
    pub(super) store: StoreKind,
    /// For the durable store.
    pub(super) folder: &'a Path,
    pub(super) channels: u64,
    /// Messages per second of each channel.
    pub(super) rate: u32,
    pub(super) provider: Option<SocketAddr>,
    pub(super) receiver: Option<SocketAddr>,
}

impl<'a> Plan<'a> {
    /// Accepts and hardly sends: many channels, each with a message per second.
    pub(super) const fn accepting(store: StoreKind, folder: &'a Path) -> Self {
        Self {
            store,
            folder,
            channels: MANY,
            rate: 1,
            provider: None,
            receiver: None,
        }
    }

    /// Sends as fast as it can, on one channel.
    pub(super) const fn sending(store: StoreKind, folder: &'a Path, provider: SocketAddr) -> Self {
        Self {
            store,
            folder,
            channels: 1,
            rate: 50_000,
            provider: Some(provider),
            receiver: None,
        }
    }

    /// The words on the gateway's command line.
    pub(super) fn words(&self) -> Vec<OsString> {
        let store = match self.store {
            StoreKind::Durable => "durable",
            StoreKind::Forgetful => "forgetful",
        };
        let url = |address| format!("http://{address}").into();
        let folder = (self.store == StoreKind::Durable).then(|| self.folder.into());
        let words: [(&str, Option<OsString>); 6] = [
            ("--store", Some(store.into())),
            ("--data-dir", folder),
            ("--channels", Some(self.channels.to_string().into())),
            ("--rate", Some(self.rate.to_string().into())),
            ("--graph-url", self.provider.map(url)),
            ("--receiver-url", self.receiver.map(url)),
        ];
        let given = words
            .into_iter()
            .filter_map(|(name, value)| Some([name.into(), value?]));
        given.flatten().collect()
    }
}

/// So many channels that none of their queues gets full.
pub(super) const MANY: u64 = 32;
