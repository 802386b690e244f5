//! Folders with stores that have seen something, or nothing.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::Path;

use anyhow::Context;
use tempfile::TempDir;

use crate::disk::{self, Disk};
use crate::process::Process;
use crate::world::CUSTOMERS;

/// Makes stores on a disk.
pub(crate) struct Stores {
    disk: Disk,
    /// By the number of channels: made once, then copied.
    acquainted: RefCell<BTreeMap<u64, TempDir>>,
}

impl Stores {
    pub(crate) fn on(disk: Disk) -> Self {
        Self {
            disk,
            acquainted: RefCell::default(),
        }
    }

    /// An empty folder.
    ///
    /// # Errors
    /// It cannot be made.
    pub(super) fn empty(&self) -> anyhow::Result<TempDir> {
        self.disk.folder()
    }

    /// A store in which every customer is known by one message that was sent and read.
    ///
    /// # Errors
    /// It cannot be made.
    pub(super) fn acquainted(&self, channels: u64) -> anyhow::Result<TempDir> {
        let mut acquainted = self.acquainted.borrow_mut();
        let made = match acquainted.entry(channels) {
            Entry::Occupied(made) => made.into_mut(),
            Entry::Vacant(place) => {
                let folder = self.disk.folder()?;
                let once = ["--stage", "read", "--each-customer-once"];
                fill(folder.path(), CUSTOMERS, channels, &once)?;
                place.insert(folder)
            }
        };
        let copy = self.disk.folder()?;
        disk::copy(made.path(), copy.path())?;
        Ok(copy)
    }
}

/// Makes stored messages.
///
/// # Errors
/// They cannot be made.
pub(super) fn fill(
    folder: &Path,
    messages: u64,
    channels: u64,
    more: &[&str],
) -> anyhow::Result<()> {
    let folder = folder.to_str().context("a folder with an odd name")?;
    let (messages, channels) = (messages.to_string(), channels.to_string());
    let words = [
        "--data-dir",
        folder,
        "--messages",
        &messages,
        "--channels",
        &channels,
    ];
    let mut filling = Process::start("fill", words.iter().chain(more))?;
    filling.hear::<u64>()?;
    filling.finish()
}
