//! The durable truth of Dragoman: what was accepted, and what happened to it.
//!
//! [`SqliteStore`] is the embedded store: one file, one writer thread, group commit. The file is a
//! log that happens to be tables; everything that is looked up by a random key lives in an index
//! beside it: young entries in memory, aged ones in files that can be made again from the log.
//!
//! [`FolderObjects`] keeps the bytes of files in a folder of the same directory; what is known about
//! them stands in the store.
//!
//! Secrets are sealed on their way to the disk; the master key is kept in a [`KeyFile`].
//!
//! Neither ever opens a connection to the outside or reads a clock, and neither decides anything that
//! the laws in `dragoman-core` decide.
//!
//! Start reading with `sqlite/port.rs` (the verbs as the other rooms call them), then
//! `sqlite/writer.rs` (how they share a commit), then `sqlite/verbs/` (what each does).

#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod index;
mod objects;
mod record;
mod sealing;
mod sqlite;
mod warm;

pub use objects::{FolderObjects, MEDIA};
pub use record::Unreadable;
pub use sealing::{KeyError, KeyFile};
pub use sqlite::{Erased, OpenError, Options, Rebuilt, Retention, SqliteStore, Swept, Troubles};
