use tempfile::TempDir;

use super::*;
use crate::index::entry::Place;

const STORE: i64 = 7;

/// An outcome that can be told from others by its last event.
fn outcome(last_event: i64) -> Outcome {
    let place = Place {
        account: 2,
        channel: 3,
        contact: 5,
    };
    Outcome {
        provider_id: Some("wamid.1".into()),
        last_event,
        ..Outcome::received(1, place, 4)
    }
}

/// What a commit brings: new outcomes, and messages that are gone.
fn commit(index: &mut Index, changes: &[(i64, Option<i64>)]) {
    let mut draft = Draft::default();
    for (message, last_event) in changes {
        match last_event {
            Some(seq) => draft.outcomes.put(*message, outcome(*seq)),
            None => draft.outcomes.remove(*message),
        }
    }
    index.absorb(&mut draft);
}

fn last_event(index: &Index, message: i64) -> Option<i64> {
    index.outcomes.get(&message).map(|found| found.last_event)
}

fn shelf() -> (TempDir, Shelf) {
    let dir = tempfile::tempdir().unwrap();
    let shelf = Shelf::afresh(&dir.path().join("index"), STORE).unwrap();
    (dir, shelf)
}

/// Freezes, brings to the shelf, lets go.
fn age(index: &mut Index, shelf: &Shelf) {
    let generation = index.freeze().unwrap();
    shelf.write(&generation).unwrap();
    index.let_go(generation.mark);
}

#[test]
fn an_entry_is_found_while_it_is_young_and_frozen_and_when_it_has_aged() {
    let (_dir, shelf) = shelf();
    let mut index = Index::on(&shelf, Mark::default());
    commit(&mut index, &[(1, Some(10))]);
    assert_eq!((last_event(&index, 1), index.young()), (Some(10), 1));
    let generation = index.freeze().unwrap();
    assert_eq!((last_event(&index, 1), index.young()), (Some(10), 0));
    shelf.write(&generation).unwrap();
    assert_eq!(last_event(&index, 1), Some(10));
    index.let_go(generation.mark);
    assert_eq!(last_event(&index, 1), Some(10));
    assert_eq!(last_event(&index, 2), None);
    assert!(!shelf.alarm().is_raised());
}

fn address() -> Address {
    Address::parse("31612345678").unwrap()
}

/// A message, and who has an address: a table that is read again and again.
fn moved_to(index: &mut Index, message: i64, contact: Option<i64>) {
    let mut draft = Draft::default();
    draft.outcomes.put(message, outcome(message));
    match contact {
        Some(contact) => draft.addresses.put((1, address()), contact),
        None => draft.addresses.remove((1, address())),
    }
    index.absorb(&mut draft);
}

#[test]
fn what_was_read_from_the_shelf_is_not_believed_once_it_has_changed() {
    let (_dir, shelf) = shelf();
    let mut index = Index::on(&shelf, Mark::default());
    let found = |index: &Index| index.addresses.get(&(1, address())).map(|found| *found);
    moved_to(&mut index, 1, Some(10));
    age(&mut index, &shelf);
    assert_eq!((found(&index), found(&index)), (Some(10), Some(10)));
    moved_to(&mut index, 2, Some(11));
    assert_eq!(found(&index), Some(11));
    age(&mut index, &shelf);
    assert_eq!((found(&index), found(&index)), (Some(11), Some(11)));

    moved_to(&mut index, 3, None);
    assert_eq!(found(&index), None);
    age(&mut index, &shelf);
    assert_eq!(found(&index), None);
}

#[test]
fn the_youngest_answer_counts() {
    let (_dir, shelf) = shelf();
    let mut index = Index::on(&shelf, Mark::default());
    commit(&mut index, &[(1, Some(10))]);
    age(&mut index, &shelf);
    commit(&mut index, &[(1, Some(11))]);
    assert_eq!(last_event(&index, 1), Some(11));
    let generation = index.freeze().unwrap();
    commit(&mut index, &[(1, Some(12))]);
    shelf.write(&generation).unwrap();
    index.let_go(generation.mark);
    assert_eq!(last_event(&index, 1), Some(12));
}

#[test]
fn what_is_gone_hides_what_has_aged() {
    let (_dir, shelf) = shelf();
    let mut index = Index::on(&shelf, Mark::default());
    commit(&mut index, &[(1, Some(10)), (2, Some(20))]);
    age(&mut index, &shelf);
    commit(&mut index, &[(1, None)]);
    assert_eq!(last_event(&index, 1), None);
    age(&mut index, &shelf);
    assert_eq!(last_event(&index, 1), None);
    assert_eq!(last_event(&index, 2), Some(20));
}

#[test]
fn without_a_shelf_nothing_is_left_of_what_is_gone() {
    let mut index = Index::in_memory();
    commit(&mut index, &[(1, Some(10))]);
    commit(&mut index, &[(1, None)]);
    assert_eq!((last_event(&index, 1), index.young()), (None, 0));
}

#[test]
fn an_index_that_has_left_its_shelf_lets_others_open_it() {
    let (dir, shelf) = shelf();
    let mut index = Index::on(&shelf, Mark::default());
    commit(&mut index, &[(1, Some(10))]);
    age(&mut index, &shelf);
    index.leave_shelf();
    drop(shelf);
    let (shelf, mark) = Shelf::open(&dir.path().join("index"), STORE).unwrap();
    assert_eq!(last_event(&Index::on(&shelf, mark), 1), Some(10));
}
