//! News.

use dragoman_core::Secret;
use dragoman_core::catalog::{StopReason, Team, User};
use dragoman_core::news::{
    ContactNews, DeliveryNews, Membership, Notice, Session, StaffNews, Tidings,
};

use super::*;

fn user() -> User {
    User {
        id: id(5),
        account: id(1),
        password_hash: Some(Secret::new("$argon2id$")),
        available: false,
        available_at: AT,
        status: Some((id(9), AT)),
        created_at: AT,
        email: "a@b.c".into(),
        name: "A".into(),
        teams: vec![id(4)],
    }
}

fn team() -> Team {
    Team {
        id: id(4),
        account: id(1),
        name: "General".into(),
        default: true,
        created_at: AT,
    }
}

/// One of every kind, each with the number under which it is stored.
fn all() -> Vec<(i64, Tidings)> {
    let of_contact = |channel, what| Tidings::Contact {
        contact: id(3),
        channel,
        what,
    };
    let closed = ContactNews::Closed {
        reason: "issue_resolved".into(),
    };
    let session = |session| Tidings::Staff(StaffNews::Session(user(), session));
    let membership = |way| Tidings::Staff(StaffNews::Membership(user(), team(), way));
    let notice = Notice {
        channel: id(2),
        format: "whatsapp_onprem".into(),
        body: raw(),
    };
    let delivery = DeliveryNews {
        subscription: id(6),
        failing_since: Some(AT),
        stopped: Some(StopReason::Failing),
    };
    vec![
        (10, Tidings::Delivery(delivery)),
        (1, of_contact(None, ContactNews::Created)),
        (2, of_contact(Some(id(2)), ContactNews::Updated)),
        (3, of_contact(None, ContactNews::Deleted)),
        (4, of_contact(Some(id(2)), ContactNews::Opened)),
        (5, of_contact(Some(id(2)), closed)),
        (6, Tidings::Staff(StaffNews::Status(user()))),
        (7, session(Session::LoggedIn)),
        (7, session(Session::LoggedOut)),
        (7, session(Session::EndedBySystem)),
        (8, membership(Membership::Added)),
        (8, membership(Membership::Removed)),
        (9, Tidings::Notice(notice)),
    ]
}

#[test]
fn every_piece_of_news_comes_back_under_its_number() {
    for (kind, what) in all() {
        let columns = news::columns(&what);
        assert_eq!(columns.kind, kind);
        let read = news::from_columns(VERSION, kind, &columns.data).unwrap();
        assert_eq!(read, what, "{}", columns.data);
    }
}

#[test]
fn news_of_another_version_or_kind_is_not_guessed_at() {
    let (kind, what) = all().remove(0);
    let data = news::columns(&what).data;
    assert!(news::from_columns(VERSION + 1, kind, &data).is_err());
    assert!(news::from_columns(VERSION, 99, &data).is_err());
    assert!(news::from_columns(VERSION, kind, "{}").is_err());
}
