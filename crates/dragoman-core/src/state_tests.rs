use proptest::prelude::*;

use super::*;
use crate::outcome::Failure;
use crate::raw::Raw;

const ATTEMPT: AttemptId = AttemptId(9);

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds)
}

fn submitted() -> What {
    What::Submitted {
        attempt: Some(ATTEMPT),
        provider_id: "wamid.1".into(),
        recipient: None,
    }
}

fn sent(seconds: i64) -> What {
    What::Sent {
        at: at(seconds),
        raw: Raw::new("{}"),
    }
}

fn delivered(seconds: i64) -> What {
    What::Delivered {
        at: at(seconds),
        raw: Raw::new("{}"),
    }
}

fn read(seconds: i64) -> What {
    What::Read {
        at: at(seconds),
        raw: Raw::new("{}"),
    }
}

fn failed() -> What {
    What::Failed {
        failure: Failure::new(131_026, "Message undeliverable"),
        raw: None,
    }
}

fn fold(whats: &[What]) -> Fold {
    let mut fold = Fold::ACCEPTED;
    for what in whats {
        fold.apply(what, at(100));
    }
    fold
}

fn departed() -> What {
    What::Departed { attempt: ATTEMPT }
}

#[test]
fn a_message_goes_its_way() {
    let check = |whats: &[What], expected: State| assert_eq!(fold(whats).state, expected);
    check(&[], State::Queued);
    check(&[departed()], State::InFlight);
    check(&[departed(), submitted()], State::Submitted);
    check(
        &[departed(), submitted(), sent(1), delivered(2), read(3)],
        State::Read,
    );
    check(
        &[
            departed(),
            What::Unknown {
                reason: "crash".into(),
            },
        ],
        State::Unknown,
    );
    check(
        &[
            departed(),
            What::Unknown {
                reason: "crash".into(),
            },
            sent(1),
        ],
        State::Sent,
    );
    check(&[departed(), submitted(), failed()], State::Failed);
}

#[test]
fn a_status_that_overtook_the_answer_stays() {
    assert_eq!(
        fold(&[departed(), delivered(2), submitted(), sent(1)]).state,
        State::Delivered
    );
}

#[test]
fn a_lost_answer_after_a_status_changes_nothing() {
    assert_eq!(
        fold(&[
            departed(),
            sent(1),
            What::Unknown {
                reason: "reset".into()
            }
        ])
        .state,
        State::Sent
    );
}

#[test]
fn a_second_device_may_deliver_what_failed() {
    assert_eq!(
        fold(&[departed(), submitted(), failed(), delivered(5)]).state,
        State::Delivered
    );
    assert_eq!(
        fold(&[departed(), submitted(), failed(), sent(5)]).state,
        State::Failed
    );
}

#[test]
fn a_retry_goes_back_to_the_queue_but_never_after_a_status() {
    let retried = What::Retried {
        attempt: Some(ATTEMPT),
        failure: Failure::new(2, "x"),
        due_at: at(9),
    };
    assert_eq!(fold(&[departed(), retried.clone()]).state, State::Queued);
    assert_eq!(fold(&[departed(), sent(1), retried]).state, State::Sent);
}

#[test]
fn the_same_status_with_the_same_time_is_known() {
    let fold = fold(&[departed(), submitted(), sent(1)]);
    assert!(fold.knows(&sent(1)));
    assert!(!fold.knows(&sent(2)));
    assert!(!fold.knows(&delivered(1)));
}

proptest! {
    #[test]
    fn every_permutation_of_the_statuses_ends_the_same(
        order in Just((0..6).collect::<Vec<usize>>()).prop_shuffle(),
        failure in any::<bool>(),
    ) {
        let statuses = [submitted(), sent(1), delivered(2), read(3), sent(1), if failure { failed() } else { read(3) }];
        let shuffled: Vec<What> = order.iter().map(|&index| statuses[index].clone()).collect();
        let mut whats = vec![departed()];
        whats.extend(shuffled);
        let expected: Vec<What> = std::iter::once(departed()).chain(statuses).collect();
        prop_assert_eq!(fold(&whats), fold(&expected));
    }
}

fn resolved(resolution: Resolution) -> What {
    What::Resolved {
        resolution,
        by: crate::doubt::Resolver::Policy,
    }
}

/// A message whose answer was lost, and what was decided then.
fn doubted(resolution: Resolution) -> Vec<What> {
    let lost = What::Unknown {
        reason: "reset".into(),
    };
    vec![departed(), lost, resolved(resolution)]
}

#[test]
fn what_counts_without_proof_gives_way_to_proof() {
    for resolution in [Resolution::Hold, Resolution::Failed, Resolution::Final] {
        let mut whats = doubted(resolution);
        let before = fold(&whats);
        assert!(before.is_doubtful(), "{resolution:?}");
        for (proof, state) in [
            (sent(5), State::Sent),
            (delivered(6), State::Delivered),
            (submitted(), State::Submitted),
            (failed(), State::Failed),
        ] {
            assert!(!before.knows(&proof), "{resolution:?}, {proof:?}");
            whats.push(proof);
            let after = fold(&whats);
            assert_eq!((after.state, after.attempt), (state, None));
            assert!(!after.is_doubtful());
            whats.pop();
        }
    }
}

#[test]
fn each_resolution_leads_to_its_state() {
    let states = Resolution::ALL.map(|resolution| fold(&doubted(resolution)).state);
    assert_eq!(
        states,
        [
            State::Unknown,
            State::Sent,
            State::Failed,
            State::Queued,
            State::Unresolved
        ]
    );
    assert_eq!(fold(&doubted(Resolution::Failed)).failed_at, Some(at(100)));
}

#[test]
fn nothing_is_resolved_that_is_not_in_doubt() {
    for before in [vec![], vec![departed()], vec![departed(), delivered(5)]] {
        for resolution in Resolution::ALL {
            let mut after = before.clone();
            after.push(resolved(resolution));
            assert_eq!(fold(&after), fold(&before), "{resolution:?}");
        }
    }
}
