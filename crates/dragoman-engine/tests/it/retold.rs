//! Customers' messages that are told as news: a way to have something happen to somebody, in the
//! order of everything else.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use dragoman_core::contact::Customer;
use dragoman_core::event::What;
use dragoman_core::inbound::{Inbound, Report};
use dragoman_core::news::{News, Tidings};
use dragoman_core::ports::{Happened, Moment, Store};
use dragoman_testkit::TestClock;

use crate::house::{CHANNEL, House, hello};

/// What is told instead of a message, by the message's id at the provider.
#[derive(Default)]
pub(crate) struct Retold(Mutex<HashMap<Box<str>, Tale>>);

/// What happened, and the customer that it is about.
type Tale = (Tidings, Option<Arc<Customer>>);

impl Retold {
    /// What is told of something that happened.
    pub(crate) fn tell(&self, happened: Happened) -> Happened {
        let Happened::Message(event, message) = &happened else {
            return happened;
        };
        let retold = self.0.lock().unwrap();
        let inbound = message.inbound().filter(|_| event.what == What::Received);
        let Some((what, customer)) = inbound.and_then(|known| retold.get(&known.provider_id))
        else {
            return happened;
        };
        let news = News {
            seq: event.seq,
            account: event.account,
            at: event.at,
            what: what.clone(),
        };
        Happened::News(news, customer.clone())
    }

    fn instead(&self, what: Tidings, customer: Option<Arc<Customer>>) -> Box<str> {
        let mut retold = self.0.lock().unwrap();
        let provider_id: Box<str> = format!("wamid.retold.{}", retold.len()).into();
        retold.insert(provider_id.clone(), (what, customer));
        provider_id
    }
}

/// Something happens to somebody.
pub(crate) async fn happens(house: &House, what: Tidings, customer: Option<Arc<Customer>>) {
    let provider_id = house.store.retold.instead(what, customer);
    let hello = Inbound {
        provider_id,
        ..hello()
    };
    let at = Moment {
        machine: TestClock::START,
        now: TestClock::START,
    };
    let recording = house
        .store
        .record(CHANNEL, vec![Report::Inbound(hello)], at);
    recording.await.unwrap();
}
