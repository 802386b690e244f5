//! Customers' endpoints that struggle, and the format in which they are told everything.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use dragoman_core::Timestamp;
use dragoman_core::catalog::Subscription;
use dragoman_core::ports::{
    Answer, Courtesy, Format, Http, HttpError, NewsView, Outgoing, Request, View,
};
use dragoman_testkit::SeededRandom;

use super::chronicle::{Chronicle, Told};

/// How an endpoint treats calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Habit {
    Takes,
    IsAway,
    Fails(u16),
    Hangs,
    /// Takes it, and the answer is lost.
    TakesAndResets,
    /// One call goes well, the next does not.
    Flickers,
}

pub(super) struct Receivers {
    pub(super) random: Arc<SeededRandom>,
    pub(super) chronicle: Arc<Chronicle>,
    pub(super) habits: Mutex<BTreeMap<Box<str>, Habit>>,
}

impl Receivers {
    pub(super) fn become_calm(&self) {
        self.habits.lock().unwrap().clear();
    }

    pub(super) fn becomes(&self, url: &str, habit: Habit) {
        self.habits.lock().unwrap().insert(url.into(), habit);
    }

    fn take(&self, request: &Request) {
        let body = std::str::from_utf8(&request.body).unwrap();
        let mut words = body.split(' ').map(|word| word.parse().unwrap());
        let (seq, conversation) = (words.next().unwrap(), words.next().unwrap());
        let headers = request.headers.iter();
        let mut named = headers.filter(|(name, _)| name == "webhook-id");
        let name = named.next().map(|(_, id)| id.clone());
        self.chronicle.note("told", seq as u128);
        let mut seen = self.chronicle.seen();
        let told = seen.told.entry(request.url.as_str().into()).or_default();
        told.push(Told {
            seq,
            conversation,
            name,
        });
    }
}

#[async_trait]
impl Http for Receivers {
    async fn call(&self, request: Request) -> Result<Answer, HttpError> {
        let habit = self.habits.lock().unwrap().get(&*request.url).copied();
        let mut habit = habit.unwrap_or(Habit::Takes);
        if habit == Habit::Flickers {
            habit = [Habit::Takes, Habit::Fails(503)][self.random.below(2) as usize];
        }
        let pause = match habit {
            Habit::Hangs => Duration::from_secs(14),
            Habit::Takes
            | Habit::IsAway
            | Habit::Fails(_)
            | Habit::TakesAndResets
            | Habit::Flickers => Duration::from_millis(self.random.below(200)),
        };
        tokio::time::sleep(pause).await;
        let status = match habit {
            Habit::Takes => {
                self.take(&request);
                200
            }
            Habit::TakesAndResets => {
                self.take(&request);
                return Err(HttpError::Lost("reset".into()));
            }
            Habit::IsAway => return Err(HttpError::NotSent("refused".into())),
            Habit::Hangs => return Err(HttpError::Lost(HttpError::TIMEOUT.into())),
            Habit::Fails(status) => status,
            Habit::Flickers => 503,
        };
        Ok(Answer {
            status,
            retry_after: None,
            content_type: None,
            date: None,
            body: Vec::new(),
        })
    }
}

/// Tells every event by its number and its conversation's.
pub(super) struct Numbers {
    /// After so many tries it gives up.
    pub(super) tries: u32,
}

impl Numbers {
    fn tell(seq: i64, conversation: i64) -> Option<Outgoing> {
        Some(Outgoing {
            headers: Vec::new(),
            body: format!("{seq} {conversation}").into_bytes(),
        })
    }
}

impl Format for Numbers {
    fn name(&self) -> &'static str {
        "double"
    }

    fn render(&self, view: &View<'_>, _: Timestamp) -> Option<Outgoing> {
        Self::tell(view.event.seq, view.message.conversation.number)
    }

    fn render_news(&self, view: &NewsView<'_>, _: Timestamp) -> Option<Outgoing> {
        Self::tell(view.news.seq, 0)
    }

    fn courtesy(&self) -> Courtesy {
        Courtesy::Ours
    }

    fn is_success(&self, status: u16) -> bool {
        status == 200
    }

    fn pause(&self, _: &Subscription, tries: u32) -> Option<Duration> {
        (tries < self.tries).then_some(Duration::from_secs(5))
    }
}
