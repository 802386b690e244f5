//! Every place where a webhook names a customer: by number, by user id, by the parent's user id.

use super::receiving::{inbound, number, statuses, user};
use super::*;

fn parent() -> Address {
    Address::user("NL.ENT.506847293015824")
}

fn check(body: &str, expected: &[Address]) {
    assert_eq!(inbound(body).from, expected);
}

#[test]
fn a_customer_may_hide_the_number() {
    let hidden = include_str!("../fixtures/receive_text_without_number.json");
    check(hidden, &[user()]);
    assert_eq!(inbound(hidden).profile_name.as_deref(), Some("Ann"));
    check(
        include_str!("../fixtures/receive_text_before_user_ids.json"),
        &[number()],
    );
    check(
        include_str!("../fixtures/receive_text_with_user_id_beside.json"),
        &[number(), user()],
    );
}

#[test]
fn the_parents_user_id_is_one_more_address() {
    check(
        include_str!("../fixtures/receive_text_with_parent_user_id.json"),
        &[number(), user(), parent()],
    );
    check(
        include_str!("../fixtures/receive_text_with_parent_user_id_beside.json"),
        &[user(), parent()],
    );
}

#[test]
fn a_customer_who_moves_has_the_old_addresses_before_the_new_ones() {
    let moved = Address::parse("31687654321").unwrap();
    check(
        include_str!("../fixtures/receive_system.json"),
        &[number(), moved.clone(), user()],
    );
    check(
        include_str!("../fixtures/receive_system_number_before_user_ids.json"),
        &[number(), moved],
    );
    check(
        include_str!("../fixtures/receive_system_user_id.json"),
        &[user(), Address::user("NL.99887766554433221100"), parent()],
    );
}

#[test]
fn a_notice_about_something_else_gives_no_address() {
    check(
        include_str!("../fixtures/receive_system_identity.json"),
        &[number()],
    );
}

#[test]
fn a_status_may_name_a_user_id_alone_or_beside_the_number() {
    let check = |body: &str, recipient: &str, user: Option<&str>| {
        let status = statuses(body).remove(0);
        let named = (
            status.recipient.as_deref(),
            status.recipient_user.as_deref(),
        );
        assert_eq!(named, (Some(recipient), user));
    };
    let id = "NL.13491208655302741918";
    check(
        include_str!("../fixtures/receive_status_of_user_id.json"),
        id,
        Some(id),
    );
    check(
        include_str!("../fixtures/receive_status_with_user_id.json"),
        "31612345678",
        Some(id),
    );
    check(
        include_str!("../fixtures/receive_statuses.json"),
        "31612345678",
        None,
    );
}
