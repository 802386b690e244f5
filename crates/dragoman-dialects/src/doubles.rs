//! What the tests of every dialect stand on.

mod contacts;
mod files;
mod keys;
mod pigeon;
mod raven;
mod reckoner;
mod store;

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use dragoman_core::doubt::Resolution;
use dragoman_core::message::Stored;
use dragoman_core::ports::{
    Accepted, Contacts, Decided, Desk, DeskError, Files, Keys, Lines, Oldest, Reckoner, Rehearsal,
    Replay, ReplayError, Replayed, Replays, WaitingFor,
};
use dragoman_core::submission::Submission;
use dragoman_core::{Id, MessageId, Secret, Tenant};
use dragoman_testkit::{ScriptedHttp, SeededRandom, TestClock};

use crate::limits::Limits;
use crate::links::Links;
use crate::services::Services;
use crate::uses::Uses;

pub(crate) use files::MemoryFiles;
pub(crate) use pigeon::Pigeon;
pub(crate) use raven::Raven;
pub(crate) use store::MemoryStore;

/// The services of a gateway that sends nothing, with one driver.
pub(crate) fn services(store: Arc<MemoryStore>) -> Services {
    let files = Arc::new(MemoryFiles::default());
    Services {
        files: Arc::clone(&files) as Arc<dyn Files>,
        objects: files,
        http: Arc::new(ScriptedHttp::new()),
        links: Links::new(Secret::new("key"), "https://gw.example"),
        desk: Arc::new(Closed),
        lines: Arc::new(Closed),
        replays: Arc::new(Messenger::default()),
        contacts: Arc::clone(&store) as Arc<dyn Contacts>,
        reckoner: Arc::clone(&store) as Arc<dyn Reckoner>,
        keys: Arc::clone(&store) as Arc<dyn Keys>,
        store,
        clock: Arc::new(TestClock::new()),
        random: Arc::new(SeededRandom::new(7)),
        drivers: vec![Arc::new(Pigeon)],
        limits: Limits::default(),
        uses: Uses::default(),
        public_url: "https://gw.example".into(),
        listener_ca: None,
    }
}

/// A desk where nobody has any business.
struct Closed;

#[async_trait]
impl Desk for Closed {
    async fn submit(&self, _: Submission) -> Result<Accepted, DeskError> {
        unreachable!("nothing is sent here")
    }

    async fn rehearse(&self, _: Submission) -> Result<Rehearsal, DeskError> {
        unreachable!("nothing is sent here")
    }

    async fn resolve(&self, _: Tenant, _: MessageId, _: Resolution) -> Result<Decided, DeskError> {
        Ok(Decided::NotInDoubt)
    }
}

/// Remembers what is to be told again.
#[derive(Default)]
pub(crate) struct Messenger {
    pub(crate) asked: Mutex<Vec<(Id, Replay)>>,
}

#[async_trait]
impl Replays for Messenger {
    async fn replay(&self, subscription: Id, wanted: Replay) -> Result<Replayed, ReplayError> {
        let answer = match &wanted {
            Replay::Event(_) => Replayed::Events {
                count: 1,
                more: false,
            },
            Replay::Dead { .. } => Replayed::Events {
                count: 7,
                more: true,
            },
            Replay::Since(_) => Replayed::After(12),
        };
        self.asked.lock().unwrap().push((subscription, wanted));
        Ok(answer)
    }
}

/// Nobody waits.
impl Lines for Closed {
    fn waiting_for(&self, _: &Stored) -> Option<WaitingFor> {
        None
    }

    fn oldest(&self, _: Id) -> Option<Oldest> {
        None
    }
}
