use std::time::Duration;

use dragoman_core::State;
use dragoman_core::contact::CustomerChange;
use dragoman_core::event::What;
use dragoman_core::id::AttemptId;
use dragoman_core::inbound::{Report, Status, StatusKind};
use dragoman_core::outcome::{Receipt, Settlement};
use dragoman_core::ports::{
    Acceptance, Attempted, AttemptedDelivery, Contacts, Departure, StoreError,
};
use dragoman_core::{Id, Raw, Timestamp};
use dragoman_store::Retention;

use super::{Gallery, address, name, new_note, tags};
use crate::world::{
    CUSTOMER, NOW, SUBSCRIPTION, World, admitted, check_durable_embedded, check_embedded,
    submission,
};

const USER: &str = "NL.13491208655302741918";

/// Nothing is known of a contact with this id.
async fn is_nobody(world: &World, contact: Id) {
    assert_eq!(world.customer(contact).await, None);
    assert_eq!(world.history(contact).await, None);
    assert_eq!(
        world.change_customer(contact, vec![name("Eve")]).await,
        None
    );
    let note = world.sqlite().note(new_note(contact, "seen")).await;
    assert_eq!(note.unwrap(), None);
    assert!(!world.forget(contact).await);
}

#[tokio::test]
async fn who_is_forgotten_is_nobody_and_their_messages_are_statuses() {
    check_embedded(async |mut world| {
        let sent = world.submitted(CUSTOMER, "wamid.1").await;
        let received = world.hear("wamid.in", &[CUSTOMER, USER]).await;
        let waiting = world.accept(CUSTOMER).await;
        let contact = waiting.contact.id;
        world
            .change_customer(contact, vec![name("Ada"), tags(&["vip"])])
            .await;
        assert!(world.forget(contact).await);
        for _ in 0..2 {
            is_nobody(&world, contact).await;
            for text in [CUSTOMER, USER] {
                assert_eq!(world.reached_at(text).await, None);
            }
            assert!(world.queued().await.is_empty());
            assert_eq!(world.state(waiting.message).await, State::Cancelled);
            assert_eq!(world.state(sent).await, State::Submitted);
            for message in [sent, received, waiting.message] {
                let stored = world.stored(message).await;
                assert_eq!((stored.contact.id, &stored.contact.name), (contact, &None));
                assert!(stored.contact.addresses.is_empty());
                let shown = format!("{stored:?}");
                assert!(
                    !shown.contains(r#""Hi""#) && !shown.contains("5678"),
                    "{shown}"
                );
                assert_eq!(world.story(message).await.last(), Some(&"erased"));
            }
            world.restart_if_durable();
        }
    })
    .await;
}

#[tokio::test]
async fn nothing_of_them_is_left_in_the_tables_of_people() {
    let world = World::crossing().await;
    let id = world.hear_named().await;
    world.change_customer(id, vec![tags(&["vip"])]).await;
    let in_flight = world.accept_and_begin(CUSTOMER, AttemptId(9)).await;
    assert!(world.settle(&in_flight, taken("wamid.1")).await);
    world
        .record(vec![reached("wamid.1", StatusKind::Sent)])
        .await;
    world.forget(id).await;
    for kind in [StatusKind::Delivered, StatusKind::Read] {
        world.record(vec![reached("wamid.1", kind)]).await;
    }
    // Those who follow read on in the file what memory has let go of.
    let happened = world.store().events_after(0, 100).await.unwrap();
    let told = format!("{happened:?}");
    assert!(told.contains("Sent") && told.contains("Read"), "{told}");
    assert!(!told.contains(CUSTOMER), "{told}");
    let file = rusqlite::Connection::open(world.path().join("dragoman.db")).unwrap();
    let count = |query| -> i64 { file.query_row(query, [], |row| row.get(0)).unwrap() };
    assert_eq!(count("SELECT count(*) FROM addresses"), 0);
    let known = "SELECT count(*) FROM contacts WHERE name IS NOT NULL OR profile IS NOT NULL";
    assert_eq!(count(known), 0);
    let said = r#"SELECT count(*) FROM messages
        WHERE body LIKE '%31612345678%' OR body LIKE '%"Hi"%'"#;
    assert_eq!(count(said), 0);
    let told = "SELECT count(*) FROM events
        WHERE data LIKE '%31612345678%' OR raw LIKE '%31612345678%'";
    assert_eq!(count(told), 0);
    assert_eq!(world.state(in_flight.message()).await, State::Read);
}

/// The provider says to whom it went, whether we understand it or not.
fn reached(provider_id: &str, kind: StatusKind) -> Report {
    let recipient = (kind != StatusKind::Delivered).then(|| CUSTOMER.into());
    Report::Status(Status {
        provider_id: provider_id.into(),
        token: None,
        kind,
        at: Timestamp::from_seconds(5),
        recipient,
        recipient_user: None,
        raw: Raw::new(r#"{"recipient_id":"31612345678"}"#),
    })
}

fn taken(provider_id: &str) -> Settlement {
    Settlement::Submitted(Receipt {
        provider_id: provider_id.into(),
        recipient: Some(CUSTOMER.into()),
        held: false,
    })
}

impl World {
    /// A customer with a name writes.
    async fn hear_named(&self) -> Id {
        let customer = self.introduce(CUSTOMER, vec![name("Ada")]).await;
        self.hear("wamid.in", &[CUSTOMER, USER]).await;
        customer.contact.id
    }
}

#[tokio::test]
async fn the_next_message_from_there_is_somebody_elses() {
    check_embedded(async |mut world| {
        let forgotten = world.accept(CUSTOMER).await.contact.id;
        world.forget(forgotten).await;
        world.restart_if_durable();
        let message = world.hear("wamid.1", &[CUSTOMER]).await;
        let contact = world.stored(message).await.contact.id;
        assert_ne!(contact, forgotten);
        assert_eq!(world.history(contact).await, Some(vec![message]));
        world.restart_if_durable();
        let found = world.reached_at(CUSTOMER).await.unwrap();
        assert_eq!(found.contact.id, contact);
        is_nobody(&world, forgotten).await;
        // The old id is not given again either.
        let mut new = world.introduction("31600000001", Vec::new());
        new.id = forgotten;
        let refused = world.sqlite().introduce(new).await;
        assert!(matches!(refused, Err(StoreError::Taken(_))), "{refused:?}");
    })
    .await;
}

#[tokio::test]
async fn what_still_arrives_gives_them_no_address_again() {
    check_embedded(async |mut world| {
        let sent = world.submitted(CUSTOMER, "wamid.1").await;
        let in_flight = world.accept_and_begin(CUSTOMER, AttemptId(9)).await;
        let contact = world.stored(sent).await.contact.id;
        world.forget(contact).await;
        let read = reached("wamid.1", StatusKind::Read);
        assert_eq!(world.record(vec![read]).await.statuses, 1);
        assert!(world.settle(&in_flight, taken("wamid.2")).await);
        let last = world.last(in_flight.message()).await;
        let anonymous = matches!(
            last,
            What::Submitted {
                recipient: None,
                ..
            }
        );
        assert!(anonymous, "{last:?}");
        for _ in 0..2 {
            assert_eq!(world.state(sent).await, State::Read);
            assert_eq!(world.reached_at(CUSTOMER).await, None);
            is_nobody(&world, contact).await;
            world.restart_if_durable();
        }
    })
    .await;
}

#[tokio::test]
async fn what_waits_is_cancelled_also_where_a_sweep_has_passed_over_it() {
    check_embedded(async |world| {
        let yesterday = Acceptance {
            machine: NOW.minus(Duration::from_secs(2)),
            ..world.acceptance(admitted(submission(CUSTOMER)))
        };
        let waiting = world.store().accept(yesterday).await.unwrap();
        let in_flight = Acceptance {
            machine: NOW.minus(Duration::from_secs(1)),
            departure: Some(Departure {
                attempt: AttemptId(9),
            }),
            ..world.acceptance(admitted(submission(CUSTOMER)))
        };
        let settled = world.store().accept(in_flight).await.unwrap();
        let settled = settled.in_flight.unwrap();
        assert!(world.settle(&settled, taken("wamid.1")).await);
        world.accept("31600000001").await;
        let last = world.store().last_event();
        let told = world.store().delivered(SUBSCRIPTION, last, Vec::new());
        told.await.unwrap();
        let before = Retention {
            messages_before: Some(NOW),
            bodies_before: None,
        };
        assert_eq!(world.sqlite().retain(before).await.unwrap().messages, 1);
        assert!(world.forget(waiting.contact.id).await);
        assert_eq!(world.state(waiting.message).await, State::Cancelled);
        let stored = world.stored(waiting.message).await;
        assert_eq!(stored.outbound().unwrap().content.text(), Some(""));
    })
    .await;
}

#[tokio::test]
async fn a_long_history_is_forgotten_in_steps_that_let_others_pass() {
    check_embedded(async |world| {
        let mut said = Vec::new();
        for _ in 0..250 {
            said.push(world.accept(CUSTOMER).await);
        }
        let contact = said[0].contact.id;
        let before = world.store().counts().commits;
        let (forgotten, late) = tokio::join!(world.forget(contact), world.accept(CUSTOMER));
        assert!(forgotten);
        let commits = world.store().counts().commits - before;
        assert!(commits >= 3, "{commits} commits");
        // Whoever was accepted in the meantime was forgotten too, or is somebody else.
        if late.contact.id == contact {
            said.push(late);
        }
        is_nobody(&world, contact).await;
        for accepted in said {
            let stored = world.stored(accepted.message).await;
            assert_eq!(stored.outbound().unwrap().content.text(), Some(""));
            assert_eq!(stored.fold.state, State::Cancelled);
        }
    })
    .await;
}

#[tokio::test]
async fn an_id_that_was_merged_forgets_all_that_it_stands_for() {
    check_embedded(async |world| {
        let older = world.submitted(CUSTOMER, "wamid.1").await;
        let younger = world.submitted("31600000001", "wamid.2").await;
        let id = world.stored(younger).await.contact.id;
        let same = CustomerChange::Address(address(CUSTOMER));
        world.change_customer(id, vec![same]).await.unwrap();
        assert!(world.forget(id).await);
        is_nobody(&world, id).await;
        for message in [older, younger] {
            assert_eq!(world.story(message).await.last(), Some(&"erased"));
        }
        for text in [CUSTOMER, "31600000001"] {
            assert_eq!(world.reached_at(text).await, None);
        }
    })
    .await;
}

#[tokio::test]
async fn who_was_forgotten_is_so_after_a_start() {
    check_durable_embedded(async |mut world| {
        let sent = world.submitted(CUSTOMER, "wamid.1").await;
        let contact = world.stored(sent).await.contact.id;
        let other = world.accept("31600000001").await;
        let mut gallery = Gallery {
            contacts: &[contact, other.contact.id],
            addresses: &[CUSTOMER, USER, "31600000001"],
            messages: &[sent, other.message],
        };
        world.restart();
        world.hear("wamid.in", &[CUSTOMER, USER]).await;
        world.forget(contact).await;
        world.answers_the_same_after_a_start(&gallery).await;
        // Somebody else has the address now.
        let again = world.accept(CUSTOMER).await;
        let contacts = [contact, other.contact.id, again.contact.id];
        gallery.contacts = &contacts;
        world.answers_the_same_after_a_start(&gallery).await;
        world.restart();
        world.answers_the_same_after_a_start(&gallery).await;
    })
    .await;
}

#[tokio::test]
async fn numbers_of_addresses_that_were_taken_away_are_not_given_again() {
    check_durable_embedded(async |mut world| {
        let contact = world.accept(CUSTOMER).await.contact.id;
        world.restart();
        world.forget(contact).await;
        // An index that knew of the last address still fits.
        let before = world.reached_at(CUSTOMER).await;
        world.restart();
        assert_eq!(world.reached_at(CUSTOMER).await, before);
        let next = world.accept("31600000001").await;
        world.restart();
        let file = rusqlite::Connection::open(world.path().join("dragoman.db")).unwrap();
        let query = "SELECT id FROM addresses";
        let id: i64 = file.query_row(query, [], |row| row.get(0)).unwrap();
        assert_eq!(id, 2);
        let found = world.reached_at("31600000001").await.unwrap();
        assert_eq!(found.contact, next.contact);
    })
    .await;
}

#[tokio::test]
async fn what_is_told_again_is_emptied_also_where_a_sweep_has_passed_over_it() {
    check_embedded(async |world| {
        let mut sent = Vec::new();
        for (seconds, provider_id) in [(2, "wamid.1"), (1, "wamid.2")] {
            let acceptance = Acceptance {
                machine: NOW.minus(Duration::from_secs(seconds)),
                departure: Some(Departure {
                    attempt: AttemptId(world.random()),
                }),
                ..world.acceptance(admitted(submission(CUSTOMER)))
            };
            let accepted = world.store().accept(acceptance).await.unwrap();
            let in_flight = accepted.in_flight.unwrap();
            assert!(world.settle(&in_flight, taken(provider_id)).await);
            sent.push((accepted.message, accepted.contact.id));
        }
        let (message, contact) = sent[0];
        world.accept("31600000001").await;
        let tried = |seq, message, then| AttemptedDelivery {
            seq,
            message,
            at: NOW,
            status: Some(500),
            answer: None,
            then,
        };
        let again = Attempted::Again {
            due_at: NOW,
            tries: 1,
        };
        // The last try is kept for the sake of its number: it is of somebody else.
        let tries = vec![
            tried(3, Some(message), again),
            tried(1, None, Attempted::Done),
        ];
        let last = world.store().last_event();
        let told = world.store().delivered(SUBSCRIPTION, last, tries);
        told.await.unwrap();
        let before = Retention {
            messages_before: Some(NOW),
            bodies_before: None,
        };
        assert_eq!(world.sqlite().retain(before).await.unwrap().messages, 1);
        assert!(world.forget(contact).await);
        let stored = world.stored(message).await;
        assert_eq!(stored.outbound().unwrap().content.text(), Some(""));
    })
    .await;
}
