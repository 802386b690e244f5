//! What the provider has reported.

use super::*;

pub(super) const ALL: &[fn()] = &[
    a_status_that_was_answered_and_is_not_kept_is_found,
    a_customer_s_message_that_was_answered_and_is_not_kept_is_found,
    what_was_not_answered_may_be_kept_or_not,
    a_state_that_depends_on_the_order_of_reports_is_found,
    a_state_that_nobody_has_reported_is_found,
    a_failure_outranks_sent_and_a_delivery_outranks_a_failure,
    a_customer_s_message_that_is_kept_twice_is_found,
    a_status_that_went_back_is_found,
];

#[test]
fn a_status_that_was_answered_and_is_not_kept_is_found() {
    check_planted(
        |ledgers| row_of(ledgers, "read").statuses.clear(),
        &[
            "R16: read was reported as sent, which was answered with 200 and is not kept",
            "R16: read was reported as read, which was answered with 200 and is not kept",
            "R16: read was reported as delivered, which was answered with 200 and is not kept",
            "R16: read was reported as delivered, which was answered with 200 and is not kept",
        ],
    );
}

#[test]
fn a_customer_s_message_that_was_answered_and_is_not_kept_is_found() {
    check_planted(
        |ledgers| {
            ledgers.heard.clear();
            let told = ledgers.told.as_mut().unwrap();
            told.retain(|told| told.status != RECEIVED);
        },
        &["R16: wamid.hello was reported as received, which was answered with 200 and is not kept"],
    );
}

#[test]
fn what_was_not_answered_may_be_kept_or_not() {
    check_planted(
        |ledgers| {
            let unheard = |status| report("echo", Tidings::Status(status), false);
            ledgers.reported.push(unheard(State::Read));
            ledgers.reported.push(Reported {
                id: "wamid.lost".to_owned(),
                what: Tidings::Received,
                taken: false,
            });
        },
        &[],
    );
    check_planted(
        |ledgers| {
            let unheard = report("again", Tidings::Status(State::Delivered), false);
            ledgers.reported.push(unheard);
            *state_of(ledgers, "again") = State::Delivered;
            let receiver = ledgers.told.as_mut().unwrap();
            receiver.push(told("again", "delivered", "event-9"));
        },
        &[],
    );
}

#[test]
fn a_state_that_depends_on_the_order_of_reports_is_found() {
    // The last that was reported is not the highest.
    check_planted(
        |ledgers| *state_of(ledgers, "read") = State::Delivered,
        &["R17: read is delivered, which is not what was reported"],
    );
}

#[test]
fn a_state_that_nobody_has_reported_is_found() {
    check_planted(
        |ledgers| {
            *state_of(ledgers, "again") = State::Read;
            let receiver = ledgers.told.as_mut().unwrap();
            receiver.push(told("again", "read", "event-9"));
        },
        &["R17: again is read, which is not what was reported"],
    );
}

#[test]
fn a_failure_outranks_sent_and_a_delivery_outranks_a_failure() {
    let told_too = |ledgers: &mut Ledgers, status| {
        let more = report("again", Tidings::Status(status), true);
        ledgers.reported.insert(0, more);
        row_of(ledgers, "again").statuses.push(status);
    };
    check_planted(
        |ledgers| told_too(ledgers, State::Failed),
        &["R17: again is sent, which is not what was reported"],
    );
    check_planted(
        |ledgers| {
            told_too(ledgers, State::Failed);
            told_too(ledgers, State::Delivered);
            *state_of(ledgers, "again") = State::Failed;
        },
        &["R17: again is failed, which is not what was reported"],
    );
}

#[test]
fn a_customer_s_message_that_is_kept_twice_is_found() {
    check_planted(
        |ledgers| ledgers.heard.push("wamid.hello".to_owned()),
        &["R18: wamid.hello of a customer is in the store 2 times"],
    );
}

#[test]
fn a_status_that_went_back_is_found() {
    let looks = |states: [State; 2]| {
        move |ledgers: &mut Ledgers| {
            let look = |state| StoreRow {
                state,
                ..row("read", "read")
            };
            ledgers.seen = vec![row("echo", "read"), look(states[0]), look(states[1])];
        }
    };
    for (from, to) in [
        (State::Read, State::Delivered),
        (State::Delivered, State::Failed),
        (State::Sent, State::Unknown),
        (State::Failed, State::Queued),
    ] {
        let (from_word, to_word) = (from.word(), to.word());
        let expected = format!("R19: read was {from_word} and then {to_word}");
        check_planted(looks([from, to]), &[&expected]);
    }
    // What a provider corrects, and what has not come far enough to have a status.
    for allowed in [
        [State::Failed, State::Delivered],
        [State::InFlight, State::Queued],
        [State::Sent, State::Sent],
    ] {
        check_planted(looks(allowed), &[]);
    }
}
