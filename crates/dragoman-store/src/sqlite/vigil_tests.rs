use std::sync::mpsc;

use dragoman_core::ports::{Store, StoreError};
use dragoman_core::{Id, Timestamp};
use rusqlite::ffi;
use tokio::sync::oneshot;

use super::*;
use crate::KeyFile;
use crate::sqlite::{Options, SqliteStore, Troubles};

const NOW: Timestamp = Timestamp::from_seconds(1_790_000_000);
/// The store's own vigil sleeps through the test.
const NEVER: Duration = Duration::from_secs(3600);
const SOMEBODY: Id = Id::from_u128(7);

/// A store, and somebody who looks at it when told to.
struct World {
    store: SqliteStore,
    vigil: Vigil,
    dir: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let key = KeyFile::of(dir.path());
        let store = SqliteStore::open_looking(dir.path(), Options::default(), key, NEVER).unwrap();
        let vigil = Vigil::new(Arc::clone(&store.commons), store.orders.clone());
        Self { store, vigil, dir }
    }

    /// Looks so often, each time when the writer has done what it was asked.
    async fn look(&mut self, times: u32) {
        for _ in 0..times {
            self.vigil.look();
            self.pass().await;
        }
    }

    /// Waits until the writer has come here.
    async fn pass(&self) {
        let (reply, answer) = oneshot::channel();
        let verb: Verb = Box::new(move |_| {
            let answer: Answer = Box::new(move || reply.send(()).expect("the test waits for it"));
            Ok(answer)
        });
        assert!(self.store.orders.place(Order::Verb(verb)).is_ok());
        answer.await.unwrap();
    }

    /// Keeps the writer busy until it is let go.
    async fn hold(&self) -> Sender<()> {
        let (started, busy) = oneshot::channel();
        let (release, held) = mpsc::channel();
        let verb: Verb = Box::new(move |_| {
            started.send(()).expect("the test waits for it");
            held.recv().expect("the test lets go");
            let answer: Answer = Box::new(|| ());
            Ok(answer)
        });
        assert!(self.store.orders.place(Order::Verb(verb)).is_ok());
        busy.await.unwrap();
        release
    }

    /// From now on the main file does not grow, or does.
    async fn limit(&self, pages: Pages) {
        let limit = self.store.write(move |batch| {
            let connection = batch.connection;
            let now: u32 = connection.query_row("PRAGMA page_count", [], |row| row.get(0))?;
            let most = match pages {
                Pages::NoMore => now,
                Pages::AsNeeded => u32::MAX - 1,
            };
            connection.query_row(&format!("PRAGMA max_page_count = {most}"), [], |_| Ok(()))
        });
        limit.await.unwrap();
    }

    async fn counters(&self) -> String {
        let told = self
            .store
            .write(|batch| Ok(format!("{:?}", batch.counters)));
        told.await.unwrap()
    }

    fn latched(&self) -> Option<Latch> {
        self.store.latched()
    }
}

#[derive(Clone, Copy)]
enum Pages {
    NoMore,
    AsNeeded,
}

/// Writes more than there is room for.
fn overflow(batch: &mut Batch<'_>) -> rusqlite::Result<()> {
    for _ in 0..5000 {
        let number = batch.counters.id + 1;
        batch.row_of(Id::from_u128(number as u128))?;
    }
    Ok(())
}

fn full() -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_FULL), None)
}

#[tokio::test]
async fn a_full_disk_latches_the_store_and_leaves_nothing_of_the_batch() {
    let mut world = World::new();
    world.store.heartbeat(NOW).await.unwrap();
    world.limit(Pages::NoMore).await;
    let before = world.counters().await;
    // Both wait while the writer is busy with another batch, so that they share the next one.
    let release = world.hold().await;
    let later = NOW.plus(Duration::from_secs(1));
    let (small, large) = (world.store.heartbeat(later), world.store.write(overflow));
    let letting_go = async { release.send(()).unwrap() };
    let (small, large, ()) = tokio::join!(small, large, letting_go);
    let full = StoreError::Unwell("the disk is full".into());
    assert_eq!((small, large), (Err(full.clone()), Err(full.clone())));
    assert_eq!(world.latched(), Some(Latch::Full));
    assert!(world.store.is_well(), "no new start is needed");
    assert_eq!(world.store.heartbeat(later).await, Err(full));
    assert_eq!(world.store.last_heartbeat().await, Ok(Some(NOW)));
    world.look(6).await;
    assert_eq!(world.latched(), None);
    assert_eq!(world.counters().await, before);
    world.limit(Pages::AsNeeded).await;
    world.store.write(overflow).await.unwrap();
    world.store.close().await.unwrap();
    SqliteStore::open(world.dir.path()).unwrap();
}

#[tokio::test]
async fn keys_that_were_not_kept_seal_nothing() {
    let mut world = World::new();
    world.limit(Pages::NoMore).await;
    let lost = world.store.write(|batch| {
        let master = batch.keys.propose().unwrap();
        batch.keys.seal_with(batch.connection, master)?;
        batch.keys.of(batch.connection, SOMEBODY)?;
        overflow(batch)
    });
    assert!(lost.await.is_err());
    world.look(6).await;
    world.limit(Pages::AsNeeded).await;
    let sealed = world.store.write(|batch| {
        let was_known = batch.keys.known(SOMEBODY).is_some();
        batch.keys.of(batch.connection, SOMEBODY)?;
        Ok(was_known)
    });
    assert!(!sealed.await.unwrap());
    world.store.close().await.unwrap();
    // What is sealed is opened with the key in its file.
    SqliteStore::open(world.dir.path()).unwrap();
}

#[tokio::test]
async fn a_latch_ends_when_nothing_has_gone_wrong_for_five_seconds() {
    let mut world = World::new();
    world.store.commons.health().suffer(&full());
    world.look(4).await;
    world.store.commons.health().suffer(&full());
    world.look(5).await;
    assert_eq!(world.latched(), Some(Latch::Full));
    world.look(1).await;
    assert_eq!(world.latched(), None);
    world.store.heartbeat(NOW).await.unwrap();
    let once = Troubles {
        full: 1,
        ..Troubles::default()
    };
    assert_eq!(world.store.troubles(), once);
}

#[tokio::test]
async fn a_writer_that_stands_still_latches_the_store_until_commits_are_fast_again() {
    let mut world = World::new();
    let release = world.hold().await;
    for _ in 0..STILL {
        world.vigil.look();
        assert_eq!(world.latched(), None);
    }
    assert_eq!(world.store.troubles().slow, 1);
    world.vigil.look();
    assert_eq!(world.latched(), Some(Latch::Slow));
    let refused = world.store.heartbeat(NOW).await;
    assert_eq!(
        refused,
        Err(StoreError::Unwell("the disk is too slow".into()))
    );
    // The probe waits behind it, and counts for nothing.
    world.vigil.look();
    release.send(()).unwrap();
    world.pass().await;
    world.look(4).await;
    assert_eq!(world.latched(), Some(Latch::Slow));
    world.look(1).await;
    assert_eq!(world.latched(), None);
    world.store.heartbeat(NOW).await.unwrap();
    assert_eq!(world.store.troubles().stalled, 1);
}

#[tokio::test]
async fn many_batches_after_another_are_no_standstill() {
    let mut world = World::new();
    for _ in 0..STILL * 2 {
        let release = world.hold().await;
        world.vigil.look();
        release.send(()).unwrap();
        world.pass().await;
    }
    assert_eq!(world.store.troubles(), Troubles::default());
}

#[tokio::test]
async fn what_else_the_database_says_is_no_full_disk() {
    let world = World::new();
    let broken = ffi::Error::new(ffi::SQLITE_IOERR_FSYNC);
    let broken = rusqlite::Error::SqliteFailure(broken, None);
    world.store.commons.health().suffer(&broken);
    assert_eq!((world.store.is_well(), world.latched()), (false, None));
}
