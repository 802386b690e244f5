use dragoman_core::Timestamp;
use dragoman_core::ports::Store;

use super::*;

const NOW: Timestamp = Timestamp::from_seconds(1_790_000_000);

#[tokio::test]
async fn a_failed_commit_fails_all_its_waiters_and_is_never_tried_again() {
    let dir = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(dir.path()).unwrap();
    store.heartbeat(NOW).await.unwrap();
    let later = NOW.plus(std::time::Duration::from_secs(1));
    // Both wait while the writer is busy with another batch, so that they share the next one.
    let (started, busy) = oneshot::channel();
    let (release, held) = mpsc::channel::<()>();
    let first = store.write(move |_| {
        started.send(()).expect("the test waits for it");
        held.recv().expect("the test lets go");
        Ok(())
    });
    let second = async {
        busy.await.unwrap();
        let good = store.heartbeat(later);
        let bad = store.write(|_| Err::<(), _>(rusqlite::Error::InvalidQuery));
        let letting_go = async { release.send(()).unwrap() };
        tokio::join!(good, bad, letting_go)
    };
    let (first, (good, bad, ())) = tokio::join!(first, second);
    assert_eq!(first, Ok(()));
    assert!(matches!(good, Err(StoreError::Unwell(_))));
    assert!(matches!(bad, Err(StoreError::Unwell(_))));
    assert!(!store.is_well());
    assert!(store.heartbeat(later).await.is_err());
    assert!(store.close().await.is_err());
    let next = SqliteStore::open(dir.path()).unwrap();
    assert_eq!(next.last_heartbeat().await.unwrap(), Some(NOW));
}

#[tokio::test]
async fn a_writer_that_panics_leaves_the_store_unwell() {
    let store = SqliteStore::in_memory().unwrap();
    let lost = store.write(|_| -> rusqlite::Result<()> { panic!("on purpose") });
    assert!(matches!(lost.await, Err(StoreError::Unwell(_))));
    assert!(store.heartbeat(NOW).await.is_err());
    assert!(store.close().await.is_err());
}
