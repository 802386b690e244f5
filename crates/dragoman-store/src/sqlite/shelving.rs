//! The thread that brings young generations of the index to the shelf, behind the writer.

use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::Duration;

use super::commons::Commons;
use super::fitting::Fitting;
use crate::index::shelf::Shelf;

/// A generation is not older than this when it is written.
const AGE: Duration = Duration::from_secs(60);

/// The writer waits when so many generations are young.
const BEHIND: usize = 4;

/// The writer's side of it.
pub(crate) struct Shelving {
    commons: Arc<Commons>,
    bell: Arc<Bell>,
    /// In messages, or in people.
    generation: usize,
}

impl Shelving {
    /// Starts the thread. It ends when this is dropped, and brings everything to the shelf first.
    ///
    /// # Errors
    /// The thread cannot be started.
    pub(crate) fn start(
        fitting: Fitting,
        commons: Arc<Commons>,
    ) -> io::Result<(Self, JoinHandle<()>)> {
        let Fitting {
            shelf, generation, ..
        } = fitting;
        let shelving = Self {
            commons,
            bell: Arc::default(),
            generation,
        };
        let (commons, bell) = (Arc::clone(&shelving.commons), Arc::clone(&shelving.bell));
        let thread = std::thread::Builder::new().name("store-index".to_owned());
        let thread = thread.spawn(move || {
            let watch = Watch(&shelf, &bell);
            serve(&shelf, &commons, &bell, generation);
            drop(watch);
            commons.leave_shelf();
        })?;
        Ok((shelving, thread))
    }

    /// A commit has been published. Waits only when the disk has long been slower than the writer,
    /// so that memory stays bounded.
    pub(crate) fn follow(&self) {
        let young = self.commons.index().young();
        if young < self.generation {
            return;
        }
        self.bell.ring();
        if young >= BEHIND * self.generation {
            tracing::warn!(young, "the writer waits for the index");
            self.bell.wait_while(|| {
                self.commons.is_sound() && self.commons.index().young() >= BEHIND * self.generation
            });
        }
    }
}

impl Drop for Shelving {
    fn drop(&mut self) {
        self.bell.stop();
    }
}

fn serve(shelf: &Shelf, commons: &Commons, bell: &Bell, generation: usize) {
    let mut stopping = false;
    while !stopping {
        stopping = bell.wait();
        let enough = if stopping { 1 } else { generation };
        loop {
            if !bring(shelf, commons) {
                bell.answer();
                return;
            }
            bell.answer();
            if commons.index().young() < enough {
                break;
            }
        }
    }
}

/// Brings what is young to the shelf. Answers whether the shelf can be trusted with more.
fn bring(shelf: &Shelf, commons: &Commons) -> bool {
    if !commons.is_sound() {
        return false;
    }
    let Some(generation) = commons.freeze() else {
        return true;
    };
    match shelf.write(&generation) {
        Ok(()) => {
            commons.let_go(generation);
            true
        }
        Err(error) => {
            shelf.alarm().raise(&error);
            false
        }
    }
}

/// A panic is one more way to fail.
struct Watch<'a>(&'a Shelf, &'a Bell);

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.alarm().raise(&"its thread panicked");
            self.1.answer();
        }
    }
}

/// What the writer and the thread tell each other.
#[derive(Default)]
struct Bell {
    rung: Mutex<Rung>,
    changed: Condvar,
}

#[derive(Default)]
struct Rung {
    due: bool,
    stop: bool,
}

impl Bell {
    fn lock(&self) -> MutexGuard<'_, Rung> {
        self.rung.lock().expect("nobody panics while holding it")
    }

    /// A generation is complete.
    fn ring(&self) {
        self.lock().due = true;
        self.changed.notify_all();
    }

    /// Nothing more will come.
    fn stop(&self) {
        self.lock().stop = true;
        self.changed.notify_all();
    }

    /// Waits until a generation is complete, or old enough. Answers whether it is the last.
    fn wait(&self) -> bool {
        let silent = |rung: &mut Rung| !rung.due && !rung.stop;
        let waited = self.changed.wait_timeout_while(self.lock(), AGE, silent);
        let (mut rung, _) = waited.expect("nobody panics while holding it");
        rung.due = false;
        rung.stop
    }

    /// Something was brought to the shelf, or never will be.
    fn answer(&self) {
        drop(self.lock());
        self.changed.notify_all();
    }

    fn wait_while(&self, crowded: impl Fn() -> bool) {
        let waited = self.changed.wait_while(self.lock(), |_| crowded());
        drop(waited.expect("nobody panics while holding it"));
    }
}
