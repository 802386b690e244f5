//! What the receiver was told.

use super::*;

pub(super) const ALL: &[fn()] = &[
    a_missing_webhook_is_found,
    where_nobody_subscribed_no_webhook_is_missing,
    a_customer_s_message_that_was_not_told_is_found,
    a_change_that_is_told_as_two_events_is_found,
    news_of_what_is_not_kept_is_found,
];

#[test]
fn a_missing_webhook_is_found() {
    check_planted(
        |ledgers| {
            let told = ledgers.told.as_mut().unwrap();
            told.retain(|told| told.status != "delivered");
        },
        &["R22: echo is delivered and the receiver was never told"],
    );
}

#[test]
fn where_nobody_subscribed_no_webhook_is_missing() {
    check_planted(|ledgers| ledgers.told = None, &[]);
}

#[test]
fn a_customer_s_message_that_was_not_told_is_found() {
    check_planted(
        |ledgers| {
            let told = ledgers.told.as_mut().unwrap();
            told.retain(|told| told.status != RECEIVED);
        },
        &["R18: wamid.hello of a customer is in the store and the receiver was never told"],
    );
}

#[test]
fn a_change_that_is_told_as_two_events_is_found() {
    check_planted(
        |ledgers| {
            let receiver = ledgers.told.as_mut().unwrap();
            receiver.push(told("read", "read", "another"));
        },
        &[r#"R22: that read is read was told as the events ["another", "event-4"]"#],
    );
}

#[test]
fn news_of_what_is_not_kept_is_found() {
    check_planted(
        |ledgers| {
            let receiver = ledgers.told.as_mut().unwrap();
            receiver.push(told("dream", "sent", "event-9"));
        },
        &["R22: the receiver was told of dream, which is not in the store"],
    );
}
