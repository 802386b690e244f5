//! What is written: every verb once, about somebody of its own, again and again.

use std::path::Path;
use std::time::Duration;

use dragoman_core::catalog::{Account, Change};
use dragoman_core::contact::CustomerChange;
use dragoman_core::doubt::{Resolution, Resolver};
use dragoman_core::file::{Fetched, Upload};
use dragoman_core::id::AttemptId;
use dragoman_core::inbound::{Report, StatusKind};
use dragoman_core::message::Ready;
use dragoman_core::news::{DeliveryNews, Notice};
use dragoman_core::outcome::Settlement;
use dragoman_core::ports::{
    Acceptance, Attempted, AttemptedDelivery, Begin, Contacts, Departure, Files, Introduction,
    Keys, NewNote, Quarantined, Random, Rotation, Store,
};
use dragoman_core::submission::Submission;
use dragoman_core::{Id, MessageId, Raw};
use dragoman_store::{Retention, SqliteStore};
use dragoman_testkit::{SeededRandom, tenant};

use crate::fetching::{file_of, picture};
use crate::kill::tell;
use crate::media::file;
use crate::people::{address, name, new_note};
use crate::world::{
    ACCOUNT, CHANNEL, MOMENT, NOW, SUBSCRIPTION, TINY, World, admitted, failure, inbound, receipt,
    status, submission,
};

pub(super) async fn write_until_killed(dir: &Path) {
    let world = World::of(SqliteStore::open_with(dir, TINY).unwrap());
    let begin = world.store().last_event();
    let random = SeededRandom::new(begin.unsigned_abs());
    for number in begin.. {
        let round = Round {
            world: &world,
            random: &random,
            number,
        };
        round.send().await;
        round.doubt().await;
        round.hear().await;
        round.tell_subscribers().await;
        round.keep_files().await;
        round.know_somebody().await;
    }
}

/// One round.
struct Round<'a> {
    world: &'a World,
    random: &'a SeededRandom,
    number: i64,
}

impl Round<'_> {
    fn store(&self) -> &dyn Store {
        &**self.world.store()
    }

    fn customer(&self) -> String {
        format!("3161{:07}", self.number)
    }

    fn provider_id(&self, what: &str) -> String {
        format!("wamid.{what}.{}", self.number)
    }

    fn attempt(&self) -> AttemptId {
        AttemptId(self.random.bits())
    }

    fn acceptance(&self) -> Acceptance {
        let submission = Submission {
            metadata: None,
            ..submission(&self.customer())
        };
        Acceptance {
            random: [(); 3].map(|()| self.random.bits()),
            ..self.world.acceptance(admitted(submission))
        }
    }

    async fn accept(&self) -> MessageId {
        let message = self
            .store()
            .accept(self.acceptance())
            .await
            .unwrap()
            .message;
        tell(format!("accept {message}"));
        message
    }

    /// Accepted and departed in one commit.
    async fn depart(&self) -> (MessageId, AttemptId) {
        let attempt = self.attempt();
        let acceptance = Acceptance {
            departure: Some(Departure { attempt }),
            ..self.acceptance()
        };
        let message = self.store().accept(acceptance).await.unwrap().message;
        tell(format!("depart {message}"));
        (message, attempt)
    }

    async fn settle(&self, message: MessageId, attempt: AttemptId, settlement: Settlement) {
        let settling = self.store().settle(message, Some(attempt), settlement, NOW);
        assert!(settling.await.unwrap());
    }

    /// Withdrawn, refused for now, taken, delivered; and another one that fails.
    async fn send(&self) {
        let message = self.accept().await;
        for verb in ["withdraw", "retry", "submit"] {
            let claim = self.store().claim(&[message]).await.unwrap().pop().unwrap();
            let (ready, attempt) = (Ready::new(claim, None), self.attempt());
            let begun = self.store().begin(ready, attempt, NOW).await.unwrap();
            let Begin::Departed(in_flight) = begun else {
                panic!("it waits");
            };
            tell(format!("begin {message}"));
            match verb {
                "withdraw" => self.store().withdraw(in_flight, NOW).await.unwrap(),
                "retry" => {
                    let retry = Settlement::Retry {
                        failure: failure(),
                        due_at: NOW,
                    };
                    self.settle(message, attempt, retry).await;
                }
                _ => {
                    let taken = receipt(&self.provider_id("sent"));
                    self.settle(message, attempt, taken).await;
                }
            }
            tell(format!("{verb} {message}"));
        }
        let delivered = status(&self.provider_id("sent"), None, StatusKind::Delivered, 5);
        self.world.record(vec![delivered]).await;
        tell(format!("status {message}"));
        let (message, attempt) = self.depart().await;
        self.settle(message, attempt, Settlement::Failed(failure()))
            .await;
        tell(format!("fail {message}"));
    }

    async fn doubt(&self) {
        let (message, attempt) = self.depart().await;
        let lost = Settlement::Unknown("reset".into());
        self.settle(message, attempt, lost).await;
        tell(format!("lose {message}"));
        let by = Resolver::Policy;
        self.world.decide(message, Resolution::Failed, by).await;
        tell(format!("resolve {message}"));
    }

    async fn hear(&self) {
        let text = inbound(&self.provider_id("in"), &[&self.customer()]);
        self.world.record(vec![Report::Inbound(text)]).await;
        let heard = self.world.named(&self.provider_id("in")).await.unwrap();
        tell(format!("hear {}", heard.message));
        let picture = picture(&self.provider_id("picture"), "77");
        self.world.record(vec![Report::Inbound(picture)]).await;
        let awaited = self.world.named(&self.provider_id("picture")).await;
        let message = awaited.unwrap().message;
        tell(format!("await {message}"));
        let fetched = Fetched::Kept(file_of(message));
        self.world.fetched(message, fetched).await;
        tell(format!("fetch {message}"));
        let odd = Quarantined {
            account: ACCOUNT,
            channel: CHANNEL,
            at: NOW,
            why: "not JSON".into(),
            body: Raw::new("{"),
        };
        self.store().quarantine(odd).await.unwrap();
        tell(format!("quarantine {}", self.number));
        self.store().heartbeat(NOW).await.unwrap();
        tell(format!("heartbeat {}", self.number));
    }

    async fn tell_subscribers(&self) {
        let (store, number) = (self.store(), self.number);
        let seq = store.last_event();
        let told = AttemptedDelivery {
            seq,
            message: None,
            at: NOW,
            status: Some(200),
            answer: None,
            then: Attempted::Done,
        };
        store
            .delivered(SUBSCRIPTION, seq, vec![told])
            .await
            .unwrap();
        tell(format!("deliver {seq}"));
        store.rewind(SUBSCRIPTION, seq - 1).await.unwrap();
        tell(format!("rewind {seq}"));
        let news = DeliveryNews {
            subscription: SUBSCRIPTION,
            failing_since: Some(NOW),
            stopped: None,
        };
        store.report(tenant(ACCOUNT), news, NOW).await.unwrap();
        tell(format!("report {number}"));
        let notice = Notice {
            channel: CHANNEL,
            format: "callbell".into(),
            body: Raw::new("{}"),
        };
        store.notify(tenant(ACCOUNT), notice, NOW).await.unwrap();
        tell(format!("notify {number}"));
        let account = Change::Account(Account {
            id: ACCOUNT,
            name: number.to_string().into(),
            created_at: NOW,
        });
        store.change(vec![account.clone()]).await.unwrap();
        tell(format!("change {number}"));
        let seen = store.catalog();
        store.change_from(&seen, vec![account]).await.unwrap();
        tell(format!("change_from {number}"));
        self.world.sqlite().rotate(Rotation::Master).await.unwrap();
        tell(format!("rotate {number}"));
    }

    async fn keep_files(&self) {
        let store = self.world.sqlite();
        let kept = file(u128::from(self.number.unsigned_abs()) << 8);
        let id = kept.id;
        self.world.keep(kept).await;
        tell(format!("keep_file {id}"));
        store.used_file(id, NOW).await.unwrap();
        tell(format!("use_file {id}"));
        let upload = Upload {
            provider_id: "media-1".into(),
            until: NOW.plus(Duration::from_secs(3600)),
        };
        store.keep_upload(id, CHANNEL, upload).await.unwrap();
        tell(format!("keep_upload {id}"));
        store.remove_file(tenant(ACCOUNT), id).await.unwrap();
        tell(format!("remove_file {id}"));
        store.swept(vec![id]).await.unwrap();
        tell(format!("sweep {id}"));
    }

    async fn know_somebody(&self) {
        let store = self.world.sqlite();
        let introduction = Introduction {
            account: tenant(ACCOUNT),
            channel: CHANNEL,
            address: address(&format!("3162{:07}", self.number)),
            id: Id::from_u128(self.random.bits()),
            random: self.random.bits(),
            changes: vec![name("Ada")],
            at: MOMENT,
        };
        let contact = introduction.id;
        store.introduce(introduction).await.unwrap();
        tell(format!("introduce {contact}"));
        let changes = vec![CustomerChange::Note(Some("prefers mornings".into()))];
        let changing = store.change_customer(tenant(ACCOUNT), contact, None, changes, MOMENT);
        changing.await.unwrap();
        tell(format!("change_customer {contact}"));
        let note = NewNote {
            random: self.random.bits(),
            ..new_note(contact, "call back")
        };
        let note = store.note(note).await.unwrap().unwrap();
        tell(format!("note {note}"));
        let waiting = self.accept().await;
        assert!(self.world.erase(waiting).await);
        tell(format!("erase {waiting}"));
        assert!(self.world.forget(contact).await);
        tell(format!("forget {contact}"));
        let long_ago = NOW.minus(Duration::from_secs(86_400));
        let retention = Retention {
            messages_before: Some(long_ago),
            bodies_before: Some(long_ago),
        };
        store.retain(retention).await.unwrap();
        tell(format!("retain {}", self.number));
    }
}
