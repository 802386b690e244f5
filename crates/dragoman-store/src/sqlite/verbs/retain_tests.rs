use std::time::Duration;

use dragoman_core::news::{ContactNews, Tidings};
use dragoman_core::ports::Store;
use dragoman_core::{Id, MessageId, State};
use rusqlite::params;

use super::*;
use crate::index::entry::{Outcome, Place, Waiting};
use crate::sqlite::SqliteStore;

const NOW: Timestamp = Timestamp::from_seconds(1_790_000_000);

/// A record of what a customer said.
const BODY: &str = r#"{"provider_id":"wamid.1","from":[],"at":0,"content":{"text":"Hi"}}"#;

const ALL: Retention = Retention {
    messages_before: Some(Timestamp::NEVER),
    bodies_before: None,
};

/// Settled messages of nobody, of which a few have not left the queue.
fn fill(batch: &mut Batch<'_>, settled: usize, waiting: usize) -> rusqlite::Result<()> {
    for number in 0..settled + waiting {
        let message = batch.next_message(NOW, 0);
        batch.sql(
            "INSERT INTO messages (id, tail, account, channel, conversation, previous, direction,
                kind, priority, refused, referral, at, expires_at, version, body)
             VALUES (?1, ?2, 1, 2, 1, 0, 2, 1, 0, 0, 0, 0, 0, 1, ?3)",
            params![message.row(), message.tail(), BODY],
        )?;
        batch.draft.outcomes.put(message.row(), outcome(message));
        if number < waiting {
            batch.enqueue(message.row(), queued())?;
        }
    }
    Ok(())
}

fn outcome(message: MessageId) -> Outcome {
    let place = Place {
        account: 1,
        channel: 2,
        contact: 1,
    };
    Outcome {
        last_event: -1,
        ..Outcome::received(message.tail(), place, 1)
    }
}

fn queued() -> Waiting {
    Waiting {
        channel: 2,
        state: State::Queued,
        due_at: NOW,
        starts: 0,
        attempt: None,
        wish: None,
    }
}

/// So many pieces of news.
fn tell(batch: &mut Batch<'_>, count: usize) -> rusqlite::Result<()> {
    let account = batch.row_of(Id::from_u128(1))?;
    (0..count).try_for_each(|_| {
        let what = Tidings::Contact {
            contact: Id::from_u128(2),
            channel: None,
            what: ContactNews::Updated,
        };
        batch.news(account, what, None, NOW)
    })
}

async fn told(store: &SqliteStore) -> usize {
    let told = store.events_after(0, usize::MAX).await;
    told.unwrap().len()
}

/// How much each step of a sweep takes away.
async fn sweep(store: &SqliteStore, retention: Retention) -> Vec<u64> {
    let mut steps = Vec::new();
    loop {
        let swept = store.retain(retention).await.unwrap();
        steps.push(swept.messages + swept.bodies);
        if !swept.more {
            return steps;
        }
    }
}

#[tokio::test]
async fn a_step_is_bounded_and_the_next_goes_on_where_it_ended() {
    let store = SqliteStore::in_memory().unwrap();
    store
        .write(|batch| fill(batch, 2 * STEP + 10, 0))
        .await
        .unwrap();
    let step = STEP as u64;
    // The newest stays: its number must not be given again.
    assert_eq!(sweep(&store, ALL).await, [step, step, 9]);
    assert_eq!(sweep(&store, ALL).await, [0]);
}

#[tokio::test]
async fn news_is_looked_at_in_bounded_steps_too() {
    let store = SqliteStore::in_memory().unwrap();
    store.write(|batch| tell(batch, STEP + 10)).await.unwrap();
    let first = store.retain(ALL).await.unwrap();
    assert_eq!((first.more, told(&store).await), (true, 10));
    let second = store.retain(ALL).await.unwrap();
    // The newest stays.
    assert_eq!((second.more, told(&store).await), (false, 1));
}

#[tokio::test]
async fn what_must_stay_is_passed_and_looked_at_again_by_the_next_sweep() {
    let store = SqliteStore::in_memory().unwrap();
    store
        .write(|batch| fill(batch, 10, STEP + 5))
        .await
        .unwrap();
    assert_eq!(sweep(&store, ALL).await, [0, 9]);
    store.write(settle).await.unwrap();
    assert_eq!(sweep(&store, ALL).await, [STEP as u64, 5]);
}

/// Everything leaves the queue.
fn settle(batch: &mut Batch<'_>) -> rusqlite::Result<()> {
    let waiting: Vec<i64> = batch.index.waiting.keys().copied().collect();
    waiting.into_iter().try_for_each(|row| batch.dequeue(row))
}

#[tokio::test]
async fn bodies_go_once_and_those_that_were_needed_when_they_are_not() {
    let store = SqliteStore::in_memory().unwrap();
    let said = Retention {
        messages_before: None,
        bodies_before: Some(Timestamp::NEVER),
    };
    store
        .write(|batch| fill(batch, 10, STEP + 5))
        .await
        .unwrap();
    assert_eq!(sweep(&store, said).await, [0, 10]);
    assert_eq!(sweep(&store, said).await, [0]);
    store.write(settle).await.unwrap();
    assert_eq!(sweep(&store, said).await, [STEP as u64, 5]);
    assert_eq!(sweep(&store, said).await, [0]);
}

#[tokio::test]
async fn messages_that_must_stay_do_not_keep_a_sweep_from_bodies() {
    let store = SqliteStore::in_memory().unwrap();
    let both = Retention {
        messages_before: Some(Timestamp::NEVER),
        bodies_before: Some(Timestamp::NEVER),
    };
    store
        .write(|batch| fill(batch, 10, 2 * STEP - 1))
        .await
        .unwrap();
    // Nine go, the newest is emptied; all others are looked at twice.
    assert_eq!(sweep(&store, both).await.iter().sum::<u64>(), 10);
    assert!(sweep(&store, both).await.len() <= 4);
}

#[tokio::test]
async fn nothing_goes_before_its_time() {
    let store = SqliteStore::in_memory().unwrap();
    store.write(|batch| fill(batch, 3, 0)).await.unwrap();
    let at = |messages_before| Retention {
        messages_before: Some(messages_before),
        bodies_before: None,
    };
    let early = store.retain(at(NOW)).await.unwrap();
    assert_eq!(early, Swept::default());
    let late = store.retain(at(NOW.plus(Duration::from_millis(1))));
    assert_eq!(late.await.unwrap().messages, 2);
}
