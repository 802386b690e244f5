//! The file of the master key.
//!
//! A new key is first written beside the old one, under the same name with `.next`, then the store
//! is sealed with it in one commit, then it takes the old one's place. So at every instant one of
//! both files opens the store, and a start finds out which.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::cipher::Key;

/// Where the master key is kept: 64 hexadecimal digits, for its owner alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyFile {
    path: PathBuf,
    origin: Origin,
}

/// Who makes the first key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    Store,
    Operator,
}

/// Why there is no master key to open a store with.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file is not there.
    #[error(
        "the master key {0} is missing: put it back, for nothing else opens the secrets of this store"
    )]
    Missing(PathBuf),
    /// The operator has named a file that is not there, for a store without secrets.
    #[error("the master key {0} is missing: make one, for example with `openssl rand -hex 32`")]
    NotMade(PathBuf),
    /// The file holds something else.
    #[error("the master key {0} holds no key of 64 hexadecimal digits: put it back")]
    Damaged(PathBuf),
    /// The secrets were sealed with another key.
    #[error("the master key {0} is not the one of this store: put back the key that belongs to it")]
    Wrong(PathBuf),
    /// A record of keys in the store was changed from outside.
    #[error("a data key of the store does not open with the master key {0}")]
    Foreign(PathBuf),
    /// The file cannot be read or written.
    #[error("cannot keep the master key {path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

impl KeyFile {
    /// The file in a data directory; it is made when a store has nothing sealed yet.
    pub fn of(dir: &Path) -> Self {
        Self {
            path: dir.join("keys").join("master"),
            origin: Origin::Store,
        }
    }

    /// A file that the operator provides.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            origin: Origin::Operator,
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The key for a store in which nothing is sealed yet.
    ///
    /// # Errors
    /// See [`KeyError`].
    pub(crate) fn first(&self) -> Result<Key, KeyError> {
        if let Some(key) = self.read(&self.path)? {
            return Ok(key);
        }
        match self.origin {
            Origin::Operator => Err(KeyError::NotMade(self.path.clone())),
            Origin::Store => {
                let key = Key::fresh();
                self.propose(&key)?;
                self.promote()?;
                Ok(key)
            }
        }
    }

    /// The key that `fits`, and everything as if no rotation had ever been cut short.
    ///
    /// # Errors
    /// See [`KeyError`].
    pub(crate) fn fitting(&self, fits: impl Fn(&Key) -> bool) -> Result<Key, KeyError> {
        let settled = self.read(&self.path);
        if let Ok(Some(key)) = &settled
            && fits(key)
        {
            // A key that was never committed is nobody's.
            self.remove(&self.next())?;
            return Ok(key.clone());
        }
        if let Ok(Some(key)) = self.read(&self.next())
            && fits(&key)
        {
            self.promote()?;
            return Ok(key);
        }
        Err(match settled? {
            Some(_) => KeyError::Wrong(self.path.clone()),
            None => KeyError::Missing(self.path.clone()),
        })
    }

    /// Writes a new key beside the one that is there, durably.
    ///
    /// # Errors
    /// It cannot be written.
    pub(crate) fn propose(&self, key: &Key) -> Result<(), KeyError> {
        let written = write(&self.next(), &key.digits());
        written.map_err(|error| self.failed(error))
    }

    /// Puts the new key in the place of the old one, durably.
    ///
    /// # Errors
    /// It cannot be moved.
    pub(crate) fn promote(&self) -> Result<(), KeyError> {
        let moved = fs::rename(self.next(), &self.path);
        let moved = moved.and_then(|()| sync_above(&self.path));
        moved.map_err(|error| self.failed(error))
    }

    /// Removes the key.
    ///
    /// # Errors
    /// It cannot be removed.
    pub(crate) fn erase(&self) -> Result<(), KeyError> {
        self.remove(&self.path)?;
        self.remove(&self.next())
    }

    fn next(&self) -> PathBuf {
        self.path.with_added_extension("next")
    }

    fn remove(&self, path: &Path) -> Result<(), KeyError> {
        // Where nothing can be written, a file that is not there cannot be removed either.
        if path.try_exists().unwrap_or(true) {
            fs::remove_file(path).map_err(|error| self.failed(error))?;
        }
        Ok(())
    }

    /// The key in a file, when there is one.
    fn read(&self, path: &Path) -> Result<Option<Key>, KeyError> {
        let text = match fs::read_to_string(path) {
            Ok(text) => Zeroizing::new(text),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) if error.kind() == ErrorKind::InvalidData => {
                return Err(KeyError::Damaged(path.to_owned()));
            }
            Err(error) => return Err(self.failed(error)),
        };
        let key = Key::from_digits(text.trim());
        key.map(Some)
            .ok_or_else(|| KeyError::Damaged(path.to_owned()))
    }

    fn failed(&self, source: io::Error) -> KeyError {
        KeyError::Io {
            path: self.path.clone(),
            source,
        }
    }
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    let mut folders = DirBuilder::new();
    folders.recursive(true);
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        std::os::unix::fs::DirBuilderExt::mode(&mut folders, 0o700);
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    folders.create(above(path))?;
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()?;
    sync_above(path)
}

/// A name is durable when its folder is.
fn sync_above(path: &Path) -> io::Result<()> {
    File::open(above(path))?.sync_all()
}

/// The folder of a file; a bare name lies in the current one.
fn above(path: &Path) -> &Path {
    let above = path.parent().filter(|above| !above.as_os_str().is_empty());
    above.unwrap_or(Path::new("."))
}

#[cfg(test)]
#[path = "key_file_tests.rs"]
mod tests;
