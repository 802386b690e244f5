//! What an installation makes up for itself at its first start, and never changes.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, bail};
use dragoman_core::Secret;
use dragoman_core::ports::Random;

use crate::private;

/// Where the keys are kept, below the data directory: this one, and the store's master key.
pub(crate) const DIRECTORY: &str = "keys";

/// As many hexadecimal digits have 32 bytes.
const DIGITS: usize = 64;

/// The key that links to files are signed with. With another one, links that were given away no
/// longer open.
///
/// # Errors
/// The file cannot be read or written, or holds something else.
pub(crate) fn links(data_dir: &Path, random: &dyn Random) -> anyhow::Result<Secret> {
    let directory = data_dir.join(DIRECTORY);
    let path = directory.join("links");
    let known = match fs::read_to_string(&path) {
        Ok(text) => text.trim().to_owned(),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let fresh = format!("{:032x}{:032x}", random.bits(), random.bits());
            private::directory(&directory)?;
            private::write(&path, fresh.as_bytes())?;
            fresh
        }
        Err(error) => return Err(error).with_context(|| format!("reading {}", path.display())),
    };
    if known.len() != DIGITS || !known.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        bail!("{} holds no key of 64 digits: put it back", path.display());
    }
    Ok(Secret::new(known))
}

#[cfg(test)]
mod tests {
    use dragoman_testkit::SeededRandom;

    use super::*;

    #[test]
    fn a_key_is_made_once_and_never_changed() {
        let place = tempfile::tempdir().unwrap();
        let random = SeededRandom::new(1);
        let first = links(place.path(), &random).unwrap();
        assert_eq!(first.reveal().len(), DIGITS);
        assert_eq!(links(place.path(), &random).unwrap(), first);
        let other = tempfile::tempdir().unwrap();
        assert_ne!(links(other.path(), &random).unwrap(), first);
    }

    #[test]
    fn a_key_that_is_damaged_stops_the_start() {
        let place = tempfile::tempdir().unwrap();
        let random = SeededRandom::new(1);
        links(place.path(), &random).unwrap();
        for damaged in ["", "ab", &"g".repeat(DIGITS)] {
            fs::write(place.path().join("keys/links"), damaged).unwrap();
            assert!(links(place.path(), &random).is_err(), "{damaged:?}");
        }
    }
}
