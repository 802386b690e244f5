//! Faults in the doubles: a world whose laws find nothing must have been seen to find something.

use super::world::World;

/// What is wrong with a world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Planted {
    /// The store says that a departure is on record, and it is not.
    DepartureWithoutItsMark,
    /// The store takes a lost answer for a refusal.
    DoubtThatIsARetry,
    /// The store says that it has kept what a provider told, and it has not.
    EchoThatIsNotKept,
    /// The store leaves out some of what waits.
    MessageThatNobodyReads,
    /// The store says that everything was read by its recipient.
    LaneOutOfOrder,
    /// The store leaves out some of what happened.
    EventThatIsLost,
    /// The driver says that the provider has refused what it has taken.
    RefusalOfWhatWasTaken,
    /// The provider allows less than the channel is told.
    RateThatIsTooHigh,
    /// The store says that it has kept a message, and it has not.
    AcceptanceThatIsNotKept,
}

/// Within so many worlds each is found.
const WORLDS: u64 = 60;

#[track_caller]
fn is_found(planted: Planted, law: &str) {
    let mut others = Vec::new();
    for seed in 1..=WORLDS {
        match World::in_memory(seed).with(planted).live() {
            Err(broken) if broken.contains(law) => return,
            Err(broken) => others.push(broken),
            Ok(_) => {}
        }
    }
    panic!("{planted:?} is not found in {WORLDS} worlds; instead: {others:#?}");
}

#[test]
fn a_departure_without_its_mark_is_found() {
    is_found(Planted::DepartureWithoutItsMark, "without its mark");
}

#[test]
fn a_doubt_that_is_taken_for_a_refusal_is_found() {
    is_found(Planted::DoubtThatIsARetry, "may be sent twice");
}

#[test]
fn an_echo_that_is_not_kept_is_found() {
    is_found(Planted::EchoThatIsNotKept, "although the provider has told");
}

#[test]
fn a_message_that_nobody_reads_is_found() {
    is_found(Planted::MessageThatNobodyReads, "still waits");
}

#[test]
fn a_lane_out_of_order_is_found() {
    is_found(Planted::LaneOutOfOrder, "waits for");
}

#[test]
fn an_event_that_is_lost_is_found() {
    is_found(Planted::EventThatIsLost, "was never told");
}

#[test]
fn a_refusal_of_what_was_taken_is_found() {
    is_found(Planted::RefusalOfWhatWasTaken, "may be sent twice");
}

#[test]
fn a_rate_that_is_too_high_is_found() {
    is_found(Planted::RateThatIsTooHigh, "in a second");
}

#[test]
fn an_acceptance_that_is_not_kept_is_found() {
    is_found(Planted::AcceptanceThatIsNotKept, "accepted and lost");
}
