//! A main file that was cut or changed while nobody used it.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::FileExt;
use std::path::Path;

use dragoman_core::MessageId;
use dragoman_core::ports::Store;
use dragoman_store::{OpenError, SqliteStore};
use dragoman_testkit::tenant;

use crate::files::copy_of;
use crate::world::{ACCOUNT, CUSTOMER, TINY, World};

/// A directory of a gateway that has stopped, and the messages in it.
async fn stopped() -> (tempfile::TempDir, Vec<MessageId>) {
    let world = World::crossing().await;
    let mut messages = Vec::new();
    for number in 0..20 {
        messages.push(world.submitted(CUSTOMER, &format!("wamid.{number}")).await);
    }
    world.sqlite().close().await.unwrap();
    (copy_of(world.path()), messages)
}

/// Whether everything is found.
async fn is_whole(dir: &Path, messages: &[MessageId]) -> Result<bool, OpenError> {
    let store = SqliteStore::open_with(dir, TINY)?;
    let mut is_whole = true;
    for message in messages {
        let stored = store.message(tenant(ACCOUNT), *message).await;
        is_whole &= matches!(stored, Ok(Some(_)));
    }
    Ok(is_whole)
}

#[tokio::test]
async fn nobody_starts_empty_where_something_was() {
    let (whole, _) = stopped().await;
    let check = |spoil: fn(&Path)| {
        let dir = copy_of(whole.path());
        spoil(&dir.path().join("dragoman.db"));
        let before = files(dir.path());
        let opened = SqliteStore::open_with(dir.path(), TINY);
        assert!(matches!(opened, Err(OpenError::Lost)), "{opened:?}");
        assert_eq!(files(dir.path()), before, "what is left is left alone");
    };
    check(|file| fs::remove_file(file).unwrap());
    check(|file| fs::write(file, b"").unwrap());
}

/// What is there, beside the lock.
fn files(dir: &Path) -> Vec<(String, u64)> {
    let entries = fs::read_dir(dir).unwrap().map(Result::unwrap);
    let mut files: Vec<(String, u64)> = entries
        .map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            (name, entry.metadata().unwrap().len())
        })
        .filter(|(name, _)| name != "lock")
        .collect();
    files.sort();
    files
}

#[tokio::test]
async fn a_main_file_that_was_cut_does_not_open() {
    let (whole, messages) = stopped().await;
    assert!(is_whole(whole.path(), &messages).await.unwrap());
    let length = fs::metadata(whole.path().join("dragoman.db"))
        .unwrap()
        .len();
    for left in [
        1,
        15,
        16,
        99,
        100,
        512,
        4095,
        4096,
        length / 2,
        length - 4096,
        length - 1,
    ] {
        let dir = copy_of(whole.path());
        let file = OpenOptions::new()
            .write(true)
            .open(dir.path().join("dragoman.db"));
        file.unwrap().set_len(left).unwrap();
        let opened = is_whole(dir.path(), &messages).await;
        assert!(opened.is_err(), "{left} of {length} bytes: {opened:?}");
    }
}

#[tokio::test]
async fn a_page_of_the_main_file_that_was_overwritten_is_found() {
    let (whole, messages) = stopped().await;
    let length = fs::metadata(whole.path().join("dragoman.db"))
        .unwrap()
        .len();
    let mut found = 0;
    for page in (0..length / 4096).step_by(3) {
        let dir = copy_of(whole.path());
        let file = OpenOptions::new()
            .write(true)
            .open(dir.path().join("dragoman.db"));
        file.unwrap()
            .write_all_at(&[0xff; 4096], page * 4096)
            .unwrap();
        // A page that nobody has needed so far may still be damaged.
        match is_whole(dir.path(), &messages).await {
            Err(_) | Ok(false) => found += 1,
            Ok(true) => {}
        }
        let checked = SqliteStore::check(dir.path());
        assert!(!matches!(&checked, Ok(())), "page {page}: {checked:?}");
    }
    assert!(found > 2, "{found}");
    SqliteStore::check(whole.path()).unwrap();
}

#[tokio::test]
async fn what_is_torn_from_the_end_of_the_log_is_cut() {
    let dir = tempfile::tempdir().unwrap();
    World::crossing_in(dir.path()).await;
    let world = World::of(SqliteStore::open_with(dir.path(), TINY).unwrap());
    let message = world.submitted(CUSTOMER, "wamid.1").await;
    // As a process that was killed in the middle of a write leaves it.
    let copy = copy_of(dir.path());
    let log = OpenOptions::new()
        .append(true)
        .open(copy.path().join("dragoman.db-wal"));
    log.unwrap().write_all(&[0x5a; 3000]).unwrap();
    assert!(is_whole(copy.path(), &[message]).await.unwrap());
}
