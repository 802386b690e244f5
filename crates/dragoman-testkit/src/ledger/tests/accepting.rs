//! What clients were answered.

use super::*;

pub(super) const ALL: &[fn()] = &[
    a_dropped_row_is_found,
    a_dropped_row_that_was_sent_is_found_on_all_sides,
    an_answer_without_an_id_is_found,
    a_message_that_nobody_was_answered_for_is_found,
    an_error_that_stored_something_is_found,
    a_key_with_two_ids_is_found,
    a_key_that_was_taken_for_two_requests_is_found,
];

#[test]
fn a_dropped_row_is_found() {
    check_planted(
        |ledgers| ledgers.store.retain(|row| row.id != "ruled-out"),
        &["R1: ruled-out was answered with 200 and is not in the store"],
    );
}

#[test]
fn a_dropped_row_that_was_sent_is_found_on_all_sides() {
    check_planted(
        |ledgers| ledgers.store.retain(|row| row.id != "again"),
        &[
            "R1: again was answered with 200 and is not in the store",
            "R1: again was answered with 200 and is not in the store",
            "R6: again reached the provider and is not in the store",
            "R16: again was reported as sent, which was answered with 200 and is not kept",
            "R22: the receiver was told of again, which is not in the store",
        ],
    );
}

#[test]
fn an_answer_without_an_id_is_found() {
    check_planted(
        |ledgers| ledgers.client.push(answer("k-empty", None, Some(200))),
        &["R1: the request k-empty was answered with 200 and no id"],
    );
}

#[test]
fn a_message_that_nobody_was_answered_for_is_found() {
    // Two answers were lost, one row has none: one more may be there, two more may not.
    check_planted(|ledgers| ledgers.store.push(row("extra", "expired")), &[]);
    check_planted(
        |ledgers| {
            ledgers.store.push(row("extra", "expired"));
            ledgers.store.push(row("more", "expired"));
        },
        &[
            r#"R2: nobody was answered for ["extra", "more", "silent"], but only 2 answers were lost"#,
        ],
    );
}

#[test]
fn an_error_that_stored_something_is_found() {
    check_planted(
        |ledgers| {
            ledgers.client.retain(|answer| answer.status.is_some());
            ledgers.client.push(answer("k-silent", None, Some(503)));
        },
        &[r#"R2: nobody was answered for ["silent"], but only 0 answers were lost"#],
    );
}

#[test]
fn a_key_with_two_ids_is_found() {
    check_planted(
        |ledgers| ledgers.client[4].id = Some("read".to_owned()),
        &[
            "R3: the key k-again was answered with again and with read",
            "R1: read was answered to the keys k-read and k-again",
        ],
    );
}

#[test]
fn a_key_that_was_taken_for_two_requests_is_found() {
    check_planted(
        |ledgers| ledgers.client[4].asked = "something else".to_owned(),
        &["R3: the key k-again was used for two requests, and both were taken"],
    );
    // Its refusal is as it should be.
    check_planted(
        |ledgers| {
            ledgers.client.push(ClientAnswer {
                asked: "something else".to_owned(),
                ..answer("k-again", None, Some(422))
            });
        },
        &[],
    );
}
