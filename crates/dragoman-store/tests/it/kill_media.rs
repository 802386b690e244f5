//! A process that is killed while it keeps files.

use std::path::Path;

use dragoman_core::file::{Fetched, File};
use dragoman_core::ports::{Files, Objects};
use dragoman_core::{Id, MessageId, Timestamp};
use dragoman_store::{FolderObjects, MEDIA, SqliteStore};

use crate::fetching::file_of;
use crate::kill::{is_to_write_in, kill_after, tell};
use crate::media::file;
use crate::world::{TINY, World};

const TEST: &str =
    "kill_media::a_kill_in_the_middle_of_keeping_files_leaves_each_whole_or_to_fetch";

#[test]
fn a_kill_in_the_middle_of_keeping_files_leaves_each_whole_or_to_fetch() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    if let Some(dir) = is_to_write_in() {
        return runtime.block_on(keep_until_killed(dir.as_ref()));
    }
    let dir = tempfile::tempdir().unwrap();
    runtime.block_on(World::crossing_in(dir.path()));
    let mut answered = Vec::new();
    for answers in [5, 16, 33] {
        answered.extend(kill_after(TEST, answers, dir.path()));
        runtime.block_on(nothing_is_lost(dir.path(), &answered));
    }
}

/// Uploads one file and fetches another, again and again.
async fn keep_until_killed(dir: &Path) {
    let world = World::of(SqliteStore::open_with(dir, TINY).unwrap());
    let objects = FolderObjects::open(dir.join(MEDIA)).unwrap();
    for number in world.store().last_event().. {
        let uploaded = file(u128::from(number.unsigned_abs()) << 8);
        objects.put(uploaded.id, bytes(uploaded.id)).await.unwrap();
        world.keep(uploaded.clone()).await;
        tell(uploaded.id);
        let message = world.hear_picture(&format!("wamid.{number}")).await;
        let fetched = file_of(message);
        objects.put(fetched.id, bytes(fetched.id)).await.unwrap();
        world.fetched(message, Fetched::Kept(fetched)).await;
        tell(message);
    }
}

/// Different for each file, and too many for one write of the disk.
fn bytes(file: Id) -> Vec<u8> {
    file.as_u128().to_be_bytes().repeat(8_000)
}

async fn nothing_is_lost(dir: &Path, answered: &[String]) {
    let world = World::of(SqliteStore::open_with(dir, TINY).unwrap());
    let objects = FolderObjects::open(dir.join(MEDIA)).unwrap();
    for id in answered {
        let known = world.file(id.parse().unwrap()).await;
        assert!(known.is_some(), "{id} was answered");
    }
    let end = Timestamp::NEVER;
    let known = world.sqlite().unused_files(end, usize::MAX).await.unwrap();
    for File { id, .. } in &known {
        assert!(objects.get(*id).await.unwrap() == Some(bytes(*id)), "{id}");
    }
    let waiting = world.fetches().await;
    for message in every_message(&world).await {
        let is_known = known.iter().any(|file| file.id == file_of(message).id);
        let waits = waiting.iter().any(|fetch| fetch.message == message);
        let story = world.story(message).await;
        if waits {
            assert!(!is_known && story == ["arrived"], "{story:?}");
        } else {
            assert!(is_known && story == ["arrived", "received"], "{story:?}");
        }
    }
}

async fn every_message(world: &World) -> Vec<MessageId> {
    let happened = world.store().events_after(0, usize::MAX).await.unwrap();
    let mut messages: Vec<_> = happened.iter().filter_map(|told| told.message()).collect();
    messages.dedup();
    assert!(!messages.is_empty());
    messages
}
