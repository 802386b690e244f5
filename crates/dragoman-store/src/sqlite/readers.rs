//! The threads that read from the disk.

use std::io;
use std::sync::{Arc, Mutex, mpsc};
use std::thread::JoinHandle;

use rusqlite::Connection;

/// How many threads read, each with a connection of its own.
pub(crate) const COUNT: usize = 2;

/// A question to the disk. Ends its read transaction before it returns, so that the log of the
/// database can be folded back.
pub(crate) type Job = Box<dyn FnOnce(&Connection) + Send>;

/// Where questions wait. `None` ends one thread.
pub(crate) struct Readers {
    jobs: mpsc::Sender<Option<Job>>,
}

impl Readers {
    /// Starts a thread for each connection.
    ///
    /// # Errors
    /// A thread cannot be started.
    pub(crate) fn start(connections: Vec<Connection>) -> io::Result<(Self, Vec<JoinHandle<()>>)> {
        let (jobs, waiting) = mpsc::channel();
        let waiting = Arc::new(Mutex::new(waiting));
        let mut threads = Vec::new();
        for connection in connections {
            let waiting = Arc::clone(&waiting);
            let thread = std::thread::Builder::new().name("store-reader".to_owned());
            threads.push(thread.spawn(move || serve(&connection, &waiting))?);
        }
        Ok((Self { jobs }, threads))
    }

    /// Hands a question to the next free thread.
    ///
    /// # Errors
    /// All threads have ended.
    pub(crate) fn ask(&self, job: Job) -> Result<(), mpsc::SendError<Option<Job>>> {
        self.jobs.send(Some(job))
    }

    /// Ends the threads after what was asked before.
    pub(crate) fn stop(&self) {
        for _ in 0..COUNT {
            // Threads that are gone already need no word.
            let _ = self.jobs.send(None);
        }
    }
}

fn serve(connection: &Connection, waiting: &Mutex<mpsc::Receiver<Option<Job>>>) {
    loop {
        let next = waiting
            .lock()
            .expect("nobody panics while waiting for a question")
            .recv();
        match next {
            Ok(Some(job)) => job(connection),
            Ok(None) | Err(_) => return,
        }
    }
}
