//! The one thread that writes: takes what waits, one transaction, one sync, answers all.

use std::sync::Arc;

use rusqlite::Connection;
use tokio::runtime::Handle;

use super::batch::{Batch, Counters, Statements};
use super::checkpoint::Notice;
use super::commons::Commons;
use super::fitting::Fitting;
use super::keys::Keys;
use super::open::OpenError;
use super::orders::{Answer, Incoming, Order, Verb};
use super::shelving::Shelving;
use super::verbs::retain::Sweep;
use super::{rebuild, verbs};
use crate::index::draft::Draft;

/// The most verbs in one commit: a bound, not a target. Nobody waits for company.
const BATCH: usize = 1024;

/// What follows the writer, where there is a disk.
pub(crate) struct Behind {
    pub(crate) checkpoints: Notice,
    pub(crate) shelving: Shelving,
}

/// The writer.
pub(crate) struct Writer {
    connection: Connection,
    commons: Arc<Commons>,
    counters: Counters,
    sweep: Sweep,
    keys: Keys,
    /// Empty between batches.
    draft: Draft,
    /// The runtime in which the store was opened.
    runtime: Option<Handle>,
}

impl Writer {
    /// Reads the log, and writes down what the last process left in doubt.
    ///
    /// # Errors
    /// The log cannot be read, or the doubt cannot be written.
    pub(crate) fn start(
        connection: Connection,
        keys: Keys,
        fitting: Option<&Fitting>,
    ) -> Result<Self, OpenError> {
        let rebuilt = rebuild::from_log(&connection, fitting)?;
        let catalog = verbs::change::load(&connection, &keys)?;
        let commons = Commons::new(rebuilt.index, catalog, rebuilt.counters.event);
        let at = rebuilt.counters.latest;
        let mut writer = Self {
            sweep: Sweep::of(&connection)?,
            keys,
            connection,
            commons: Arc::new(commons),
            counters: rebuilt.counters,
            draft: Draft::default(),
            runtime: Handle::try_current().ok(),
        };
        let recover: Verb = Box::new(move |batch| {
            let doubted = verbs::recover::run(batch, at)?;
            let answer: Answer = Box::new(move || {
                if doubted > 0 {
                    tracing::warn!(messages = doubted, "left in flight by the last process");
                }
            });
            Ok(answer)
        });
        for answer in writer.commit(vec![recover])? {
            answer();
        }
        Ok(writer)
    }

    pub(crate) fn commons(&self) -> Arc<Commons> {
        Arc::clone(&self.commons)
    }

    /// Serves until it is told to stop, or nobody is left to ask.
    pub(crate) fn run(mut self, orders: &Incoming, behind: Option<&Behind>) {
        let _watch = Watch(Arc::clone(&self.commons));
        let mut stopping = false;
        while !stopping && let Some(first) = orders.wait() {
            let mut verbs = Vec::new();
            let mut reads = Vec::new();
            let more = std::iter::from_fn(|| orders.next());
            for order in std::iter::once(first).chain(more) {
                match order {
                    Order::Verb(verb) => verbs.push(verb),
                    Order::Read(job) => reads.push(job),
                    Order::Stop => stopping = true,
                }
                if stopping || verbs.len() + reads.len() >= BATCH {
                    break;
                }
            }
            self.serve(verbs, behind);
            for job in reads {
                job(&self.connection);
            }
        }
    }

    fn serve(&mut self, verbs: Vec<Verb>, behind: Option<&Behind>) {
        // After a failed commit nobody knows what is on the disk: it is never tried again.
        if verbs.is_empty() || !self.commons.health().is_well() {
            return;
        }
        let commons = Arc::clone(&self.commons);
        let _busy = commons.health().busy();
        match self.commit(verbs) {
            Ok(answers) => {
                self.tell(answers);
                if let Some(behind) = behind {
                    behind.checkpoints.give();
                    behind.shelving.follow();
                }
            }
            Err(error) => {
                tracing::error!(%error, "a commit failed");
            }
        }
    }

    /// Answers from inside the callers' runtime: woken from there, they cost it one call from
    /// outside for the whole batch instead of one for each.
    fn tell(&self, answers: Vec<Answer>) {
        let tell = move || answers.into_iter().for_each(|answer| answer());
        match &self.runtime {
            Some(runtime) => drop(runtime.spawn(async move { tell() })),
            None => tell(),
        }
    }

    /// Runs the verbs in their order, commits, publishes.
    fn commit(&mut self, verbs: Vec<Verb>) -> Result<Vec<Answer>, CommitError> {
        let count = u64::try_from(verbs.len()).expect("a batch is bounded");
        let before = self.counters.clone();
        // Where somebody else holds the file nothing was written: only this batch fails.
        self.connection
            .prepare_cached("BEGIN IMMEDIATE")?
            .execute([])?;
        let told = self.gather(verbs);
        let told = told.and_then(|answers| {
            let committed = self
                .connection
                .prepare_cached("COMMIT")
                .and_then(|mut commit| commit.execute([]));
            committed.inspect_err(|error| self.commons.health().suffer(error))?;
            Ok(answers)
        });
        match told {
            Ok(answers) => {
                self.keys.committed();
                self.draft.mark = self.counters.mark();
                self.commons.publish(&mut self.draft, count);
                Ok(answers)
            }
            Err(error) => {
                self.undo(before);
                Err(error)
            }
        }
    }

    /// Makes everything as it was before a batch that was not kept: the draft goes, the numbers are
    /// given again, and what is too large to be copied for each batch, and seldom changes, is read
    /// again as a start reads it. Nothing else of the batch is left: the index and the catalog hear
    /// only of what is durable.
    fn undo(&mut self, before: Counters) {
        self.draft = Draft::default();
        self.counters = before;
        if !self.connection.is_autocommit() {
            // The error that is reported is the first one.
            let rolled_back = self.connection.execute_batch("ROLLBACK");
            rolled_back.unwrap_or_else(|_| self.commons.health().fail());
        }
        // After any other failure the disk may hold what memory does not, and nothing there may be
        // put in order by what memory believes: not even a key that was to be the next one.
        if self.commons.health().is_well()
            && let Err(error) = self.read_again()
        {
            tracing::error!(%error, "cannot undo what was not kept");
            self.commons.health().fail();
        }
    }

    fn read_again(&mut self) -> Result<(), OpenError> {
        self.sweep = Sweep::of(&self.connection)?;
        self.keys = self.keys.again(&self.connection)?;
        Ok(())
    }

    fn gather(&mut self, verbs: Vec<Verb>) -> Result<Vec<Answer>, CommitError> {
        let index = self.commons.index();
        let mut batch = Batch {
            connection: &self.connection,
            statements: Statements::of(&self.connection),
            index: &index,
            catalog: self.commons.catalog(),
            draft: &mut self.draft,
            counters: &mut self.counters,
            sweep: &mut self.sweep,
            keys: &mut self.keys,
            health: self.commons.health(),
            acquaintances: self.commons.acquaintances(),
        };
        let mut answers = Vec::with_capacity(verbs.len());
        for verb in verbs {
            answers.push(verb(&mut batch)?);
        }
        if !self.commons.is_sound() {
            self.commons.health().fail();
            return Err(CommitError::Index);
        }
        Ok(answers)
    }
}

/// Why a batch was not kept.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CommitError {
    /// A statement failed, or the commit.
    #[error(transparent)]
    Database(#[from] rusqlite::Error),
    /// What the verbs were decided by may be wrong.
    #[error("the index cannot be read")]
    Index,
}

impl From<CommitError> for OpenError {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Database(error) => Self::Database(error),
            CommitError::Index => Self::Io(std::io::Error::other(error)),
        }
    }
}

/// A writer that panics has failed.
struct Watch(Arc<Commons>);

impl Drop for Watch {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.health().fail();
        }
    }
}
