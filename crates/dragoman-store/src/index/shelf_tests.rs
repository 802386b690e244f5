use std::time::Duration;

use dragoman_core::contact::Contact;
use dragoman_core::{Address, Id, MessageId, Timestamp};
use tempfile::TempDir;

use super::*;
use crate::index::Index;
use crate::index::draft::Draft;
use crate::index::entry::{Kept, Outcome, Person, Place};
use crate::index::generation::Frozen;
use crate::index::key::Key;

const STORE: i64 = 7;
const NOW: Timestamp = Timestamp::from_seconds(1_790_000_000);

/// A message of this time.
fn message(at: Timestamp) -> i64 {
    at.millis() << 12
}

/// What has aged of one idempotency key each.
fn generation(keys: &[(Key, i64)], newest: i64) -> Generation {
    let kept = |message: i64| Kept {
        fingerprint: Key::default(),
        message,
    };
    let keys = keys
        .iter()
        .map(|(key, message)| (*key, Some(kept(*message))));
    Generation {
        outcomes: Frozen::default(),
        keys: Frozen {
            entries: Arc::new(keys.collect()),
            aged: None,
        },
        provider_ids: Frozen::default(),
        people: Frozen::default(),
        addresses: Frozen::default(),
        ends: Frozen::default(),
        mark: Mark {
            message: newest,
            ..Mark::default()
        },
    }
}

/// A folder with a shelf that was written once and closed.
fn written() -> (TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let place = place(dir.path());
    let shelf = Shelf::afresh(&place, STORE).unwrap();
    let row = message(NOW);
    shelf.write(&generation(&[([1; 16], row)], row)).unwrap();
    (dir, place)
}

/// Why it does not open.
fn misfit(place: &Path, store: i64) -> Option<Misfit> {
    Shelf::open(place, store).err()
}

#[test]
fn a_shelf_opens_with_its_mark() {
    let (_dir, place) = written();
    let (shelf, mark) = Shelf::open(&place, STORE).unwrap();
    assert_eq!(mark.message, message(NOW));
    let kept = shelf.aged(shelf.files.keys()).get(&[1; 16]);
    assert_eq!(kept.map(|kept| kept.message), Some(message(NOW)));
}

#[test]
fn what_is_not_there_or_has_no_mark_does_not_fit() {
    let dir = tempfile::tempdir().unwrap();
    let place = place(dir.path());
    assert!(matches!(misfit(&place, STORE), Some(Misfit::Missing)));
    let shelf = Shelf::afresh(&place, STORE).unwrap();
    let mut batch = shelf.database.batch();
    let gone = Young::from_iter([((), None)]);
    shelf.files.marks().add(&mut batch, &gone);
    batch.commit().unwrap();
    drop(shelf);
    assert!(matches!(misfit(&place, STORE), Some(Misfit::Unmarked)));
}

#[test]
fn a_new_shelf_fits_and_holds_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let place = place(dir.path());
    drop(Shelf::afresh(&place, STORE).unwrap());
    let (_, mark) = Shelf::open(&place, STORE).unwrap();
    assert_eq!(mark, Mark::default());
}

#[test]
fn the_shelf_of_another_store_does_not_fit() {
    let (_dir, place) = written();
    assert!(matches!(misfit(&place, STORE + 1), Some(Misfit::Foreign)));
}

#[test]
fn a_shelf_of_another_format_does_not_fit() {
    let (_dir, place) = written();
    let (shelf, mark) = Shelf::open(&place, STORE).unwrap();
    let label = Label {
        format: FORMAT + 1,
        store: STORE,
        mark,
    };
    let mut batch = shelf.database.batch();
    let young = Young::from_iter([((), Some(label))]);
    shelf.files.marks().add(&mut batch, &young);
    batch.commit().unwrap();
    drop(shelf);
    assert!(matches!(misfit(&place, STORE), Some(Misfit::Unmarked)));
}

#[test]
fn files_that_the_lsm_does_not_understand_do_not_open() {
    let (_dir, place) = written();
    fs::write(place.join("version"), "4").unwrap();
    assert!(matches!(misfit(&place, STORE), Some(Misfit::Shut(_))));
    let shelf = Shelf::afresh(&place, STORE).unwrap();
    assert!(shelf.aged(shelf.files.keys()).get(&[1; 16]).is_none());
}

#[test]
fn a_shelf_whose_opening_ended_the_process_is_not_opened_again() {
    let (_dir, place) = written();
    Alarm::of(&place).leave_note().unwrap();
    assert!(matches!(misfit(&place, STORE), Some(Misfit::Doubtful)));
}

#[test]
fn what_cannot_be_read_raises_the_alarm_and_is_not_opened_again() {
    let (_dir, place) = written();
    let (shelf, mark) = Shelf::open(&place, STORE).unwrap();
    let index = Index::on(&shelf, mark);
    let file = shelf
        .database
        .keyspace(files::KEYS, Default::default)
        .unwrap();
    for entry in file.iter() {
        file.insert(entry.key().unwrap(), "no entry").unwrap();
    }
    assert!(!shelf.alarm().is_raised());
    assert!(index.keys.get(&[1; 16]).is_none());
    assert!(shelf.alarm().is_raised());
    drop((index, shelf));
    assert!(matches!(misfit(&place, STORE), Some(Misfit::Doubtful)));
    drop(Shelf::afresh(&place, STORE).unwrap());
    assert!(Shelf::open(&place, STORE).is_ok());
}

#[test]
fn a_key_whose_life_is_over_leaves_the_disk_when_its_file_is_merged() {
    let dir = tempfile::tempdir().unwrap();
    let shelf = Shelf::afresh(&place(dir.path()), STORE).unwrap();
    let (old, young) = (message(NOW), message(NOW.plus(Duration::from_secs(1))));
    let keys = [([1; 16], old), ([2; 16], young)];
    shelf.write(&generation(&keys, young)).unwrap();
    merge(&shelf);
    assert!(shelf.aged(shelf.files.keys()).get(&[1; 16]).is_some());
    let newest = message(NOW.plus(Duration::from_secs(72 * 3600)));
    shelf
        .write(&generation(&[([3; 16], newest)], newest))
        .unwrap();
    merge(&shelf);
    let is_there = |key: u8| shelf.aged(shelf.files.keys()).get(&[key; 16]).is_some();
    assert_eq!([is_there(1), is_there(2), is_there(3)], [false, true, true]);
}

/// Makes one file of a table's files.
fn merge(shelf: &Shelf) {
    let file = shelf
        .database
        .keyspace(files::KEYS, Default::default)
        .unwrap();
    file.rotate_memtable_and_wait().unwrap();
    file.major_compact().unwrap();
}

#[test]
fn a_generation_is_written_whole_with_its_removals() {
    let dir = tempfile::tempdir().unwrap();
    let shelf = Shelf::afresh(&place(dir.path()), STORE).unwrap();
    let mut index = Index::on(&shelf, Mark::default());
    let address = Address::parse("31612345678").unwrap();
    for mut draft in [filled(&address), emptied(&address)] {
        index.absorb(&mut draft);
        let generation = index.freeze().unwrap();
        shelf.write(&generation).unwrap();
        index.let_go(generation.mark);
    }
    assert!(
        shelf
            .aged(shelf.files.provider_ids())
            .get(&[1; 16])
            .is_none()
    );
    assert!(
        shelf
            .aged(shelf.files.addresses())
            .get(&(1, address))
            .is_none()
    );
    let person = shelf.aged(shelf.files.people()).get(&3);
    assert_eq!(person, Some(person_3()));
    assert_eq!(shelf.mark().unwrap().event, 9);
}

fn filled(address: &Address) -> Draft {
    let mut draft = Draft::default();
    draft.outcomes.put(1, outcome());
    draft.provider_ids.put([1; 16], 1);
    draft.addresses.put((1, address.clone()), 1);
    draft.people.put(3, person_3());
    draft
}

fn emptied(address: &Address) -> Draft {
    let mut draft = Draft::default();
    draft.outcomes.put(1, outcome());
    draft.provider_ids.remove([1; 16]);
    draft.addresses.remove((1, address.clone()));
    draft.mark.event = 9;
    draft
}

fn person_3() -> Arc<Person> {
    let contact = Contact {
        id: Id::from_u128(3),
        name: None,
        profile: None,
        addresses: Vec::new(),
        created_at: NOW,
    };
    Arc::new(Person::new(contact))
}

fn outcome() -> Outcome {
    let place = Place {
        account: 1,
        channel: 2,
        contact: 3,
    };
    Outcome::received(MessageId::from_parts(1, 2).tail(), place, 4)
}
