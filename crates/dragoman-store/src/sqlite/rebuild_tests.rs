use std::time::Duration;

use dragoman_core::Timestamp;

use super::*;
use crate::index::mark::Mark;
use crate::sqlite::open;

const NOW: Timestamp = Timestamp::from_seconds(1_790_000_000);

/// A log with one conversation, which is where its messages belong.
fn log() -> Connection {
    let connection = open::memory_connection().unwrap();
    let script = "INSERT INTO contacts (id, public, account, created_at)
            VALUES (1, zeroblob(16), 1, 0);
        INSERT INTO conversations (id, public, account, channel, contact, created_at)
            VALUES (1, zeroblob(16), 1, 2, 1, 0)";
    connection.execute_batch(script).unwrap();
    connection
}

/// A message of this time with an idempotency key.
fn keyed(connection: &Connection, at: Timestamp, key: [u8; 16]) -> i64 {
    let message = at.millis() << 12;
    let insert = "INSERT INTO messages (id, tail, account, channel, conversation, previous,
            direction, kind, priority, refused, referral, at, expires_at, version, body)
        VALUES (?1, 0, 1, 2, 1, 0, 1, 1, 1, 0, 0, 0, 0, 1, '')";
    connection.execute(insert, [message]).unwrap();
    let insert = "INSERT INTO keys (id, scope, key, fingerprint) VALUES (?1, 1, ?2, ?2)";
    connection.execute(insert, (message, key)).unwrap();
    message
}

#[test]
fn keys_whose_life_is_over_are_left_on_the_disk() {
    let connection = log();
    keyed(&connection, NOW, [1; 16]);
    let young = NOW.plus(Duration::from_secs(1));
    let young = keyed(&connection, young, [2; 16]);
    let newest = NOW.plus(Duration::from_secs(72 * 3600));
    let newest = keyed(&connection, newest, [3; 16]);
    let index = from_log(&connection, None).unwrap().index;
    let named = |key: u8| index.keys.get(&[key; 16]).map(|kept| kept.message);
    assert_eq!(
        [named(1), named(2), named(3)],
        [None, Some(young), Some(newest)]
    );
}

/// So many messages of this time, each accepted.
fn accepted(connection: &Connection, count: i64) {
    for number in 1..=count {
        let message = (NOW.millis() << 12) + number;
        let insert = "INSERT INTO messages (id, tail, account, channel, conversation, previous,
                direction, kind, priority, refused, referral, at, expires_at, version, body)
            VALUES (?1, ?2, 1, 2, 1, 0, 1, 1, 1, 0, 0, 0, 0, 1, '')";
        connection.execute(insert, [message, number]).unwrap();
        let insert = "INSERT INTO events (seq, previous, account, message, kind, at, version)
            VALUES (?1, 0, 1, ?2, 1, 0, 1)";
        connection.execute(insert, [number, message]).unwrap();
    }
}

#[test]
fn a_rebuild_that_was_broken_off_is_taken_up_where_it_stopped() {
    let connection = log();
    accepted(&connection, 5);
    let dir = tempfile::tempdir().unwrap();
    let fitting = Fitting::find(dir.path(), &connection, 2).unwrap();
    assert_eq!(fitting.mark, Mark::default());
    let rebuilt = from_log(&connection, Some(&fitting)).unwrap();
    assert_eq!((rebuilt.read.messages, rebuilt.read.events), (5, 5));
    // What was young is lost; two generations had aged on the way.
    drop((rebuilt, fitting));
    let fitting = Fitting::find(dir.path(), &connection, 2).unwrap();
    assert_eq!((fitting.mark.event, fitting.mark.tail), (4, 4));
    let rebuilt = from_log(&connection, Some(&fitting)).unwrap();
    assert_eq!((rebuilt.read.messages, rebuilt.read.events), (1, 1));
    for number in 1..=5 {
        let message = (NOW.millis() << 12) + number;
        let found = rebuilt.index.outcomes.get(&message).unwrap();
        assert_eq!((found.tail, found.last_event), (number, number));
    }
}

#[test]
fn people_of_whom_no_message_speaks_age_too() {
    let connection = log();
    let script = "WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
            INSERT INTO contacts (id, public, account, created_at)
            SELECT i, randomblob(16), 1, 0 FROM n;
        INSERT INTO conversations (id, public, account, channel, contact, created_at)
            SELECT id, public, 1, 2, id, 0 FROM contacts WHERE id BETWEEN 2 AND 2500";
    connection.execute_batch(script).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let fitting = Fitting::find(dir.path(), &connection, 100).unwrap();
    let rebuilt = from_log(&connection, Some(&fitting)).unwrap();
    assert!(rebuilt.index.young() <= 1024, "{}", rebuilt.index.young());
    drop((rebuilt, fitting));
    let fitting = Fitting::find(dir.path(), &connection, 100).unwrap();
    assert!(fitting.mark.contact > 3000, "{:?}", fitting.mark);
    let index = from_log(&connection, Some(&fitting)).unwrap().index;
    for contact in [1, 2500, 5000] {
        let person = index.people.get(&contact).unwrap();
        let talks = usize::from(contact <= 2500);
        assert_eq!(person.conversations.len(), talks);
    }
}
