use std::time::Duration;

use dragoman_core::State;
use dragoman_core::event::What;
use dragoman_core::id::AttemptId;
use dragoman_core::inbound::{Report, StatusKind};
use dragoman_core::outcome::Settlement;
use dragoman_core::ports::{Store, StoreError};
use dragoman_store::{OpenError, SqliteStore};
use dragoman_testkit::tenant;

use crate::files::copy_of;
use crate::picture::Album;
use crate::world::{
    ACCOUNT, CHANNEL, CUSTOMER, NOW, check, check_durable, check_durable_embedded, inbound,
    receipt, status,
};

#[tokio::test]
async fn what_was_in_flight_at_the_end_is_unknown_at_the_start() {
    check_durable(async |mut world| {
        let in_flight = world.accept_and_begin(CUSTOMER, AttemptId(9)).await;
        let waiting = world.accept(CUSTOMER).await.message;
        world.claim(waiting).await.unwrap();
        for _ in 0..2 {
            world.restart();
            let message = in_flight.message();
            assert_eq!(world.state(message).await, State::Unknown);
            let reason = "crash".into();
            assert_eq!(world.last(message).await, What::Unknown { reason });
            assert_eq!(world.story(message).await.len(), 3);
            assert!(world.claim(message).await.is_none());
        }
        // A claim was never written: the message simply waits.
        assert_eq!(world.state(waiting).await, State::Queued);
        assert_eq!(world.queued().await, [waiting]);
        let echo = status("wamid.1", Some(in_flight.token()), StatusKind::Sent, 5);
        assert_eq!(world.record(vec![echo]).await.statuses, 1);
        assert_eq!(world.state(in_flight.message()).await, State::Sent);
    })
    .await;
}

#[tokio::test]
async fn a_restart_keeps_everything() {
    check_durable(async |mut world| {
        let mut messages = vec![world.accept(CUSTOMER).await.message];
        messages.push(world.submitted("31600000001", "wamid.1").await);
        messages.push(world.submitted("31600000002", "wamid.2").await);
        world.status("wamid.2", StatusKind::Read, 9).await;
        let in_flight = world.accept_and_begin(CUSTOMER, AttemptId(9)).await;
        let retry = Settlement::Retry {
            failure: crate::world::failure(),
            due_at: NOW.plus(Duration::from_secs(8)),
        };
        world.settle(&in_flight, retry).await;
        messages.push(in_flight.message());
        world
            .record(vec![Report::Inbound(inbound("wamid.in", &[CUSTOMER]))])
            .await;
        messages.push(world.named("wamid.in").await.unwrap().message);
        let album = Album {
            messages,
            provider_ids: vec!["wamid.1".to_owned(), "wamid.in".to_owned()],
            customers: vec![CUSTOMER.to_owned()],
            ..Album::default()
        };
        let before = album.picture(&**world.store()).await;
        for _ in 0..2 {
            world.restart();
            assert_eq!(album.picture(&**world.store()).await, before);
        }
    })
    .await;
}

#[tokio::test]
async fn a_second_process_is_refused() {
    check_durable_embedded(async |mut world| {
        let second = SqliteStore::open(world.path());
        assert!(matches!(second, Err(OpenError::Locked)));
        world.restart();
        assert!(world.store().is_well());
    })
    .await;
}

#[tokio::test]
async fn a_process_that_is_killed_loses_nothing_that_was_answered() {
    check_durable_embedded(async |world| {
        let in_flight = world.accept_and_begin(CUSTOMER, AttemptId(9)).await;
        let waiting = world.accept(CUSTOMER).await;
        let dir = copy_of(world.path());
        let store = SqliteStore::open(dir.path()).unwrap();
        let doubted = store
            .message(tenant(ACCOUNT), in_flight.message())
            .await
            .unwrap();
        assert_eq!(doubted.unwrap().fold.state, State::Unknown);
        let queue = store.queue(CHANNEL).await.unwrap();
        assert_eq!(queue.len(), 1);
        assert_eq!(queue[0].message, waiting.message);
    })
    .await;
}

#[tokio::test]
async fn a_newer_schema_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    drop(SqliteStore::open(dir.path()).unwrap());
    let connection = rusqlite::Connection::open(dir.path().join("dragoman.db")).unwrap();
    connection
        .pragma_update(None, "user_version", 1000)
        .unwrap();
    drop(connection);
    let refused = SqliteStore::open(dir.path());
    assert!(matches!(refused, Err(OpenError::Newer { found: 1000, .. })));
}

#[cfg(unix)]
#[tokio::test]
async fn the_files_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    check_durable_embedded(async |world| {
        world.accept(CUSTOMER).await;
        for entry in std::fs::read_dir(world.path()).unwrap() {
            let entry = entry.unwrap();
            let mode = entry.metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0, "{:?}", entry.path());
        }
    })
    .await;
}

#[tokio::test]
async fn a_closed_store_has_kept_what_was_asked_and_answers_nothing_more() {
    let dir = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(dir.path()).unwrap();
    store.heartbeat(NOW).await.unwrap();
    store.close().await.unwrap();
    store.close().await.unwrap();
    assert!(!store.is_well());
    let late = store.heartbeat(NOW).await;
    assert!(matches!(late, Err(StoreError::Unwell(_))));
    // The directory is free although the old store is still there.
    let next = SqliteStore::open(dir.path()).unwrap();
    let later = NOW.plus(Duration::from_secs(1));
    assert_eq!(next.last_heartbeat().await.unwrap(), Some(NOW));
    next.heartbeat(later).await.unwrap();
    assert_eq!(next.last_heartbeat().await.unwrap(), Some(later));
}

#[tokio::test]
async fn a_provider_id_that_is_given_twice_belongs_to_the_last_message() {
    check(async |world| {
        world.submitted(CUSTOMER, "wamid.1").await;
        let in_flight = world.accept_and_begin(CUSTOMER, AttemptId(9)).await;
        assert!(world.settle(&in_flight, receipt("wamid.1")).await);
        let named = world.named("wamid.1").await.unwrap().message;
        assert_eq!(named, in_flight.message());
    })
    .await;
}

#[test]
fn what_is_in_use_is_not_erased_and_what_is_erased_is_held() {
    let directory = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(directory.path()).unwrap();
    let refused = SqliteStore::erase(directory.path());
    assert!(matches!(refused, Err(OpenError::Locked)));
    drop(store);

    let erased = SqliteStore::erase(directory.path()).unwrap();
    assert!(!directory.path().join("dragoman.db").exists());
    let refused = SqliteStore::open(directory.path());
    assert!(matches!(refused, Err(OpenError::Locked)));
    drop(erased);
    assert!(SqliteStore::open(directory.path()).is_ok());
}
