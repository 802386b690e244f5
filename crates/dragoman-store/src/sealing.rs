//! Secrets at rest: what the files of a store hold of them opens only with a key that is kept
//! elsewhere.
//!
//! [`cipher`] seals bytes, [`secrets`] finds what is to be sealed in a record, [`KeyFile`] keeps the
//! master key. Which key is whose stands in `sqlite/keys.rs`.

pub(crate) mod cipher;
mod key_file;
pub(crate) mod secrets;

pub use key_file::{KeyError, KeyFile};
