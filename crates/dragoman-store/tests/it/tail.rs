//! What is read on from the shelf's mark is what a whole new index says.

use std::time::Duration;

use dragoman_core::assignment::Assignment;
use dragoman_core::catalog::Change;
use dragoman_core::contact::CustomerChange;
use dragoman_core::id::AttemptId;
use dragoman_core::inbound::{Inbound, Report, StatusKind};
use dragoman_core::message::InFlight;
use dragoman_core::outcome::{Receipt, Settlement};
use dragoman_core::ports::{Attempted, AttemptedDelivery, Contacts, Happened};
use dragoman_core::submission::{Duplicate, Submission};
use dragoman_core::{Id, MessageId};
use dragoman_store::{Retention, SqliteStore};
use dragoman_testkit::tenant;
use proptest::prelude::*;

use crate::files::copy_of;
use crate::people::{Gallery, address, name, new_note, tags};
use crate::picture::{Album, assert_same};
use crate::staff::{ada, away};
use crate::world::{
    ACCOUNT, NOW, SUBSCRIPTION, TINY, World, admitted, assigned, doomed, failure, inbound, key,
    submission,
};

/// Something that happens to the store. Numbers choose among what there is.
#[derive(Clone, Copy, Debug)]
enum Act {
    Accept(usize),
    AcceptWithKey(usize, u8),
    AcceptTwin(usize, u8),
    AcceptAndFail(usize),
    Assign(usize, u8),
    Depart(usize),
    Submit(usize),
    SubmitToAnother(usize, usize),
    Retry(usize),
    Lose(usize),
    Status(usize, u8),
    Receive(usize, bool),
    Deliver(usize, bool),
    Staff(bool),
    DeliverNews(bool),
    ReceiveFromBoth(usize, usize),
    Change(usize, u8),
    Note(usize),
    Erase(usize),
    Forget(usize),
    Retain,
    Restart,
}

fn act() -> impl Strategy<Value = Act> {
    let n = || 0..8_usize;
    prop_oneof![
        1 => n().prop_map(Act::Accept),
        1 => (n(), 0..6_u8).prop_map(|(customer, key)| Act::AcceptWithKey(customer, key)),
        1 => (n(), 0..3_u8).prop_map(|(customer, twin)| Act::AcceptTwin(customer, twin)),
        1 => n().prop_map(Act::AcceptAndFail),
        1 => (n(), 0..3_u8).prop_map(|(customer, team)| Act::Assign(customer, team)),
        4 => n().prop_map(Act::Depart),
        4 => n().prop_map(Act::Submit),
        1 => (n(), n()).prop_map(|(nth, customer)| Act::SubmitToAnother(nth, customer)),
        1 => n().prop_map(Act::Retry),
        1 => n().prop_map(Act::Lose),
        4 => (n(), 0..4_u8).prop_map(|(nth, kind)| Act::Status(nth, kind)),
        2 => (n(), any::<bool>()).prop_map(|(customer, named)| Act::Receive(customer, named)),
        2 => (n(), any::<bool>()).prop_map(|(nth, again)| Act::Deliver(nth, again)),
        1 => any::<bool>().prop_map(Act::Staff),
        1 => any::<bool>().prop_map(Act::DeliverNews),
        1 => (n(), n()).prop_map(|(one, other)| Act::ReceiveFromBoth(one, other)),
        2 => (n(), 0..5_u8).prop_map(|(customer, change)| Act::Change(customer, change)),
        1 => n().prop_map(Act::Note),
        1 => n().prop_map(Act::Erase),
        1 => n().prop_map(Act::Forget),
        1 => Just(Act::Restart),
    ]
}

fn customer(number: usize) -> String {
    format!("3160000{number:04}")
}

struct Story {
    world: World,
    in_flight: Vec<InFlight>,
    album: Album,
    /// Everybody whom something was done to.
    contacts: Vec<Id>,
}

impl Story {
    async fn run(&mut self, act: Act) {
        let world = &mut self.world;
        match act {
            Act::Accept(number) => {
                let accepted = world.accept(&customer(number)).await;
                self.album.messages.push(accepted.message);
            }
            Act::AcceptWithKey(number, which) => {
                let submission = Submission {
                    key: key(which, which),
                    ..submission(&customer(number))
                };
                let acceptance = world.acceptance(admitted(submission));
                let accepted = world.store().accept(acceptance).await.unwrap();
                self.album.messages.push(accepted.message);
            }
            Act::AcceptTwin(number, fingerprint) => {
                let duplicate = Duplicate {
                    fingerprint: [fingerprint; 16],
                    window: Duration::from_secs(60),
                };
                let submission = Submission {
                    duplicate: Some(duplicate),
                    ..submission(&customer(number))
                };
                let acceptance = world.acceptance(admitted(submission));
                let accepted = world.store().accept(acceptance).await.unwrap();
                self.album.messages.push(accepted.message);
            }
            Act::AcceptAndFail(number) => {
                let acceptance = world.acceptance(doomed(submission(&customer(number))));
                let accepted = world.store().accept(acceptance).await.unwrap();
                self.album.messages.push(accepted.message);
            }
            Act::Assign(number, team) => {
                let wish = Assignment {
                    team: Some(Id::from_u128(team.into())),
                    ..Assignment::default()
                };
                let acceptance = world.acceptance(assigned(submission(&customer(number)), wish));
                let accepted = world.store().accept(acceptance).await.unwrap();
                self.album.messages.push(accepted.message);
            }
            Act::Depart(number) => {
                let attempt = AttemptId(world.random());
                let in_flight = world.accept_and_begin(&customer(number), attempt).await;
                self.album.messages.push(in_flight.message());
                self.in_flight.push(in_flight);
            }
            Act::Submit(nth) => self.settle(nth, |id| receipt(id, None)).await,
            Act::SubmitToAnother(nth, number) => {
                let recipient = Some(customer(number + 100));
                self.settle(nth, |id| receipt(id, recipient)).await;
            }
            Act::Retry(nth) => {
                let failure = failure();
                let due_at = NOW;
                self.settle(nth, |_| Settlement::Retry { failure, due_at })
                    .await;
            }
            Act::Lose(nth) => {
                let reason = "timeout".into();
                self.settle(nth, |_| Settlement::Unknown(reason)).await;
            }
            Act::Status(nth, kind) => self.status(nth, kind).await,
            Act::Receive(number, named) => self.receive(&[number], named).await,
            Act::ReceiveFromBoth(one, other) => {
                self.meet(one).await;
                self.meet(other).await;
                self.receive(&[one, other], false).await;
            }
            Act::Change(number, which) => {
                if let Some(contact) = self.meet(number).await {
                    self.world
                        .change_customer(contact, vec![change(which)])
                        .await;
                }
            }
            Act::Note(number) => {
                if let Some(contact) = self.meet(number).await {
                    let mut note = new_note(contact, "call back");
                    note.random = self.world.random();
                    let noted = self.world.sqlite().note(note).await.unwrap();
                    self.album.messages.extend(noted);
                }
            }
            Act::Erase(nth) => {
                if let Some(message) = self.album.messages.get(nth) {
                    world.erase(*message).await;
                }
            }
            Act::Forget(number) => {
                if let Some(contact) = self.meet(number).await {
                    self.world.forget(contact).await;
                }
            }
            Act::Deliver(nth, again) => self.deliver(nth, again).await,
            Act::Staff(true) => world.change(vec![Change::User(ada(&[]))]).await,
            Act::Staff(false) => world.change(vec![Change::User(away(&[]))]).await,
            Act::DeliverNews(again) => self.deliver_news(again).await,
            Act::Retain => {
                let last = world.store().last_event();
                let store = world.store();
                store.delivered(SUBSCRIPTION, last, vec![]).await.unwrap();
                let retention = Retention {
                    messages_before: Some(NOW.plus(Duration::from_secs(1))),
                    bodies_before: None,
                };
                world.sqlite().retain(retention).await.unwrap();
            }
            Act::Restart => {
                self.in_flight.clear();
                world.restart();
            }
        }
    }

    async fn settle(&mut self, nth: usize, how: impl FnOnce(String) -> Settlement) {
        if self.in_flight.is_empty() {
            return;
        }
        let in_flight = self.in_flight.remove(nth % self.in_flight.len());
        let provider_id = format!("wamid.{}", self.album.provider_ids.len());
        self.album.provider_ids.push(provider_id.clone());
        self.world.settle(&in_flight, how(provider_id)).await;
    }

    /// Of a message that was submitted, or will be.
    async fn status(&mut self, nth: usize, kind: u8) {
        let kind = match kind {
            0 => StatusKind::Sent,
            1 => StatusKind::Delivered,
            2 => StatusKind::Read,
            _ => StatusKind::Failed(failure()),
        };
        let provider_id = format!("wamid.{nth}");
        self.world.status(&provider_id, kind, 5).await;
    }

    /// The contact with this number, if there is one.
    async fn meet(&mut self, number: usize) -> Option<Id> {
        let found = self.world.reached_at(&customer(number)).await;
        let contact = found.map(|found| found.contact.id);
        self.contacts.extend(contact);
        contact
    }

    async fn receive(&mut self, numbers: &[usize], named: bool) {
        let provider_id = format!("wamid.in.{}", self.album.provider_ids.len());
        let message = Inbound {
            profile_name: named.then(|| "Ann".into()),
            from: numbers.iter().map(|n| address(&customer(*n))).collect(),
            ..inbound(&provider_id, &[])
        };
        self.world.record(vec![Report::Inbound(message)]).await;
        let received = self.world.named(&provider_id).await.unwrap();
        self.album.messages.push(received.message);
        self.album.provider_ids.push(provider_id);
    }

    /// The oldest piece of news.
    async fn deliver_news(&self, again: bool) {
        let store = self.world.store();
        let happened = store.events_after(0, usize::MAX).await.unwrap();
        let mut news = happened.iter().filter(|told| told.message().is_none());
        if let Some(seq) = news.next().map(Happened::seq) {
            let delivered = store.delivered(SUBSCRIPTION, seq, vec![tried(seq, None, again)]);
            delivered.await.unwrap();
        }
    }

    async fn deliver(&mut self, nth: usize, again: bool) {
        let Some(message) = self.album.messages.get(nth).copied() else {
            return;
        };
        let store = self.world.store();
        let timeline = store.timeline(tenant(ACCOUNT), message).await.unwrap();
        let Some(event) = timeline.and_then(|timeline| timeline.events.last().cloned()) else {
            return;
        };
        let attempted = tried(event.seq, Some(message), again);
        let delivered = store.delivered(SUBSCRIPTION, attempted.seq, vec![attempted]);
        delivered.await.unwrap();
    }
}

fn tried(seq: i64, message: Option<MessageId>, again: bool) -> AttemptedDelivery {
    let (due_at, tries) = (NOW, 1);
    AttemptedDelivery {
        seq,
        message,
        at: NOW,
        answer: None,
        status: Some(200),
        then: if again {
            Attempted::Again { due_at, tries }
        } else {
            Attempted::Done
        },
    }
}

fn receipt(provider_id: String, recipient: Option<String>) -> Settlement {
    Settlement::Submitted(Receipt {
        provider_id: provider_id.into(),
        recipient: recipient.map(Into::into),
        held: false,
    })
}

/// What may be changed of a customer.
fn change(which: u8) -> CustomerChange {
    match which {
        0 => name("Ada"),
        1 => tags(&["vip"]),
        2 => CustomerChange::Blocked(true),
        3 => CustomerChange::Close {
            reason: "issue_resolved".into(),
        },
        _ => CustomerChange::Open,
    }
}

/// Windows and histories are read from the messages that there are: after a removal they are not
/// compared.
async fn check_embedded(acts: Vec<Act>) {
    let removes = acts.iter().any(|act| matches!(act, Act::Retain));
    let customers = if removes { 0..0 } else { 0..108 };
    let customers: Vec<String> = customers.map(customer).collect();
    let mut story = Story {
        world: World::crossing().await,
        in_flight: Vec::new(),
        album: Album {
            customers,
            keys: 6,
            is_swept: removes,
            ..Album::default()
        },
        contacts: Vec::new(),
    };
    for act in acts {
        story.run(act).await;
    }
    let Story {
        world,
        album,
        contacts,
        ..
    } = story;
    let addresses: Vec<&str> = album.customers.iter().map(String::as_str).collect();
    let gallery = Gallery {
        contacts: if removes { &[] } else { &contacts },
        addresses: &addresses,
        messages: &[],
    };
    let (tail, whole) = (copy_of(world.path()), copy_of(world.path()));
    let live = album.picture(&**world.store()).await;
    let people = gallery.picture(world.sqlite()).await;
    drop(world);
    let rebuilt = SqliteStore::rebuild_index(whole.path()).unwrap();
    assert!(removes || rebuilt.messages == distinct(&album));
    let mut pictures = Vec::new();
    for dir in [tail, whole] {
        let store = SqliteStore::open_with(dir.path(), TINY).unwrap();
        pictures.push(album.picture(&store).await);
        if !removes && !live.contains("InFlight") {
            assert_same(&gallery.picture(&store).await, &people);
        }
    }
    assert_same(&pictures[0], &pictures[1]);
    // What is in flight at the end is unknown at the start.
    if !live.contains("InFlight") {
        assert_same(&live, &pictures[0]);
    }
}

fn distinct(album: &Album) -> u64 {
    let mut messages = album.messages.clone();
    messages.sort_unstable();
    messages.dedup();
    messages.len() as u64
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(8) })]
    #[test]
    fn a_tail_with_removals_is_a_whole_new_index_of_what_is_left(
        acts in prop::collection::vec(prop_oneof![8 => act(), 1 => Just(Act::Retain)], 5..60),
    ) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(check_embedded(acts));
    }

    #[test]
    fn a_tail_that_is_read_on_is_a_whole_new_index(acts in prop::collection::vec(act(), 5..60)) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(check_embedded(acts));
    }
}
