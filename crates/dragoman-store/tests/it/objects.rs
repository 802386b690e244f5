//! The bytes of files, in a folder.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use dragoman_core::Id;
use dragoman_core::ports::{Objects, StoreError};
use dragoman_store::{FolderObjects, MEDIA, SqliteStore};
use tempfile::TempDir;

use crate::files::files_in;
use crate::world::World;

const ONE: Id = Id::from_u128(0x0195_0000_0000_7000_8000_0000_0000_5e0f);
const OTHER: Id = Id::from_u128(0x0195_0000_0000_7000_8000_0000_0000_5e10);

/// Where the child writes on a disk that is full; set only in the child.
const FULL: &str = "DRAGOMAN_OBJECTS_FULL";

fn folder() -> (TempDir, FolderObjects) {
    let dir = tempfile::tempdir().unwrap();
    let objects = FolderObjects::open(dir.path().join(MEDIA)).unwrap();
    (dir, objects)
}

/// So many bytes, of which no two stretches are the same.
fn bytes(count: u32) -> Vec<u8> {
    (0..count / 4).flat_map(u32::to_be_bytes).collect()
}

#[tokio::test]
async fn bytes_come_back_until_they_are_deleted() {
    let (dir, objects) = folder();
    assert_eq!(objects.get(ONE).await, Ok(None));
    objects.put(ONE, bytes(4 << 20)).await.unwrap();
    objects.put(OTHER, Vec::new()).await.unwrap();
    let reopened = FolderObjects::open(dir.path().join(MEDIA)).unwrap();
    for objects in [&objects, &reopened] {
        assert!(objects.get(ONE).await.unwrap() == Some(bytes(4 << 20)));
        assert_eq!(objects.get(OTHER).await, Ok(Some(Vec::new())));
    }
    objects.put(ONE, b"new".to_vec()).await.unwrap();
    assert_eq!(reopened.get(ONE).await, Ok(Some(b"new".to_vec())));
    for _ in 0..2 {
        objects.delete(ONE).await.unwrap();
        assert_eq!(objects.get(ONE).await, Ok(None));
    }
    assert_eq!(objects.get(OTHER).await, Ok(Some(Vec::new())));
}

#[tokio::test]
async fn what_puts_at_the_same_time_write_is_whole() {
    let (_dir, objects) = folder();
    let mut puts = tokio::task::JoinSet::new();
    for fill in 0..16_u8 {
        let objects = objects.clone();
        puts.spawn(async move { objects.put(ONE, vec![fill; 100_000]).await.unwrap() });
    }
    puts.join_all().await;
    let kept = objects.get(ONE).await.unwrap().unwrap();
    assert_eq!(kept, vec![kept[0]; 100_000]);
}

#[tokio::test]
async fn bytes_stand_under_the_last_digits_of_their_id_for_their_owner_alone() {
    let (dir, objects) = folder();
    objects.put(ONE, b"bytes".to_vec()).await.unwrap();
    let media = dir.path().join(MEDIA);
    let place = media.join("5e").join("0f").join(ONE.simple());
    assert_eq!(files_in(&media), std::slice::from_ref(&place));
    assert_eq!(mode(&place), 0o600);
    for folder in place.ancestors().skip(1).take(3) {
        assert_eq!(mode(folder), 0o700, "{}", folder.display());
    }
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn what_a_killed_process_has_not_finished_is_removed() {
    let (dir, objects) = folder();
    objects.put(ONE, b"whole".to_vec()).await.unwrap();
    let media = dir.path().join(MEDIA);
    fs::write(media.join("unfinished").join("0"), b"hal").unwrap();
    let objects = FolderObjects::open(media.clone()).unwrap();
    assert_eq!(files_in(&media).len(), 1);
    objects.put(OTHER, b"whole".to_vec()).await.unwrap();
    for file in [ONE, OTHER] {
        assert_eq!(objects.get(file).await, Ok(Some(b"whole".to_vec())));
    }
}

#[tokio::test]
async fn a_disk_that_is_full_keeps_no_half_file_and_takes_what_fits() {
    if let Some(dir) = std::env::var_os(FULL) {
        return write_too_much(Path::new(&dir)).await;
    }
    let dir = tempfile::tempdir().unwrap();
    // Files of at most a few KiB, and an error beyond instead of a signal.
    let child = Command::new("sh")
        .args(["-c", r#"trap "" XFSZ; ulimit -f 8; exec "$0" "$@""#])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "--nocapture"])
        .arg("objects::a_disk_that_is_full_keeps_no_half_file_and_takes_what_fits")
        .env(FULL, dir.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stderr);
    assert!(child.status.success(), "{said}");
    assert_eq!(files_in(dir.path()).len(), 1, "the child kept what fits");
}

async fn write_too_much(dir: &Path) {
    let objects = FolderObjects::open(dir.join(MEDIA)).unwrap();
    objects.put(ONE, b"fits".to_vec()).await.unwrap();
    for file in [ONE, OTHER] {
        let refused = objects.put(file, bytes(1 << 20)).await;
        assert!(matches!(refused, Err(StoreError::Unwell(_))));
    }
    assert_eq!(objects.get(ONE).await, Ok(Some(b"fits".to_vec())));
    assert_eq!(objects.get(OTHER).await, Ok(None));
    objects.put(ONE, b"fits too".to_vec()).await.unwrap();
}

#[tokio::test]
async fn bytes_go_with_the_store_when_its_directory_is_erased() {
    let dir = tempfile::tempdir().unwrap();
    World::crossing_in(dir.path()).await;
    let objects = FolderObjects::open(dir.path().join(MEDIA)).unwrap();
    objects.put(ONE, b"bytes".to_vec()).await.unwrap();
    for _ in 0..2 {
        SqliteStore::erase(dir.path()).unwrap();
        let left = files_in(dir.path());
        assert_eq!(left, [dir.path().join("lock")]);
    }
    let objects = FolderObjects::open(dir.path().join(MEDIA)).unwrap();
    assert_eq!(objects.get(ONE).await, Ok(None));
}
