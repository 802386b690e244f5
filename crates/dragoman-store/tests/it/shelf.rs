//! The files of the index are worth nothing: whatever becomes of them, the log says the same.

use std::fs;
use std::path::Path;

use dragoman_core::id::AttemptId;
use dragoman_core::inbound::{Report, StatusKind};
use dragoman_core::ports::{Store, StoreError};
use dragoman_store::{OpenError, SqliteStore};
use dragoman_testkit::tenant;

use crate::files::{copy_folder, copy_log, copy_of, files_in};
use crate::picture::Album;
use crate::world::{ACCOUNT, CUSTOMER, TINY, World, admitted, inbound, receipt, submission};

/// A store that has forgotten most of what happened: it has aged.
async fn aged() -> (World, Album) {
    let world = World::crossing().await;
    let mut album = Album {
        customers: vec![CUSTOMER.to_owned()],
        ..Album::default()
    };
    for number in 0..10 {
        let provider_id = format!("wamid.{number}");
        let message = world.submitted(CUSTOMER, &provider_id).await;
        world.status(&provider_id, StatusKind::Read, 9).await;
        album.messages.push(message);
        album.provider_ids.push(provider_id);
    }
    let report = Report::Inbound(inbound("wamid.in", &[CUSTOMER]));
    world.record(vec![report]).await;
    album.provider_ids.push("wamid.in".to_owned());
    (world, album)
}

async fn open_and_look(dir: &Path, album: &Album) -> String {
    let store = SqliteStore::open_with(dir, TINY).unwrap();
    album.picture(&store).await
}

#[tokio::test]
async fn an_index_that_is_missing_is_made_again() {
    let (world, album) = aged().await;
    let picture = album.picture(&**world.store()).await;
    let copy = copy_of(world.path());
    fs::remove_dir_all(copy.path().join("index")).unwrap();
    for _ in 0..2 {
        assert_eq!(open_and_look(copy.path(), &album).await, picture);
    }
}

#[tokio::test]
async fn the_index_of_another_store_is_not_believed() {
    let (world, album) = aged().await;
    let picture = album.picture(&**world.store()).await;
    let (other, _) = aged().await;
    let copy = copy_of(world.path());
    let index = "index";
    copy_folder(&other.path().join(index), &copy.path().join(index));
    assert_eq!(open_and_look(copy.path(), &album).await, picture);
}

#[tokio::test]
async fn whatever_file_of_the_index_is_cut_the_answers_are_the_same() {
    let (world, album) = aged().await;
    let picture = album.picture(&**world.store()).await;
    let whole = copy_of(world.path());
    drop(SqliteStore::open_with(whole.path(), TINY).unwrap());
    for file in files_in(&whole.path().join("index")) {
        for part in [0, 2] {
            let copy = copy_of(whole.path());
            let cut = copy.path().join(file.strip_prefix(whole.path()).unwrap());
            let length = fs::metadata(&cut).unwrap().len();
            let kept = length.checked_div(part).unwrap_or_default();
            fs::File::options()
                .write(true)
                .open(&cut)
                .unwrap()
                .set_len(kept)
                .unwrap();
            let looked = open_and_look(copy.path(), &album).await;
            assert_eq!(looked, picture, "{}", cut.display());
        }
    }
}

#[tokio::test]
async fn an_index_that_is_ahead_of_a_restored_log_is_not_believed() {
    let (world, mut album) = aged().await;
    let backup = copy_of(world.path());
    let picture = album.picture(&**world.store()).await;
    let lost = world.submitted("31600000001", "wamid.lost").await;
    for number in 20..25 {
        world.submitted(CUSTOMER, &format!("wamid.{number}")).await;
    }
    let copy = copy_of(world.path());
    drop(SqliteStore::open_with(copy.path(), TINY).unwrap());
    copy_log(backup.path(), copy.path());
    assert_eq!(open_and_look(copy.path(), &album).await, picture);
    album.messages.push(lost);
    album.provider_ids.push("wamid.lost".to_owned());
    let store = SqliteStore::open_with(copy.path(), TINY).unwrap();
    let looked = album.picture(&store).await;
    assert!(looked.contains(&format!("{lost}: None")), "{looked}");
    assert!(looked.contains("wamid.lost: None"), "{looked}");
}

#[tokio::test]
async fn an_index_of_another_history_of_the_same_store_is_not_believed() {
    let (world, mut album) = aged().await;
    let backup = copy_of(world.path());
    for number in 20..24 {
        world.submitted(CUSTOMER, &format!("wamid.{number}")).await;
    }
    let one = copy_of(world.path());
    drop(SqliteStore::open_with(one.path(), TINY).unwrap());
    // The other history: as many messages, but not the same.
    let other = SqliteStore::open_with(backup.path(), TINY).unwrap();
    for number in 30..35 {
        let attempt = AttemptId(world.random());
        let in_flight = world.depart_in(&other, CUSTOMER, attempt).await;
        let (message, attempt) = (in_flight.message(), Some(in_flight.attempt()));
        let settlement = receipt(&format!("wamid.{number}"));
        let settled = other.settle(message, attempt, settlement, crate::world::NOW);
        assert!(settled.await.unwrap());
        album.messages.push(message);
        album.provider_ids.push(format!("wamid.{number}"));
    }
    let picture = album.picture(&other).await;
    drop(other);
    copy_folder(&one.path().join("index"), &backup.path().join("index"));
    assert_eq!(open_and_look(backup.path(), &album).await, picture);
}

#[tokio::test]
async fn a_store_that_cannot_read_its_index_answers_nothing_until_the_next_start() {
    let (world, album) = aged().await;
    let picture = album.picture(&**world.store()).await;
    let copy = copy_of(world.path());
    drop(SqliteStore::open_with(copy.path(), TINY).unwrap());
    spoil(&copy.path().join("index"));
    let store = SqliteStore::open_with(copy.path(), TINY).unwrap();
    assert!(store.is_well());
    let asked = store.message(tenant(ACCOUNT), album.messages[0]).await;
    assert!(matches!(asked, Err(StoreError::Unwell(_))), "{asked:?}");
    assert!(!store.is_well());
    let kept = world.acceptance(admitted(submission(CUSTOMER)));
    let kept = store.accept(kept).await;
    assert!(matches!(kept, Err(StoreError::Unwell(_))), "{kept:?}");
    drop(store);
    assert_eq!(open_and_look(copy.path(), &album).await, picture);
}

/// Puts nonsense in place of what is known of messages.
fn spoil(index: &Path) {
    let database = fjall::Database::builder(index).open().unwrap();
    let messages = database.keyspace("messages", Default::default).unwrap();
    assert!(!messages.is_empty().unwrap());
    for entry in messages.iter() {
        messages.insert(entry.key().unwrap(), "nonsense").unwrap();
    }
}

#[tokio::test]
async fn an_index_is_made_again_on_demand_when_nobody_uses_it() {
    let (world, album) = aged().await;
    let refused = SqliteStore::rebuild_index(world.path());
    assert!(matches!(refused, Err(OpenError::Locked)));
    let picture = album.picture(&**world.store()).await;
    let copy = copy_of(world.path());
    let rebuilt = SqliteStore::rebuild_index(copy.path()).unwrap();
    // Ten were accepted, departed, submitted and read, and one was received. News is not counted.
    assert_eq!((rebuilt.messages, rebuilt.events), (11, 41));
    assert_eq!(open_and_look(copy.path(), &album).await, picture);
}

#[tokio::test]
async fn what_is_erased_leaves_no_index() {
    let (world, _) = aged().await;
    let copy = copy_of(world.path());
    let erased = SqliteStore::erase(copy.path()).unwrap();
    assert!(!copy.path().join("index").exists());
    drop(erased);
    let store = SqliteStore::open(copy.path()).unwrap();
    assert_eq!(store.last_event(), 0);
}
