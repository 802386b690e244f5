//! What reached the provider, and where messages stand because of it.

use std::time::Duration;

use super::*;

pub(super) const ALL: &[fn()] = &[
    a_doubled_post_is_found,
    a_second_post_after_a_doubt_is_found_even_when_only_one_was_taken,
    a_post_that_names_no_message_is_found,
    a_hidden_unknown_is_found,
    an_unknown_that_did_not_heal_is_found,
    a_message_that_was_taken_and_set_aside_is_found,
    a_message_that_stays_in_the_queue_is_found,
    a_row_in_the_store_twice_is_found,
    too_many_unknowns_are_found,
    a_kill_that_leaves_more_in_doubt_than_was_under_way_is_found,
    a_failure_that_nobody_caused_is_found,
    a_second_with_too_many_posts_is_found,
];

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
    assert_eq!(
        found(&clean(), &rules),
        ["R8: 3 messages are unknown, 2 may be"]
    );
}

#[test]
fn a_failure_that_nobody_caused_is_found() {
    check_planted(
        |ledgers| *state_of(ledgers, "expired") = State::Failed,
        &[r#"R7: ["ruled-out", "expired"] failed, and the provider had refused none of them"#],
    );
}

#[test]
fn a_second_with_too_many_posts_is_found() {
    let rules = Rules {
        rate: Some(20),
        ..RULES
    };
    let one_every = |span_ms: u32, count: u32| {
        let mut ledgers = clean();
        let begin = OffsetDateTime::UNIX_EPOCH + Duration::from_secs(3600);
        for number in (0..count).rev() {
            let id = format!("silent-{number}");
            ledgers.store.push(row(&id, "submitted"));
            ledgers.client.push(answer(&id, Some(&id), Some(200)));
            ledgers.upstream.push(UpstreamRequest {
                at: begin + Duration::from_millis(span_ms.into()) * number,
                ..request(8, &id, "accepted")
            });
        }
        found(&ledgers, &rules)
    };
    assert_eq!(one_every(50, 100), Vec::<String>::new());
    assert_eq!(one_every(1, 21), Vec::<String>::new());
    assert_eq!(
        one_every(47, 22),
        ["R12: 22 requests in the second from 1970-01-01 1:00:00.0 +00:00:00 on, 21 may be"]
    );
}
