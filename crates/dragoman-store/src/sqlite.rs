//! The embedded store.

mod acquaintances;
mod batch;
mod chains;
mod checkpoint;
mod claims;
mod columns;
mod commons;
mod customers;
mod faring;
mod files;
mod fitting;
mod follow;
mod foregoing;
mod health;
mod keys;
mod known;
mod milestones;
mod open;
mod orders;
mod page;
mod plain;
mod port;
mod readers;
mod rebuild;
mod recent;
mod retention;
mod rotating;
mod rows;
mod shelving;
mod upkeep;
mod verbs;
mod vigil;
mod writer;

use std::fs::File;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use dragoman_core::ports::{Latch, StoreError};
use rusqlite::Connection;
use tokio::sync::{oneshot, watch};

use batch::Batch;
use commons::Commons;
use fitting::Fitting;
pub use health::Troubles;
use keys::Keys;
pub use open::OpenError;
use orders::{Answer, NotTaken, Order, Orders, Verb};
use readers::{Job, Readers};
pub use retention::{Retention, Swept};
use rows::ReadError;
use shelving::Shelving;
pub use upkeep::{Erased, Rebuilt};
use vigil::Vigil;
use writer::{Behind, Writer};

use crate::sealing::KeyFile;

/// Keeps everything in one SQLite file, with one writer thread that groups the verbs that wait
/// into one commit.
///
/// Dropping it stops its threads after what was asked before is done; so does
/// [`SqliteStore::close`], which also tells whether the end was clean.
pub struct SqliteStore {
    commons: Arc<Commons>,
    orders: Orders,
    /// `None` where the writer reads as well: a database in memory has one connection.
    readers: Option<Readers>,
    closed: AtomicBool,
    running: Mutex<Running>,
}

/// What ends with the store.
#[derive(Default)]
struct Running {
    threads: Vec<JoinHandle<()>>,
    /// Ends the vigil when it is dropped.
    vigil: Option<Sender<()>>,
    /// Holds the directory against a second process.
    lock: Option<File>,
}

impl std::fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SqliteStore")
            .field("health", self.commons.health())
            .finish_non_exhaustive()
    }
}

/// How a store works. The defaults are right for a gateway.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// How many messages the index keeps in memory before they go to the disk together: larger is
    /// less work for more memory. At least 1.
    pub generation: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { generation: 16_384 }
    }
}

impl SqliteStore {
    /// Opens the store in a directory, which is made when it is missing, and so is the master key
    /// of one that has nothing sealed yet. What was in flight when
    /// the last process ended becomes unknown. Callers are answered inside the runtime in which it
    /// is opened, so it must outlive them.
    ///
    /// # Errors
    /// See [`OpenError`]; nothing was changed, except that the schema may have been brought up to
    /// date, and secrets of earlier versions sealed.
    pub fn open(dir: &Path) -> Result<Self, OpenError> {
        Self::open_with(dir, Options::default())
    }

    /// Like [`SqliteStore::open`], with other options.
    ///
    /// # Errors
    /// Those of [`SqliteStore::open`].
    pub fn open_with(dir: &Path, options: Options) -> Result<Self, OpenError> {
        Self::open_by(dir, options, KeyFile::of(dir))
    }

    /// Like [`SqliteStore::open_with`], with a master key that is kept elsewhere.
    ///
    /// # Errors
    /// Those of [`SqliteStore::open`].
    pub fn open_by(dir: &Path, options: Options, key: KeyFile) -> Result<Self, OpenError> {
        Self::open_looking(dir, options, key, vigil::LOOK)
    }

    /// The same, with another pause between two looks at the writer.
    fn open_looking(
        dir: &Path,
        options: Options,
        key: KeyFile,
        look: Duration,
    ) -> Result<Self, OpenError> {
        let lock = open::lock(dir)?;
        let file = dir.join("dragoman.db");
        let mut connection = open::main_connection(&file)?;
        let mut keys = Keys::find(&connection, Some(key))?;
        plain::seal(&mut connection, &mut keys)?;
        let fitting = Fitting::find(dir, &connection, options.generation.max(1))?;
        let writer = Writer::start(connection, keys, Some(&fitting))?;
        let mut connections = Vec::new();
        for _ in 0..readers::COUNT {
            connections.push(open::read_connection(&file)?);
        }
        let (checkpoints, checkpointer) =
            checkpoint::start(open::side_connection(&file)?, writer.commons())?;
        let (shelving, shelver) = Shelving::start(fitting, writer.commons())?;
        let (readers, mut threads) = Readers::start(connections)?;
        threads.extend([checkpointer, shelver]);
        let running = Running {
            threads,
            vigil: None,
            lock: Some(lock),
        };
        let behind = Behind {
            checkpoints,
            shelving,
        };
        let mut store = Self::run(writer, Some(behind), Some(readers), running)?;
        store.watch_over(look)?;
        Ok(store)
    }

    /// A store that forgets everything when it is dropped, for tests.
    ///
    /// # Errors
    /// A thread cannot be started.
    pub fn in_memory() -> Result<Self, OpenError> {
        let connection = open::memory_connection()?;
        let keys = Keys::find(&connection, None)?;
        let writer = Writer::start(connection, keys, None)?;
        Self::run(writer, None, None, Running::default())
    }

    fn run(
        writer: Writer,
        behind: Option<Behind>,
        readers: Option<Readers>,
        mut running: Running,
    ) -> Result<Self, OpenError> {
        let commons = writer.commons();
        let (orders, incoming) = orders::line();
        let writing = move || writer.run(&incoming, behind.as_ref());
        let thread = std::thread::Builder::new().name("store-writer".to_owned());
        running.threads.push(thread.spawn(writing)?);
        Ok(Self {
            commons,
            orders,
            readers,
            closed: AtomicBool::new(false),
            running: Mutex::new(running),
        })
    }

    /// Latches the store when its writer stands still, and ends latches.
    fn watch_over(&mut self, look: Duration) -> std::io::Result<()> {
        let vigil = Vigil::new(Arc::clone(&self.commons), self.orders.clone());
        let (end, thread) = vigil.keep(look)?;
        let running = self.running.get_mut();
        let running = running.expect("nobody else has the store yet");
        running.vigil = Some(end);
        running.threads.push(thread);
        Ok(())
    }

    /// Why nothing is taken for now, whenever that changes.
    pub fn latches(&self) -> watch::Receiver<Option<Latch>> {
        self.commons.health().latches()
    }

    /// What has been in the way of commits.
    pub fn troubles(&self) -> Troubles {
        self.commons.health().troubles()
    }

    /// Stops after everything that was asked before is durable, and gives the directory free.
    /// Whatever is asked later is answered [`StoreError::Unwell`].
    ///
    /// # Errors
    /// The store was unwell before: not everything that was asked has been kept.
    pub async fn close(&self) -> Result<(), StoreError> {
        let was_well = self.commons.health().is_well() || self.closed.load(Ordering::Acquire);
        self.ask_to_stop();
        let running = self.take_running();
        let joined = tokio::task::spawn_blocking(move || join(running)).await;
        if was_well && joined.is_ok() {
            Ok(())
        } else {
            Err(StoreError::Unwell("stopped after a failure".into()))
        }
    }

    fn ask_to_stop(&self) {
        self.closed.store(true, Ordering::Release);
        self.orders.stop();
        if let Some(readers) = &self.readers {
            readers.stop();
        }
    }

    fn take_running(&self) -> Running {
        let mut running = self
            .running
            .lock()
            .expect("nobody panics while holding the threads");
        std::mem::take(&mut running)
    }

    /// Has the writer run a verb, and waits for its commit.
    async fn write<T: Send + 'static>(
        &self,
        verb: impl FnOnce(&mut Batch<'_>) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        let verb: Verb = Box::new(move |batch| {
            // How the store does is known before the caller learns that this failed.
            let told = verb(batch).inspect_err(|error| batch.health.suffer(error))?;
            // The caller may have gone; what it asked for is done all the same.
            let answer: Answer = Box::new(move || drop(reply.send(told)));
            Ok(answer)
        });
        self.order(Order::Verb(verb))?;
        answer.await.map_err(|_| self.unwell())
    }

    /// Reads from the disk.
    async fn read<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Connection) -> Result<T, ReadError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move |connection| drop(reply.send(question(connection))));
        match &self.readers {
            Some(readers) => readers.ask(job).map_err(|_| self.unwell())?,
            None => self.order(Order::Read(job))?,
        }
        let told = answer.await.map_err(|_| self.unwell())?;
        told.map_err(|error| {
            tracing::error!(%error, "cannot read the store");
            StoreError::Unwell("cannot read".into())
        })
    }

    /// An answer that was found in the index, if the index could be read for it.
    fn sound<T>(&self, answer: T) -> Result<T, StoreError> {
        if self.closed.load(Ordering::Acquire) || !self.commons.is_sound() {
            return Err(self.unwell());
        }
        Ok(answer)
    }

    fn order(&self, order: Order) -> Result<(), StoreError> {
        if self.closed.load(Ordering::Acquire) || !self.commons.health().is_well() {
            return Err(self.unwell());
        }
        // What is read is read all the same.
        if matches!(order, Order::Verb(_)) && self.commons.health().latched().is_some() {
            return Err(self.unwell());
        }
        self.orders.place(order).map_err(|why| match why {
            NotTaken::Crowded => StoreError::Unwell("too many verbs wait".into()),
            NotTaken::Ended => self.unwell(),
        })
    }

    fn unwell(&self) -> StoreError {
        if self.closed.load(Ordering::Acquire) {
            return StoreError::Unwell("it is closed".into());
        }
        match self.commons.health().latched() {
            Some(latch) if self.commons.health().is_well() => {
                StoreError::Unwell(latch.to_string().into())
            }
            Some(_) | None => StoreError::Unwell("it failed before".into()),
        }
    }
}

impl Drop for SqliteStore {
    fn drop(&mut self) {
        self.ask_to_stop();
        join(self.take_running());
    }
}

/// Waits for the threads; then the lock goes.
fn join(running: Running) {
    drop(running.vigil);
    for thread in running.threads {
        // A panic has been reported by its thread, and has made the store unwell.
        let _ = thread.join();
    }
    drop(running.lock);
}

#[cfg(test)]
#[path = "sqlite_tests.rs"]
mod tests;
