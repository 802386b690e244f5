//! The bytes of files, in a folder.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use dragoman_core::Id;
use dragoman_core::ports::{Objects, StoreError};

/// The folder of a data directory in which bytes are kept.
pub const MEDIA: &str = "media";

/// Where bytes are written until they are whole.
const UNFINISHED: &str = "unfinished";

/// Keeps the bytes of files in a folder, each under its id: `media/5e/0f/<32 hex digits>`. The names
/// of the folders in between are the last digits of the id. Its first ones are the time, so that all
/// files of a month would stand in one folder.
///
/// Only whole files have such a name: bytes are written beside, synced, and renamed.
#[derive(Clone, Debug)]
pub struct FolderObjects {
    folder: Arc<Path>,
    /// Names what is unfinished.
    puts: Arc<AtomicU64>,
}

impl FolderObjects {
    /// Takes a folder, which is made when it is missing. What an earlier process has not finished
    /// goes: so nobody else may use it, as with the data directory around it.
    ///
    /// # Errors
    /// It cannot be made or written.
    pub fn open(folder: PathBuf) -> io::Result<Self> {
        make(&folder)?;
        let unfinished = folder.join(UNFINISHED);
        make(&unfinished)?;
        for left in fs::read_dir(&unfinished)? {
            fs::remove_file(left?.path())?;
        }
        sync(&folder)?;
        sync(&folder.join(".."))?;
        Ok(Self {
            folder: folder.into(),
            puts: Arc::default(),
        })
    }

    /// Where the bytes of a file are, and the folders on the way, the innermost first.
    fn place(&self, file: Id) -> (PathBuf, [PathBuf; 3]) {
        let name = file.simple();
        let (outer, inner) = (&name[28..30], &name[30..]);
        let outer = self.folder.join(outer);
        let inner = outer.join(inner);
        (inner.join(name), [inner, outer, self.folder.to_path_buf()])
    }

    fn put_now(&self, file: Id, bytes: &[u8]) -> io::Result<()> {
        let number = self.puts.fetch_add(1, Ordering::Relaxed);
        let unfinished = self.folder.join(UNFINISHED).join(number.to_string());
        let put = write(&unfinished, bytes).and_then(|()| self.finish(file, &unfinished));
        if put.is_err() {
            // The error that is reported is the first one.
            let _ = fs::remove_file(&unfinished);
        }
        put
    }

    /// Gives whole bytes their name. Each folder on the way is synced even when it was there: whoever
    /// has made it may not have come to that yet.
    fn finish(&self, file: Id, unfinished: &Path) -> io::Result<()> {
        let (place, folders) = self.place(file);
        make(&folders[0])?;
        fs::rename(unfinished, place)?;
        folders.iter().try_for_each(|folder| sync(folder))
    }

    fn get_now(&self, file: Id) -> io::Result<Option<Vec<u8>>> {
        let (place, _) = self.place(file);
        unless_missing(fs::read(place))
    }

    /// The folder is synced also when there is nothing to delete: an earlier process may have done
    /// that, and not have come to the sync.
    fn delete_now(&self, file: Id) -> io::Result<()> {
        let (place, [folder, ..]) = self.place(file);
        unless_missing(fs::remove_file(place))?;
        unless_missing(sync(&folder))?;
        Ok(())
    }

    /// Works where it holds up nobody.
    async fn work<T: Send + 'static>(
        &self,
        what: &'static str,
        work: impl FnOnce(&Self) -> io::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let objects = self.clone();
        let done = tokio::task::spawn_blocking(move || work(&objects)).await;
        let done = done.unwrap_or_else(|panicked| Err(io::Error::other(panicked)));
        done.map_err(|error| {
            tracing::error!(%error, "cannot {what} the bytes of a file");
            StoreError::Unwell(format!("cannot {what} the bytes of a file").into())
        })
    }
}

#[async_trait]
impl Objects for FolderObjects {
    async fn put(&self, file: Id, bytes: Vec<u8>) -> Result<(), StoreError> {
        self.work("keep", move |folder| folder.put_now(file, &bytes))
            .await
    }

    async fn get(&self, file: Id) -> Result<Option<Vec<u8>>, StoreError> {
        self.work("read", move |folder| folder.get_now(file)).await
    }

    async fn delete(&self, file: Id) -> Result<(), StoreError> {
        self.work("delete", move |folder| folder.delete_now(file))
            .await
    }
}

/// Makes a folder with those around it, for its owner alone.
fn make(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Writes a new file, for its owner alone, and waits until its bytes are on the disk.
fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Waits until the names in a folder are on the disk.
fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

fn unless_missing<T>(done: io::Result<T>) -> io::Result<Option<T>> {
    match done {
        Ok(done) => Ok(Some(done)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
