//! What became of files.

use super::{Counter, Metric, row};

/// Files on their way to providers, and from them.
#[derive(Debug, Default)]
pub(crate) struct FileMeters {
    /// Files that a provider was given.
    pub(crate) uploads_done: Counter,
    /// Files that a provider did not take.
    pub(crate) uploads_failed: Counter,
    /// Bytes of the files that providers were given.
    pub(crate) bytes_uploaded: Counter,
    /// Customers' files that are here.
    pub(crate) fetches_done: Counter,
    /// Tries to fetch a customer's file that failed and are repeated.
    pub(crate) fetches_failed: Counter,
    /// Customers' files that cannot be had.
    pub(crate) fetches_missing: Counter,
    /// Bytes of customers' files.
    pub(crate) bytes_fetched: Counter,
}

impl FileMeters {
    /// The counters as they stand.
    pub(super) fn read(&self) -> Vec<Metric> {
        const UPLOADS: &str = "Files given to providers, by how that ended.";
        const FETCHES: &str = "Tries to fetch customers' files, by how they ended.";
        const BYTES: &str = "Bytes of customers' files (in) and of files given to providers (out).";
        let upload =
            |word, counter| row("dragoman_uploads_total", UPLOADS, "result", word, counter);
        let fetch = |word, counter| row("dragoman_fetches_total", FETCHES, "result", word, counter);
        let bytes = |word, counter| {
            row(
                "dragoman_file_bytes_total",
                BYTES,
                "direction",
                word,
                counter,
            )
        };
        vec![
            upload("done", &self.uploads_done),
            upload("failed", &self.uploads_failed),
            fetch("done", &self.fetches_done),
            fetch("failed", &self.fetches_failed),
            fetch("missing", &self.fetches_missing),
            bytes("in", &self.bytes_fetched),
            bytes("out", &self.bytes_uploaded),
        ]
    }
}
