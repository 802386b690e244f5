use std::sync::Arc;

use dragoman_core::Timestamp;
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
    for row in 0..count + 2 {
        recent.keep_body(row, body(1));
    }
    assert_eq!(kept(&recent, 0..4), [2, 3]);
    assert_eq!(kept(&recent, 0..count + 2).len(), KEPT);
    assert_eq!(recent.bytes, KEPT);
}

#[test]
fn the_oldest_bodies_make_room_when_they_are_large() {
    let mut recent = Recent::after(0);
    let quarter = BYTES / 4;
    for row in 0..4 {
        recent.keep_body(row, body(quarter));
    }
    // A body that is kept already is not counted twice.
    recent.keep_body(3, body(quarter));
    assert_eq!(kept(&recent, 0..4), [0, 1, 2, 3]);
    recent.keep_body(4, body(quarter + 1));
    assert_eq!(kept(&recent, 0..5), [2, 3, 4]);
    assert_eq!(recent.bytes, 3 * quarter + 1);
}

#[test]
fn a_body_that_is_too_large_alone_is_not_kept() {
    let mut recent = Recent::after(0);
    recent.remember(Vec::new(), vec![(0, body(1)), (1, body(BYTES + 1))]);
    assert!(kept(&recent, 0..2).is_empty());
    assert_eq!(recent.bytes, 0);
}
