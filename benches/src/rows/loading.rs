//! A load, in a process of its own.

use anyhow::bail;

use crate::load::Loaded;
use crate::process::Process;

/// Runs a load with these options until its end; every message must be taken.
///
/// # Errors
/// One was refused, or a connection broke.
pub(super) fn run(options: Vec<(&'static str, String)>) -> anyhow::Result<Loaded> {
    let options = options.into_iter();
    let words = options.flat_map(|(name, value)| [name.to_owned(), value]);
    let mut loading = Process::start("load", words)?;
    let loaded: Loaded = loading.hear()?;
    loading.finish()?;
    if loaded.refused > 0 {
        bail!(
            "{} of {} messages were refused",
            loaded.refused,
            loaded.messages
        );
    }
    Ok(loaded)
}
