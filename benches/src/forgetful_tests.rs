//! What the control keeps, and that it forgets the rest.

use dragoman_core::ports::{Departure, Patience};

use super::*;
use crate::fill::admitted;
use crate::world::{self, World};

const NOW: Timestamp = Timestamp::from_seconds(1_790_000_000);
const AT_ONCE: Option<Departure> = Some(Departure {
    attempt: AttemptId(7),
});

fn store() -> Forgetful {
    Forgetful::new(World::asleep(1).catalog(NOW))
}

fn acceptance(store: &Forgetful, departure: Option<Departure>) -> Acceptance {
    let channel = &store.catalog.channels[0];
    Acceptance {
        admitted: admitted::text(1, channel, NOW).unwrap(),
        random: [1, 2, 3],
        machine: NOW,
        now: NOW,
        departure,
        queue_limit: 2,
        account_limit: u64::MAX,
        patience: Patience::default(),
    }
}

fn unsettled(store: &Forgetful) -> [u64; 2] {
    let counts = store.counts().unsettled;
    [State::Queued, State::InFlight].map(|wanted| {
        let of_state = counts.iter().filter(|(_, state, _)| *state == wanted);
        of_state.map(|(_, _, count)| count).sum()
    })
}

#[tokio::test]
async fn a_message_that_departs_at_once_is_counted_and_not_kept() {
    let store = store();
    let accepted = store.accept(acceptance(&store, AT_ONCE)).await.unwrap();
    let in_flight = accepted.in_flight.unwrap();
    assert_eq!(unsettled(&store), [0, 1]);
    assert!(store.claim(&[accepted.message]).await.unwrap().is_empty());
    let settlement = Settlement::Unknown("test".into());
    let attempt = Some(in_flight.attempt());
    assert!(
        store
            .settle(accepted.message, attempt, settlement, NOW)
            .await
            .unwrap()
    );
    assert_eq!(unsettled(&store), [0, 0]);
}

#[tokio::test]
async fn a_message_that_waits_is_kept_until_it_departs() {
    let store = store();
    let accepted = store.accept(acceptance(&store, None)).await.unwrap();
    assert!(accepted.in_flight.is_none());
    let mut claims = store.claim(&[accepted.message]).await.unwrap();
    let ready = Ready::new(claims.remove(0), None);
    assert_eq!(unsettled(&store), [1, 0]);
    let Begin::Departed(in_flight) = store.begin(ready, AttemptId(8), NOW).await.unwrap() else {
        panic!("it is gone");
    };
    assert_eq!(unsettled(&store), [0, 1]);
    store.withdraw(in_flight, NOW).await.unwrap();
    assert_eq!(unsettled(&store), [1, 0]);
}

#[tokio::test]
async fn its_queue_has_an_end_and_its_ids_grow() {
    let store = store();
    let first = store.accept(acceptance(&store, None)).await.unwrap();
    let second = store.accept(acceptance(&store, None)).await.unwrap();
    assert!(first.message < second.message);
    assert_eq!(first.conversation.number, second.conversation.number);
    let third = store.accept(acceptance(&store, None)).await;
    assert!(matches!(
        third,
        Err(StoreError::Refused(Refusal::QueueFull))
    ));
    assert!(store.accept(acceptance(&store, AT_ONCE)).await.is_ok());
    assert_eq!(store.catalog().accounts[0].id, world::ACCOUNT);
}
