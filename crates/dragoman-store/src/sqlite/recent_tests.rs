use std::sync::Arc;

use dragoman_core::Timestamp;
use dragoman_core::event::Event;
use dragoman_core::inbound::{Inbound, InboundContent};

use super::*;

fn body(bytes: usize) -> Weighed {
    let inbound = Inbound {
        provider_id: "wamid.1".into(),
        from: Vec::new(),
        profile_name: None,
        at: Timestamp::default(),
        content: InboundContent::Text("Hi".into()),
        context: None,
        referral: None,
        identity: None,
    };
    Weighed {
        body: Body::Inbound(Arc::new(inbound)),
        bytes,
    }
}

fn kept(recent: &Recent, rows: std::ops::Range<i64>) -> Vec<i64> {
    rows.filter(|row| recent.body(*row).is_some()).collect()
}

#[test]
fn the_oldest_bodies_make_room_when_there_are_many() {
    let mut recent = Recent::after(0);
    let count = KEPT as i64;
    for row in 1..count + 3 {
        recent.keep_body(row, body(1));
    }
    assert_eq!(kept(&recent, 1..5), [3, 4]);
    assert_eq!(kept(&recent, 1..count + 3).len(), KEPT);
    assert_eq!(recent.bytes, KEPT);
}

#[test]
fn the_oldest_bodies_make_room_when_they_are_large() {
    let mut recent = Recent::after(0);
    let quarter = BYTES / 4;
    for row in 1..5 {
        recent.keep_body(row, body(quarter));
    }
    // A body that is kept already is not counted twice.
    recent.keep_body(4, body(quarter));
    assert_eq!(kept(&recent, 1..5), [1, 2, 3, 4]);
    recent.keep_body(5, body(quarter + 1));
    assert_eq!(kept(&recent, 1..6), [3, 4, 5]);
    assert_eq!(recent.bytes, 3 * quarter + 1);
}

#[test]
fn a_body_that_is_too_large_alone_is_not_kept() {
    let mut recent = Recent::after(0);
    recent.remember(Vec::new(), vec![(1, body(1)), (2, body(BYTES + 1))]);
    assert!(kept(&recent, 1..3).is_empty());
    assert_eq!(recent.bytes, 0);
}

fn event(seq: i64) -> Happening {
    Happening::Event(Event {
        seq,
        account: dragoman_core::Id::from_u128(1),
        message: dragoman_core::MessageId::from_parts(seq, 0),
        at: Timestamp::default(),
        what: dragoman_core::event::What::Accepted,
    })
}

#[test]
fn what_a_sweep_has_taken_away_is_forgotten_and_not_kept_again() {
    let mut recent = Recent::after(0);
    let bodies = (1..=4).map(|row| (row, body(10)));
    recent.remember((1..=4).map(event), bodies);
    recent.forget(Gone {
        message: 2,
        event: 3,
        bodies: Vec::new(),
    });
    // A reader that was under way comes with what it has read before.
    recent.keep_body(2, body(10));
    assert_eq!((kept(&recent, 0..5), recent.bytes), (vec![3, 4], 20));
    assert!(recent.events_after(2, 9).is_none());
    assert_eq!(recent.events_after(3, 9).unwrap().len(), 1);
    recent.forget(Gone::default());
    assert_eq!(kept(&recent, 0..5), [3, 4]);
}

#[test]
fn a_body_that_was_taken_away_is_forgotten_alone_and_not_kept_again() {
    let mut recent = Recent::after(0);
    for row in 1..=3 {
        recent.keep_body(row, body(10));
    }
    let before = recent.erasures();
    recent.forget(Gone {
        bodies: vec![2, 9],
        ..Gone::default()
    });
    // A reader that was under way comes with what it has read before.
    recent.keep_read_body(2, body(10), before);
    assert_eq!((kept(&recent, 0..5), recent.bytes), (vec![1, 3], 20));
    recent.keep_read_body(2, body(1), recent.erasures());
    assert_eq!((kept(&recent, 0..5), recent.bytes), (vec![1, 2, 3], 21));
}
