use std::sync::mpsc;
use std::time::Duration;

use dragoman_core::ports::{Moment, Store};
use dragoman_core::submission::IdempotencyKey;
use dragoman_core::{Address, Id, Timestamp};
use dragoman_testkit::until;

use super::*;
use crate::index::entry::{Outcome, Place};
use crate::sqlite::verbs::people::Caller;

const NOW: Timestamp = Timestamp::from_seconds(1_790_000_000);
const DEADLINE: Duration = Duration::from_secs(10);

/// Keeps the writer busy until it is let go.
async fn hold(store: &SqliteStore) -> Sender<()> {
    let (started, busy) = oneshot::channel();
    let (release, held) = mpsc::channel();
    let verb: Verb = Box::new(move |_| {
        started.send(()).expect("the test waits for it");
        held.recv().expect("the test lets go");
        let answer: Answer = Box::new(|| ());
        Ok(answer)
    });
    store.order(Order::Verb(verb)).unwrap();
    busy.await.unwrap();
    release
}

fn fill_the_line(store: &SqliteStore) {
    for _ in 0..orders::MOST {
        store.order(Order::Read(Box::new(|_| ()))).unwrap();
    }
}

#[tokio::test]
async fn a_failed_commit_fails_all_its_waiters_and_is_never_tried_again() {
    let dir = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(dir.path()).unwrap();
    store.heartbeat(NOW).await.unwrap();
    let later = NOW.plus(Duration::from_secs(1));
    // Both wait while the writer is busy with another batch, so that they share the next one.
    let release = hold(&store).await;
    let good = store.heartbeat(later);
    let bad = store.write(|_| Err::<(), _>(rusqlite::Error::InvalidQuery));
    let letting_go = async { release.send(()).unwrap() };
    let (good, bad, ()) = tokio::join!(good, bad, letting_go);
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

#[tokio::test]
async fn a_verb_that_finds_the_line_full_is_refused_at_once_and_the_store_stays_well() {
    let store = SqliteStore::in_memory().unwrap();
    let release = hold(&store).await;
    fill_the_line(&store);
    let crowded = StoreError::Unwell("too many verbs wait".into());
    assert_eq!(store.heartbeat(NOW).await, Err(crowded));
    assert!(store.is_well());
    release.send(()).unwrap();
    let room = async || store.heartbeat(NOW).await.ok();
    until("there is room again", DEADLINE, room).await;
}

#[tokio::test]
async fn a_store_whose_line_is_full_can_be_closed() {
    let store = SqliteStore::in_memory().unwrap();
    let release = hold(&store).await;
    fill_the_line(&store);
    let letting_go = async { release.send(()).unwrap() };
    let (closed, ()) = tokio::join!(store.close(), letting_go);
    assert_eq!(closed, Ok(()));
}

#[tokio::test]
async fn the_first_answer_does_not_wait_for_the_writer() {
    let store = SqliteStore::in_memory().unwrap();
    let release = hold(&store).await;
    let key = IdempotencyKey {
        key: [1; 16],
        fingerprint: [1; 16],
    };
    let answer = tokio::time::timeout(DEADLINE, store.first_answer(&key, NOW));
    assert!(answer.await.expect("in time").unwrap().is_none());
    release.send(()).unwrap();
}

const TINY: Options = Options { generation: 1 };

/// Keeps so many messages of nobody.
fn keep(batch: &mut Batch<'_>, count: usize) -> rusqlite::Result<()> {
    for _ in 0..count {
        let message = batch.next_message(NOW, 7 << 66);
        batch.sql(
            "INSERT INTO messages (id, tail, account, channel, conversation, previous, direction,
                kind, priority, refused, referral, at, expires_at, version, body)
             VALUES (?1, ?2, 1, 2, 1, 0, 2, 1, 0, 0, 0, 0, 0, 1, '')",
            [message.row(), message.tail()],
        )?;
        let place = Place {
            account: 1,
            channel: 2,
            contact: 1,
        };
        let outcome = Outcome::received(message.tail(), place, 1);
        batch.draft.outcomes.put(message.row(), outcome);
    }
    Ok(())
}

#[tokio::test]
async fn a_writer_that_is_far_ahead_waits_for_the_index_and_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let store = SqliteStore::open_with(dir.path(), TINY).unwrap();
    for _ in 0..20 {
        let ahead = store.write(|batch| {
            let young = batch.index.young();
            keep(batch, 50).map(|()| young)
        });
        let young = tokio::time::timeout(DEADLINE, ahead)
            .await
            .expect("in time");
        assert!(young.unwrap() < 4);
    }
}

#[tokio::test]
async fn a_store_that_was_closed_leaves_the_next_one_nothing_to_replay() {
    let dir = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(dir.path()).unwrap();
    store.write(|batch| keep(batch, 5)).await.unwrap();
    store.close().await.unwrap();
    let connection = open::main_connection(&dir.path().join("dragoman.db")).unwrap();
    let fitting = Fitting::find(dir.path(), &connection, 1).unwrap();
    let rebuilt = rebuild::from_log(&connection, Some(&fitting)).unwrap();
    assert_eq!(rebuilt.read.messages, 0);
    assert_eq!(rebuilt.index.young(), 0);
    assert_eq!(fitting.mark.message, rebuilt.counters.message);
}

#[tokio::test]
async fn people_without_messages_are_left_nobody_to_replay_either() {
    let dir = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(dir.path()).unwrap();
    let known = store.write(|batch| {
        let account = batch.row_of(Id::from_u128(9))?;
        let caller = Caller {
            account,
            addresses: &[Address::user("NL.1")],
            name: None,
            id: Id::from_u128(1),
            at: Moment {
                machine: NOW,
                now: NOW,
            },
        };
        verbs::people::make(batch, &caller)
    });
    let contact = known.await.unwrap();
    store.close().await.unwrap();
    let connection = open::main_connection(&dir.path().join("dragoman.db")).unwrap();
    let fitting = Fitting::find(dir.path(), &connection, 1).unwrap();
    assert_eq!(fitting.mark.contact, contact);
    let rebuilt = rebuild::from_log(&connection, Some(&fitting)).unwrap();
    assert!(rebuilt.index.people.get(&contact).is_some());
    assert_eq!(rebuilt.index.young(), 0);
}
