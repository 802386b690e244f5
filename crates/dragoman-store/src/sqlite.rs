//! The embedded store.

mod batch;
mod checkpoint;
mod claims;
mod commons;
mod known;
mod open;
mod orders;
mod page;
mod port;
mod readers;
mod rebuild;
mod recent;
mod rows;
mod verbs;
mod writer;

use std::fs::File;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use dragoman_core::ports::StoreError;
use rusqlite::Connection;
use tokio::sync::oneshot;

use batch::Batch;
use commons::Commons;
pub use open::OpenError;
use orders::{Answer, NotTaken, Order, Orders, Verb};
use readers::{Job, Readers};
use rows::ReadError;
use writer::Writer;

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
    /// Holds the directory against a second process.
    lock: Option<File>,
}

impl std::fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SqliteStore")
            .field("well", &self.commons.is_well())
            .finish_non_exhaustive()
    }
}

/// An empty data directory. Nobody else can take it until this is dropped.
#[derive(Debug)]
pub struct Erased {
    _lock: File,
}

impl SqliteStore {
    /// Opens the store in a directory, which is made when it is missing. What was in flight when
    /// the last process ended becomes unknown.
    ///
    /// # Errors
    /// See [`OpenError`]; nothing was changed, except that the schema may have been brought up to
    /// date.
    pub fn open(dir: &Path) -> Result<Self, OpenError> {
        let lock = open::lock(dir)?;
        let file = dir.join("dragoman.db");
        let writer = Writer::start(open::main_connection(&file)?)?;
        let mut connections = Vec::new();
        for _ in 0..readers::COUNT {
            connections.push(open::read_connection(&file)?);
        }
        let (checkpoints, checkpointer) = checkpoint::start(open::side_connection(&file)?)?;
        let (readers, mut threads) = Readers::start(connections)?;
        threads.push(checkpointer);
        let running = Running {
            threads,
            lock: Some(lock),
        };
        Self::run(writer, Some(checkpoints), Some(readers), running)
    }

    /// Removes what a store has kept in a directory.
    ///
    /// # Errors
    /// [`OpenError::Locked`] while somebody uses it, or a file cannot be removed.
    pub fn erase(dir: &Path) -> Result<Erased, OpenError> {
        let lock = open::lock(dir)?;
        for name in ["dragoman.db", "dragoman.db-wal", "dragoman.db-shm"] {
            match std::fs::remove_file(dir.join(name)) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(error.into());
                }
                Ok(()) | Err(_) => {}
            }
        }
        Ok(Erased { _lock: lock })
    }

    /// A store that forgets everything when it is dropped, for tests.
    ///
    /// # Errors
    /// A thread cannot be started.
    pub fn in_memory() -> Result<Self, OpenError> {
        let writer = Writer::start(open::memory_connection()?)?;
        Self::run(writer, None, None, Running::default())
    }

    fn run(
        writer: Writer,
        checkpoints: Option<checkpoint::Notice>,
        readers: Option<Readers>,
        mut running: Running,
    ) -> Result<Self, OpenError> {
        let commons = writer.commons();
        let (orders, incoming) = orders::line();
        let writing = move || writer.run(&incoming, checkpoints.as_ref());
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

    /// Stops after everything that was asked before is durable, and gives the directory free.
    /// Whatever is asked later is answered [`StoreError::Unwell`].
    ///
    /// # Errors
    /// The store was unwell before: not everything that was asked has been kept.
    pub async fn close(&self) -> Result<(), StoreError> {
        let was_well = self.commons.is_well() || self.closed.load(Ordering::Acquire);
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
            let told = verb(batch)?;
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

    fn order(&self, order: Order) -> Result<(), StoreError> {
        if self.closed.load(Ordering::Acquire) || !self.commons.is_well() {
            return Err(self.unwell());
        }
        self.orders.place(order).map_err(|why| match why {
            NotTaken::Crowded => StoreError::Unwell("too many verbs wait".into()),
            NotTaken::Ended => self.unwell(),
        })
    }

    fn unwell(&self) -> StoreError {
        let why = if self.closed.load(Ordering::Acquire) {
            "it is closed"
        } else {
            "a commit failed"
        };
        StoreError::Unwell(why.into())
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
    for thread in running.threads {
        // A panic has been reported by its thread, and has made the store unwell.
        let _ = thread.join();
    }
    drop(running.lock);
}

#[cfg(test)]
#[path = "sqlite_tests.rs"]
mod tests;
