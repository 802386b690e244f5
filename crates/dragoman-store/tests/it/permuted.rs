//! Providers repeat their webhooks, and send them in any order and before their answer: it always
//! comes to the same.

use dragoman_core::Raw;
use dragoman_core::Timestamp;
use dragoman_core::doubt::{Resolution, Resolver};
use dragoman_core::id::AttemptId;
use dragoman_core::inbound::{Report, Status, StatusKind};
use dragoman_core::outcome::{Failure, Settlement};
use dragoman_core::state::Fold;
use dragoman_store::SqliteStore;
use dragoman_testkit::tenant;
use proptest::prelude::*;

use crate::world::{ACCOUNT, CUSTOMER, World, receipt};

/// One thing that happens.
#[derive(Clone, Debug)]
enum Step {
    /// The answer comes.
    Answer,
    /// The answer is lost.
    Lost,
    /// The answer is lost, and the message counts as failed until there is proof.
    Presumed,
    /// The provider tells this, with the token or without.
    Told(StatusKind, i64, bool),
}

fn told() -> Vec<Step> {
    let failure = |code| StatusKind::Failed(Failure::new(code, "Message undeliverable"));
    vec![
        Step::Told(StatusKind::Sent, 5, true),
        Step::Told(StatusKind::Sent, 6, false),
        Step::Told(StatusKind::Delivered, 7, false),
        Step::Told(StatusKind::Delivered, 9, true),
        Step::Told(StatusKind::Read, 8, false),
        Step::Told(failure(131_026), 4, false),
        Step::Told(failure(131_049), 5, true),
    ]
}

/// What is left in the end: the fold, and every status that was kept.
async fn end(steps: &[Step], world: &World) -> (Fold, Vec<String>) {
    let in_flight = world.accept_and_begin(CUSTOMER, AttemptId(9)).await;
    for step in steps {
        match step {
            Step::Answer => {
                world.settle(&in_flight, receipt("wamid.1")).await;
            }
            Step::Lost => {
                world
                    .settle(&in_flight, Settlement::Unknown("reset".into()))
                    .await;
            }
            Step::Presumed => {
                let lost = Settlement::Unknown("reset".into());
                world.settle(&in_flight, lost).await;
                let (message, by) = (in_flight.message(), Resolver::Policy);
                world.decide(message, Resolution::Failed, by).await;
            }
            Step::Told(kind, at, with_token) => {
                let status = Status {
                    provider_id: "wamid.1".into(),
                    token: with_token.then(|| in_flight.token()),
                    kind: kind.clone(),
                    at: Timestamp::from_seconds(*at),
                    recipient: None,
                    recipient_user: None,
                    raw: Raw::new(format!(r#"{{"at":{at},"kind":"{kind:?}"}}"#)),
                };
                world.record(vec![Report::Status(status)]).await;
            }
        }
    }
    let timeline = world
        .store()
        .timeline(tenant(ACCOUNT), in_flight.message())
        .await;
    let timeline = timeline.unwrap().unwrap();
    let whats = timeline.events.iter().map(|event| &event.what);
    // That an answer was lost, and what was presumed then, is only told where no proof came before.
    let lasting = whats.filter(|what| !["unknown", "resolved_failed"].contains(&what.word()));
    let mut told: Vec<String> = lasting.map(|what| format!("{what:?}")).collect();
    told.sort();
    (timeline.message.fold, told)
}

fn shuffled() -> impl Strategy<Value = Vec<Step>> {
    let repeated = proptest::collection::vec(0..told().len(), 0..6);
    let ending = prop_oneof![Just(Step::Answer), Just(Step::Lost), Just(Step::Presumed)];
    (repeated, ending).prop_flat_map(|(repeated, ending)| {
        let mut steps = told();
        let again = repeated.iter().map(|index| steps[*index].clone());
        let again: Vec<Step> = again.collect();
        steps.extend(again);
        steps.push(ending);
        Just(steps).prop_shuffle()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_order_of_everything_that_is_told_ends_the_same(steps in shuffled()) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let (found, expected) = runtime.block_on(async {
            let mut straight = vec![Step::Answer];
            straight.extend(told());
            let found = end(&steps, &World::fresh().await).await;
            (found, end(&straight, &World::fresh().await).await)
        });
        prop_assert_eq!(&found, &expected);
        prop_assert_eq!(found.1.len(), 3 + told().len());
    }
}

impl World {
    async fn fresh() -> Self {
        let world = Self::of(SqliteStore::in_memory().unwrap());
        world.furnish().await;
        world
    }
}
