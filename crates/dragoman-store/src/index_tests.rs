use std::time::Duration;

use dragoman_core::Timestamp;

use super::*;

const NOW: Timestamp = Timestamp::from_seconds(1_790_000_000);
const THREE_DAYS: Duration = Duration::from_secs(72 * 3600);

/// The row of a message of this time.
fn row(at: Timestamp) -> i64 {
    at.millis() << 12
}

fn key(number: usize) -> Key {
    (number as u128).to_be_bytes()
}

/// What a commit brings: messages of these keys, and a newest one.
fn commit(index: &mut Index, keys: &[(Key, i64)], newest: Timestamp) {
    let mut draft = Draft::default();
    for (key, message) in keys {
        let kept = Kept {
            fingerprint: Key::default(),
            message: *message,
        };
        draft.keys.put(*key, kept);
    }
    draft.newest = row(newest);
    index.absorb(draft);
}

#[test]
fn a_key_leaves_memory_when_its_life_is_over() {
    let mut index = Index::default();
    commit(&mut index, &[(key(1), row(NOW))], NOW);
    let almost = NOW.plus(THREE_DAYS - Duration::from_millis(1));
    commit(&mut index, &[(key(2), row(almost))], almost);
    assert_eq!(index.keys.len(), 2);
    commit(&mut index, &[], NOW.plus(THREE_DAYS));
    assert!(index.keys.keys().eq([&key(2)]));
    assert_eq!(index.keys_by_age.len(), 1);
}

#[test]
fn a_commit_without_messages_forgets_nothing() {
    let mut index = Index::default();
    commit(&mut index, &[(key(1), row(NOW))], NOW);
    commit(&mut index, &[], Timestamp::default());
    assert_eq!(index.keys.len(), 1);
}

#[test]
fn a_key_that_names_a_younger_message_stays() {
    let mut index = Index::default();
    commit(&mut index, &[(key(1), row(NOW))], NOW);
    let again = NOW.plus(THREE_DAYS);
    commit(&mut index, &[(key(1), row(again))], again);
    assert_eq!(index.keys[&key(1)].message, row(again));
    assert_eq!(index.keys_by_age.len(), 1);
}

#[test]
fn a_commit_forgets_a_bounded_number_and_the_next_goes_on() {
    let mut index = Index::default();
    let many: Vec<_> = (0..FORGOTTEN + 10)
        .map(|number| (key(number), row(NOW) + number as i64))
        .collect();
    commit(&mut index, &many, NOW);
    let later = NOW.plus(2 * THREE_DAYS);
    commit(&mut index, &[], later);
    assert_eq!(index.keys.len(), 10);
    commit(&mut index, &[], later);
    assert!(index.keys.is_empty());
}
