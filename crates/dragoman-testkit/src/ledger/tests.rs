//! A checker that finds nothing must have been seen to find something: each test plants one
//! violation into ledgers that are otherwise clean, and names all that must be found.

use super::*;

const RULES: Rules<'_> = Rules {
    doubted: &[2],
    concurrency: 2,
    own_failures: 1,
};

fn answer(key: &str, id: Option<&str>, status: Option<u16>) -> ClientAnswer {
    ClientAnswer {
        key: key.to_owned(),
        id: id.map(str::to_owned),
        status,
    }
}

fn request(n: u64, id: &str, decision: &str) -> UpstreamRequest {
    UpstreamRequest {
        n,
        token: Some(format!("g1.{id}.{n:032x}")),
        wamid: decision
            .starts_with("accepted")
            .then(|| format!("wamid.{n}")),
        decision: decision.to_owned(),
    }
}

fn row(id: &str, word: &str) -> StoreRow {
    StoreRow::from_word(id, word).unwrap()
}

fn told(id: &str, status: &str) -> Told {
    Told {
        id: id.to_owned(),
        status: status.to_owned(),
    }
}

/// One kill and a bad day at the provider, and every promise kept.
fn clean() -> Ledgers {
    Ledgers {
        client: vec![
            answer("k-read", Some("read"), Some(200)),
            answer("k-echo", None, None),
            answer("k-echo", Some("echo"), Some(200)),
            answer("k-again", Some("again"), Some(200)),
            answer("k-again", Some("again"), Some(200)),
            answer("k-failed", Some("failed"), Some(202)),
            answer("k-ruled-out", Some("ruled-out"), Some(200)),
            answer("k-killed", Some("killed"), Some(200)),
            answer("k-dropped", Some("dropped"), Some(200)),
            answer("k-expired", Some("expired"), Some(200)),
            answer("k-refused", None, Some(400)),
            answer("k-nobody-knows", None, None),
            answer("k-hung-up", None, None),
        ],
        upstream: vec![
            request(1, "read", "accepted"),
            request(2, "echo", "accepted_answer_lost"),
            request(3, "again", "refused:131056"),
            request(4, "again", "accepted"),
            request(5, "failed", "accepted"),
            request(6, "dropped", "dropped"),
            request(7, "silent", "accepted"),
        ],
        store: vec![
            row("read", "read"),
            row("echo", "delivered"),
            row("again", "sent"),
            row("failed", "failed"),
            row("ruled-out", "failed"),
            row("killed", "unknown"),
            row("dropped", "unknown"),
            row("expired", "expired"),
            row("silent", "submitted"),
        ],
        told: Some(vec![
            told("read", "sent"),
            told("read", "read"),
            told("read", "delivered"),
            told("read", "read"),
            told("echo", "delivered"),
            told("again", "sent"),
            told("failed", "failed"),
        ]),
    }
}

/// Plants something and names what must be found, and nothing else.
#[track_caller]
fn check_planted(plant: impl FnOnce(&mut Ledgers), expected: &[&str]) {
    let mut ledgers = clean();
    plant(&mut ledgers);
    let found = check(&ledgers, &RULES);
    let found: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(found, expected);
}

fn state_of<'a>(ledgers: &'a mut Ledgers, id: &str) -> &'a mut State {
    let row = ledgers.store.iter_mut().find(|row| row.id == id);
    &mut row.unwrap().state
}

#[test]
fn clean_ledgers_pass() {
    check_planted(|_| {}, &[]);
    assert_kept(&clean(), &RULES);
}

#[test]
#[should_panic(expected = "promises broken:\nR8: 1 messages are unknown, 0 may be")]
fn broken_promises_fail_the_test_by_name() {
    assert_kept(
        &clean(),
        &Rules {
            doubted: &[],
            ..RULES
        },
    );
}

#[test]
fn a_dropped_row_is_found() {
    check_planted(
        |ledgers| ledgers.store.retain(|row| row.id != "ruled-out"),
        &["R1: ruled-out was answered with 200 and is not in the store"],
    );
}

#[test]
fn a_dropped_row_that_was_sent_is_found_on_both_sides() {
    check_planted(
        |ledgers| ledgers.store.retain(|row| row.id != "again"),
        &[
            "R1: again was answered with 200 and is not in the store",
            "R1: again was answered with 200 and is not in the store",
            "R6: again reached the provider and is not in the store",
        ],
    );
}

#[test]
fn a_doubled_post_is_found() {
    check_planted(
        |ledgers| ledgers.upstream.push(request(8, "read", "accepted")),
        &["R6: read was attempted 2 times without a refusal, taken 2 times"],
    );
}

#[test]
fn a_second_post_after_a_doubt_is_found_even_when_only_one_was_taken() {
    check_planted(
        |ledgers| ledgers.upstream.push(request(8, "read", "dropped")),
        &["R6: read was attempted 2 times without a refusal, taken 1 times"],
    );
}

#[test]
fn a_post_that_names_no_message_is_found() {
    for token in [
        None,
        Some("somebody's own".to_owned()),
        Some("g1.x".to_owned()),
    ] {
        let expected = format!("R6: upstream request 8 carries no token of ours: {token:?}");
        check_planted(
            |ledgers| {
                let mut request = request(8, "read", "accepted");
                request.token = token;
                ledgers.upstream.push(request);
            },
            &[&expected],
        );
    }
}

#[test]
fn a_hidden_unknown_is_found() {
    check_planted(
        |ledgers| *state_of(ledgers, "killed") = State::Submitted,
        &["R9: killed was not taken by the provider and is submitted"],
    );
}

#[test]
fn an_unknown_that_did_not_heal_is_found() {
    check_planted(
        |ledgers| *state_of(ledgers, "failed") = State::Unknown,
        &["R9: failed was taken by the provider and is unknown"],
    );
}

#[test]
fn a_message_that_was_taken_and_set_aside_is_found() {
    check_planted(
        |ledgers| *state_of(ledgers, "failed") = State::Dead,
        &["R9: failed was taken by the provider and is dead"],
    );
}

#[test]
fn a_message_that_stays_in_the_queue_is_found() {
    for (state, word) in [
        (State::Queued, "queued"),
        (State::Claimed, "claimed"),
        (State::InFlight, "in_flight"),
    ] {
        let expected = format!("R7: expired is still {word}");
        check_planted(
            |ledgers| *state_of(ledgers, "expired") = state,
            &[&expected],
        );
    }
}

#[test]
fn a_row_in_the_store_twice_is_found() {
    check_planted(
        |ledgers| ledgers.store.push(row("expired", "expired")),
        &["R7: expired is in the store twice"],
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
fn too_many_unknowns_are_found() {
    check_planted(
        |ledgers| {
            *state_of(ledgers, "ruled-out") = State::Unknown;
            *state_of(ledgers, "expired") = State::Unknown;
        },
        &["R8: 3 messages are unknown, 2 may be"],
    );
}

#[test]
fn a_kill_that_leaves_more_in_doubt_than_was_under_way_is_found() {
    let rules = Rules {
        doubted: &[0, 3],
        ..RULES
    };
    let found = check(&clean(), &rules);
    let found: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(found, ["R8: 3 messages are unknown, 2 may be"]);
}

#[test]
fn a_failure_that_nobody_caused_is_found() {
    check_planted(
        |ledgers| *state_of(ledgers, "expired") = State::Failed,
        &[r#"R7: ["ruled-out", "expired"] failed, and the provider had refused none of them"#],
    );
}

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
fn the_emulator_s_ledger_is_read_as_it_is_listed() {
    let listed = r#"{"n":1,"at":"2026-09-21T14:13:20Z","phone_number_id":"1","body":{},
        "token":"g1.read.00000000000000000000000000000001","wamid":"wamid.1","decision":"accepted"}"#;
    let read: UpstreamRequest = serde_json::from_str(listed).unwrap();
    assert_eq!(read, request(1, "read", "accepted"));
}

#[test]
fn a_state_is_read_from_its_word_and_from_no_other() {
    assert_eq!(row("x", "in_flight").state, State::InFlight);
    assert!(StoreRow::from_word("x", "enqueued").is_err());
}
