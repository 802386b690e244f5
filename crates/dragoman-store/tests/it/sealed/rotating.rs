//! New keys.

use std::sync::Arc;

use dragoman_core::ports::{Keys, KeysError, Rotated, Rotation};

use super::records as records_of;
use super::*;
use crate::files::copy_folder;

const ROTATIONS: [Rotation; 2] = [Rotation::Master, Rotation::MasterAndData];

fn data_keys(dir: &Path) -> Vec<(i64, Vec<u8>)> {
    let file = main_file(dir);
    let mut keys = file
        .prepare("SELECT version, sealed FROM data_keys ORDER BY account")
        .unwrap();
    let keys = keys.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
    keys.unwrap().map(Result::unwrap).collect()
}

#[tokio::test]
async fn new_keys_open_what_the_old_ones_have_sealed_and_the_old_ones_nothing() {
    for rotation in ROTATIONS {
        let dir = tempfile::tempdir().unwrap();
        made(dir.path(), "first").await;
        let (old, keys) = (master(dir.path()), data_keys(dir.path()));
        let store = SqliteStore::open(dir.path()).unwrap();
        let rotated = store.rotate(rotation).await.unwrap();
        let sealed = match rotation {
            Rotation::Master => 0,
            Rotation::MasterAndData => 8,
        };
        let expected = Rotated {
            data_keys: 2,
            records: sealed,
        };
        assert_eq!(rotated, expected);
        // Goes on with the new ones.
        store.change(records_of("second")).await.unwrap();
        store.close().await.unwrap();
        assert_ne!(master(dir.path()), old);
        assert!(!dir.path().join("keys/master.next").exists());
        for (before, after) in keys.iter().zip(data_keys(dir.path())) {
            assert_ne!(before.1, after.1);
            assert_eq!(after.0 > before.0, rotation == Rotation::MasterAndData);
        }
        let secrets = opened(dir.path()).await;
        assert_eq!(secrets.len(), SECRETS);
        assert!(secrets.iter().all(|secret| secret.starts_with("second-")));
        fs::write(dir.path().join("keys/master"), old).unwrap();
        assert!(matches!(
            refused(dir.path()),
            OpenError::Key(KeyError::Wrong(_))
        ));
    }
}

#[tokio::test]
async fn rotations_that_end_between_their_steps_are_undone_or_finished() {
    let dir = tempfile::tempdir().unwrap();
    made(dir.path(), "first").await;
    let before = copy_of(dir.path());
    let store = SqliteStore::open(dir.path()).unwrap();
    store.rotate(Rotation::MasterAndData).await.unwrap();
    store.close().await.unwrap();
    let after = copy_of(dir.path());
    let (old, new) = (master(before.path()), master(after.path()));
    // The new key was written, and nothing was committed: also in part, and nothing of it.
    for written in [&new[..], &new[..20], ""] {
        fs::write(before.path().join("keys/master.next"), written).unwrap();
        assert_eq!(opened(before.path()).await.len(), SECRETS);
        assert_eq!(master(before.path()), old);
        assert!(!before.path().join("keys/master.next").exists());
    }
    // The commit was made, and the new key was not in its place.
    for left in [Some(&old), None] {
        let cut = copy_of(after.path());
        let keys = cut.path().join("keys");
        fs::rename(keys.join("master"), keys.join("master.next")).unwrap();
        if let Some(left) = left {
            fs::write(keys.join("master"), left).unwrap();
        }
        assert_eq!(opened(cut.path()).await.len(), SECRETS);
        assert_eq!(master(cut.path()), new);
        assert!(!keys.join("master.next").exists());
    }
    // Neither is the one.
    copy_folder(&before.path().join("keys"), &after.path().join("keys"));
    fs::write(after.path().join("keys/master.next"), &old).unwrap();
    assert!(matches!(
        refused(after.path()),
        OpenError::Key(KeyError::Wrong(_))
    ));
    assert!(after.path().join("keys/master.next").exists());
}

#[tokio::test]
async fn keys_are_rotated_while_records_change_and_rotations_meet() {
    let dir = tempfile::tempdir().unwrap();
    made(dir.path(), "first").await;
    let store = Arc::new(SqliteStore::open(dir.path()).unwrap());
    let mut work = tokio::task::JoinSet::new();
    for number in 0..40 {
        let store = Arc::clone(&store);
        work.spawn(async move {
            match number % 4 {
                0 => drop(store.rotate(Rotation::Master).await.unwrap()),
                1 => drop(store.rotate(Rotation::MasterAndData).await.unwrap()),
                _ => store.change(records_of("later")).await.unwrap(),
            }
        });
    }
    work.join_all().await;
    // As a killed process leaves it, and as a closed one does.
    let killed = copy_of(dir.path());
    store.close().await.unwrap();
    for dir in [killed.path(), dir.path()] {
        let secrets = opened(dir).await;
        assert_eq!(secrets.len(), SECRETS);
        assert!(secrets.iter().all(|secret| secret.starts_with("later-")));
    }
}

#[tokio::test]
async fn a_key_that_cannot_be_written_leaves_the_old_ones() {
    let dir = tempfile::tempdir().unwrap();
    made(dir.path(), "first").await;
    let store = SqliteStore::open(dir.path()).unwrap();
    let kept = master(dir.path());
    let next = dir.path().join("keys/master.next");
    fs::create_dir(&next).unwrap();
    let refused = store.rotate(Rotation::MasterAndData).await;
    let Err(KeysError::File(why)) = refused else {
        panic!("{refused:?}");
    };
    assert!(why.contains("keys/master"), "{why}");
    assert!(store.is_well());
    fs::remove_dir(&next).unwrap();
    store.change(records_of("second")).await.unwrap();
    store.close().await.unwrap();
    assert_eq!(master(dir.path()), kept);
    assert_eq!(opened(dir.path()).await.len(), SECRETS);
}
