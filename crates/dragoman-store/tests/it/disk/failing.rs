//! A disk that fails once: at the first write, flush or rename, at the second, and so on.
//!
//! A process of its own works on it, with a library before the system's that lets one call fail.
//! What that process was told before is compared with what the next one finds.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use dragoman_core::id::AttemptId;
use dragoman_core::ports::{Acceptance, Departure, Objects, Store};
use dragoman_core::{Id, MessageId, State};
use dragoman_store::{FolderObjects, MEDIA, SqliteStore};
use dragoman_testkit::{tenant, until};

use crate::kill::{is_to_write_in, tell};
use crate::picture::{Album, assert_same};
use crate::world::{ACCOUNT, CUSTOMER, NOW, TINY, World, admitted, receipt, submission};

const TEST: &str = "disk::failing::whatever_change_of_the_disk_fails_what_was_answered_is_there";
const FULL: &str = "disk::failing::whenever_the_disk_is_full_for_once_the_store_goes_on_by_itself";
/// Enough to write the index more than once.
const MESSAGES: u32 = 8;
/// Set, every change fails once, which takes minutes; else every so many-th.
const EVERY: &str = "DRAGOMAN_EVERY_FAULT";
const STEP: usize = 24;
/// A process that found the disk full takes up again after some seconds.
const LATCHED: Duration = Duration::from_secs(60);

/// What was told by a process whose disk failed.
struct Told {
    messages: Vec<MessageId>,
    files: Vec<Id>,
    /// Whether it has found the disk full, and gone on.
    latched: bool,
}

/// How often the disk is changed by a process that nothing happens to.
fn changes(library: &Path) -> usize {
    let (dir, place) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let count = place.path().join("count");
    work(library, dir.path(), Fault::Count(&count));
    let changes = fs::read(&count).unwrap().len();
    assert!(changes > 100, "the library is not loaded: {changes}");
    changes
}

#[test]
fn whatever_change_of_the_disk_fails_what_was_answered_is_there() {
    if let Some(dir) = is_to_write_in() {
        return work_until_it_fails(dir.as_ref());
    }
    let place = tempfile::tempdir().unwrap();
    let library = build(place.path());
    let changes = changes(&library);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let step = std::env::var_os(EVERY).map_or(STEP, |_| 1);
    for number in (1..=changes).step_by(step) {
        let dir = tempfile::tempdir().unwrap();
        let told = work(&library, dir.path(), Fault::Broken(number));
        runtime.block_on(look(dir.path(), &told, number));
    }
}

#[test]
fn whenever_the_disk_is_full_for_once_the_store_goes_on_by_itself() {
    if let Some(dir) = is_to_write_in() {
        return work_until_it_fails(dir.as_ref());
    }
    let place = tempfile::tempdir().unwrap();
    let library = build(place.path());
    let changes = changes(&library);
    // Most of the time is spent waiting: so they wait together.
    let step = std::env::var_os(EVERY).map_or(changes / 16, |_| 1);
    let numbers: Vec<usize> = (changes / 3..=changes).step_by(step).collect();
    let told = std::thread::scope(|scope| {
        let works: Vec<_> = (numbers.iter())
            .map(|number| {
                let library = &library;
                scope.spawn(move || {
                    let dir = tempfile::tempdir().unwrap();
                    let told = work(library, dir.path(), Fault::Full(*number));
                    (dir, told, *number)
                })
            })
            .collect();
        let told = works.into_iter().map(|work| work.join().unwrap());
        told.collect::<Vec<_>>()
    });
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut recovered = 0;
    for (dir, told, number) in told {
        runtime.block_on(look(dir.path(), &told, number));
        recovered += u32::from(told.latched && told.messages.len() >= MESSAGES as usize - 1);
    }
    assert!(recovered > 0, "nobody found the disk full");
}

/// Compiles the library, as the compiler of the database compiles that.
fn build(place: &Path) -> PathBuf {
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/disk/fault.c");
    let library = place.join("fault.so");
    let built = Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-o"])
        .args([library.as_os_str(), source.as_ref(), "-ldl".as_ref()])
        .status();
    assert!(built.unwrap().success());
    library
}

/// What the disk of a process does.
#[derive(Clone, Copy, Debug)]
enum Fault<'a> {
    /// Nothing but append a byte to this file for each change.
    Count(&'a Path),
    /// Fails at a change.
    Broken(usize),
    /// Is full at a change.
    Full(usize),
}

/// Starts this test again as a process with such a disk.
fn work(library: &Path, dir: &Path, fault: Fault<'_>) -> Told {
    let mut process = Command::new(std::env::current_exe().unwrap());
    process
        .args(["--exact", "--nocapture"])
        .env("DRAGOMAN_STORE_KILL", dir)
        .env("DRAGOMAN_FAULT_BELOW", dir)
        .env("LD_PRELOAD", library);
    match fault {
        Fault::Count(file) => process.env("DRAGOMAN_FAULT_COUNT", file).arg(TEST),
        Fault::Broken(number) => process
            .env("DRAGOMAN_FAULT_AT", number.to_string())
            .arg(TEST),
        Fault::Full(number) => process
            .env("DRAGOMAN_FAULT_AT", number.to_string())
            .env("DRAGOMAN_FAULT_FULL", "1")
            .arg(FULL),
    };
    let ended = process.output().unwrap();
    let said = String::from_utf8_lossy(&ended.stdout);
    assert!(ended.status.success(), "{fault:?}: {said}");
    let kept = |word: &str| -> Vec<String> {
        let lines = said.lines().filter_map(|line| line.split_once("kept "));
        let named = lines.filter_map(|(_, kept)| kept.strip_prefix(word));
        named.map(str::to_owned).collect()
    };
    Told {
        messages: kept("message ")
            .iter()
            .map(|id| id.parse().unwrap())
            .collect(),
        files: kept("file ").iter().map(|id| id.parse().unwrap()).collect(),
        latched: !kept("latched").is_empty(),
    }
}

/// What the next process finds, with the index as it was left and with one that is made again.
async fn look(dir: &Path, told: &Told, number: usize) {
    let mut album = Album::default();
    album.messages.extend(&told.messages);
    let mut pictures = Vec::new();
    for made_again in [false, true] {
        if made_again {
            SqliteStore::rebuild_index(dir).unwrap();
        }
        let store = SqliteStore::open_with(dir, TINY);
        let store = store.unwrap_or_else(|error| panic!("after change {number}: {error}"));
        for message in &told.messages {
            let stored = store.message(tenant(ACCOUNT), *message).await.unwrap();
            let state = stored.map(|stored| stored.fold.state);
            assert_eq!(state, Some(State::Submitted), "after change {number}");
        }
        pictures.push(album.picture(&store).await);
        store.close().await.unwrap();
    }
    assert_same(&pictures[0], &pictures[1]);
    let objects = FolderObjects::open(dir.join(MEDIA)).unwrap();
    for file in &told.files {
        let bytes = objects.get(*file).await.unwrap();
        assert_eq!(
            bytes.as_deref(),
            Some(&b"bytes"[..]),
            "after change {number}"
        );
    }
}

/// Keeps messages and files, and tells of each that it was told is kept. A store that has failed
/// must stay so: it is asked for one more.
fn work_until_it_fails(dir: &Path) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let Ok(store) = SqliteStore::open_with(dir, TINY) else {
            return;
        };
        let Some(world) = World::made_of(store).await else {
            return;
        };
        let objects = FolderObjects::open(dir.join(MEDIA));
        for number in 0..MESSAGES {
            let file = Id::from_u128(u128::from(number) + 1);
            if let Ok(objects) = &objects
                && objects.put(file, b"bytes".to_vec()).await.is_ok()
            {
                tell(format!("file {file}"));
            }
            let Some(message) = send(&world, number).await else {
                if world.store().latched().is_some() {
                    recover(&world).await;
                    continue;
                }
                assert!(!world.store().is_well(), "a failure is not forgotten");
                assert_eq!(send(&world, MESSAGES).await, None, "nothing is tried again");
                return;
            };
            tell(format!("message {message}"));
        }
    });
}

/// Waits until a store that found the disk full takes everything again.
async fn recover(world: &World) {
    tell("latched");
    until("the latch ends", LATCHED, async || {
        world.store().latched().is_none().then_some(())
    })
    .await;
}

/// Accepts, departs and submits; `None` when the store does not.
async fn send(world: &World, number: u32) -> Option<MessageId> {
    let attempt = AttemptId(world.random());
    let acceptance = Acceptance {
        departure: Some(Departure { attempt }),
        ..world.acceptance(admitted(submission(CUSTOMER)))
    };
    let accepted = world.store().accept(acceptance).await.ok()?;
    let in_flight = accepted.in_flight?;
    let (message, attempt) = (in_flight.message(), Some(in_flight.attempt()));
    let settlement = receipt(&format!("wamid.{number}"));
    let settled = world
        .store()
        .settle(message, attempt, settlement, NOW)
        .await;
    settled.ok()?.then_some(message)
}
