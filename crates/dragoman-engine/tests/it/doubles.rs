//! Doubles of a driver, a format and the customers' endpoints.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use dragoman_core::catalog::{Channel, Subscription};
use dragoman_core::content::Content;
use dragoman_core::event::What;
use dragoman_core::id::AttemptToken;
use dragoman_core::message::{Claim, InFlight, Ready};
use dragoman_core::outcome::{Again, Failure, NotTaken, Receipt, SendError, Slow};
use dragoman_core::ports::{
    Answer, Clock, Driver, Format, Http, HttpError, Incoming, Outgoing, ReceiveError, Request, View,
};
use dragoman_core::{Id, Timestamp};
use dragoman_testkit::TestClock;

/// How the provider treats a POST.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Provider {
    Takes,
    Refuses(Again, Slow),
    IsAway,
    LosesTheAnswer,
    NeverAnswers,
    Crashes,
    CrashesBefore,
}

/// A driver that does what it is told, and remembers every POST.
#[derive(Default)]
pub(crate) struct DoubleDriver {
    pub(crate) prepares: bool,
    script: Mutex<VecDeque<Provider>>,
    habits: Mutex<HashMap<Id, Provider>>,
    posts: Mutex<Vec<AttemptToken>>,
    webhook: Mutex<Vec<Incoming>>,
    /// What happened in which order; the store double writes here too.
    pub(crate) log: Arc<Mutex<Vec<&'static str>>>,
}

impl DoubleDriver {
    /// One whose messages may need preparation.
    pub(crate) fn preparing(prepares: bool) -> Self {
        Self {
            prepares,
            ..Self::default()
        }
    }

    /// For the next POSTs.
    pub(crate) fn next(&self, providers: &[Provider]) {
        self.script.lock().unwrap().extend(providers);
    }

    /// For all other POSTs of this channel.
    pub(crate) fn always(&self, channel: Id, provider: Provider) {
        self.habits.lock().unwrap().insert(channel, provider);
    }

    pub(crate) fn posts(&self) -> Vec<AttemptToken> {
        self.posts.lock().unwrap().clone()
    }

    /// What the next webhooks say.
    pub(crate) fn says(&self, incoming: Vec<Incoming>) {
        *self.webhook.lock().unwrap() = incoming;
    }
}

fn not_taken(again: Again, slow: Slow) -> NotTaken {
    NotTaken {
        failure: Failure::new(131_000, "refused"),
        again,
        slow,
    }
}

#[async_trait]
impl Driver for DoubleDriver {
    fn name(&self) -> &'static str {
        "double"
    }

    fn needs_preparation(&self, _: &Content) -> bool {
        self.prepares
    }

    async fn prepare(&self, _: &dyn Http, _: &Channel, claim: Claim) -> Result<Ready, NotTaken> {
        self.log.lock().unwrap().push("prepare");
        let mut script = self.script.lock().unwrap();
        if matches!(script.front(), Some(Provider::CrashesBefore)) {
            script.pop_front();
            drop(script);
            panic!("preparing crashes on purpose");
        }
        Ok(Ready::new(claim, None))
    }

    async fn send(
        &self,
        http: &dyn Http,
        channel: &Channel,
        in_flight: &InFlight,
    ) -> Result<Receipt, SendError> {
        self.log.lock().unwrap().push("POST");
        self.posts.lock().unwrap().push(in_flight.token());
        let scripted = self.script.lock().unwrap().pop_front();
        let habit = self.habits.lock().unwrap().get(&channel.id).copied();
        match scripted.or(habit).unwrap_or(Provider::Takes) {
            Provider::Takes => Ok(Receipt {
                provider_id: format!("wamid.{:?}", in_flight.attempt()).into(),
                recipient: None,
            }),
            Provider::Refuses(again, slow) => Err(SendError::NotTaken(not_taken(again, slow))),
            Provider::IsAway => {
                let error = http.call(super::house::request_to_nowhere()).await;
                Err(error.expect_err("nowhere does not answer").into())
            }
            Provider::LosesTheAnswer => Err(SendError::Unknown("reset".into())),
            Provider::NeverAnswers => std::future::pending().await,
            Provider::Crashes | Provider::CrashesBefore => panic!("sending crashes on purpose"),
        }
    }

    fn verify(&self, _: &Channel, query: &[(String, String)]) -> Option<String> {
        query.first().map(|(_, challenge)| challenge.clone())
    }

    fn receive(
        &self,
        _: &Channel,
        signature: Option<&str>,
        body: &[u8],
    ) -> Result<Vec<Incoming>, ReceiveError> {
        match (signature, body) {
            (Some("good"), b"nonsense") => Err(ReceiveError::Malformed("nonsense".into())),
            (Some("good"), _) => Ok(self.webhook.lock().unwrap().clone()),
            (Some(_) | None, _) => Err(ReceiveError::Signature),
        }
    }

    fn signature_header(&self) -> &'static str {
        "x-signature"
    }

    fn shares_secret(&self, one: &Channel, other: &Channel) -> bool {
        one.setting("secret") == other.setting("secret")
    }
}

/// Tells of every accepted message: the body is its text.
pub(crate) struct DoubleFormat;

impl Format for DoubleFormat {
    fn name(&self) -> &'static str {
        "double"
    }

    fn render(&self, view: &View<'_>, _: Timestamp) -> Option<Outgoing> {
        if view.event.what != What::Accepted {
            return None;
        }
        let text = view.message.outbound()?.content.text()?;
        assert_ne!(text, "poison", "rendering crashes on purpose");
        Some(Outgoing {
            headers: Vec::new(),
            body: text.as_bytes().to_vec(),
        })
    }

    fn is_success(&self, status: u16) -> bool {
        status == 200
    }

    fn pause(&self, _: &Subscription, tries: u32) -> Option<Duration> {
        (tries < 50).then_some(Duration::from_secs(60))
    }
}

/// The customers' endpoints: each takes everything, or is down.
#[derive(Default)]
pub(crate) struct Endpoints {
    down: Mutex<HashSet<String>>,
    hanging: Mutex<HashSet<String>>,
    told: Mutex<Vec<(String, String)>>,
    calls: Mutex<HashMap<String, u32>>,
}

impl Endpoints {
    pub(crate) fn down(&self, url: &str, down: bool) {
        let mut set = self.down.lock().unwrap();
        if down {
            set.insert(url.to_owned());
        } else {
            set.remove(url);
        }
    }

    pub(crate) fn hang(&self, url: &str) {
        self.hanging.lock().unwrap().insert(url.to_owned());
    }

    /// What an endpoint has taken, in order.
    pub(crate) fn told(&self, url: &str) -> Vec<String> {
        let told = self.told.lock().unwrap();
        let of = told.iter().filter(|(known, _)| known == url);
        of.map(|(_, body)| body.clone()).collect()
    }

    pub(crate) fn calls(&self, url: &str) -> u32 {
        self.calls.lock().unwrap().get(url).copied().unwrap_or(0)
    }
}

#[async_trait]
impl Http for Endpoints {
    async fn call(&self, request: Request) -> Result<Answer, HttpError> {
        *self
            .calls
            .lock()
            .unwrap()
            .entry(request.url.clone())
            .or_default() += 1;
        if self.hanging.lock().unwrap().contains(&request.url) {
            std::future::pending::<()>().await;
        }
        if self.down.lock().unwrap().contains(&request.url) {
            return Err(HttpError::NotSent("refused".into()));
        }
        let body = String::from_utf8(request.body).unwrap();
        self.told.lock().unwrap().push((request.url, body));
        Ok(Answer {
            status: 200,
            retry_after: None,
            body: Vec::new(),
        })
    }
}

/// A clock that stands still, or with which nothing is ever in time: whoever reads the monotonic
/// time finds that three seconds have passed.
#[derive(Default)]
pub(crate) struct DoubleClock {
    still: TestClock,
    hurried: AtomicBool,
}

impl DoubleClock {
    pub(crate) fn hurry(&self, hurried: bool) {
        self.hurried.store(hurried, Ordering::SeqCst);
    }

    pub(crate) fn advance(&self, by: Duration) {
        self.still.advance(by);
    }

    pub(crate) fn shift(&self, by: Duration) {
        self.still.shift(by);
    }
}

#[async_trait]
impl Clock for DoubleClock {
    fn now(&self) -> Timestamp {
        self.still.now()
    }

    fn machine(&self) -> Timestamp {
        self.still.machine()
    }

    fn monotonic(&self) -> Duration {
        if self.hurried.load(Ordering::SeqCst) {
            self.still.advance(Duration::from_secs(3));
        }
        self.still.monotonic()
    }

    async fn moved(&self) {
        self.still.moved().await;
    }
}
