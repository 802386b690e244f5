//! Doubles of a driver and a format.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use dragoman_core::catalog::{Channel, StopReason, Subscription};
use dragoman_core::content::Kind;
use dragoman_core::event::What;
use dragoman_core::id::AttemptToken;
use dragoman_core::message::InFlight;
use dragoman_core::news::{ContactNews, StaffNews, Tidings};
use dragoman_core::outcome::{Again, Failure, NotTaken, Proof, Receipt, SendError, Slow};
use dragoman_core::ports::{
    self, Courtesy, Driver, Echo, Format, Http, Incoming, NewsView, Outgoing, ReceiveError,
    Received, Setting, View,
};
use dragoman_core::{Id, Timestamp};
use tokio::sync::watch;

use crate::hands::{Hands, NO_FILE};
use crate::offers::Offers;

/// The code with which the provider refuses.
pub(crate) const REFUSED: i64 = 131_000;
/// A status that crashes the format.
pub(crate) const TEAPOT: u16 = 418;

/// How the provider treats a POST.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Provider {
    Takes,
    Refuses(Again, Slow),
    IsAway,
    LosesTheAnswer,
    /// Answers with something that proves nothing.
    AnswersNonsense,
    NeverAnswers,
    /// Takes it, and answers when it is told to.
    TakesLate,
    /// Refuses it, and answers when it is told to.
    RefusesLate(Again),
    /// Says that it has not taken it, while its servers fail.
    Struggles,
    Crashes,
    /// Takes it, and holds it back.
    HoldsBack,
    /// Refuses: it has no such file.
    MissesTheFile,
}

/// A driver that does what it is told, and remembers every POST.
#[derive(Default)]
pub(crate) struct DoubleDriver {
    /// What it can send, when that is not everything.
    takes: Option<&'static [Kind]>,
    /// What the provider offers beside sending, if anything.
    pub(crate) offers: Option<Offers>,
    /// Whether its provider's statuses bring the token back.
    echo: Option<Echo>,
    script: Mutex<VecDeque<Provider>>,
    habits: Mutex<HashMap<Id, Provider>>,
    posts: Mutex<Vec<AttemptToken>>,
    treated: Mutex<Vec<Provider>>,
    /// What each POST said that the provider calls the file.
    prepared: Mutex<Vec<Option<String>>>,
    webhook: Mutex<Received>,
    /// Whether late answers may come.
    answers: watch::Sender<bool>,
    /// What happened in which order; the store double writes here too.
    pub(crate) log: Arc<Mutex<Vec<&'static str>>>,
}

impl DoubleDriver {
    /// One whose provider takes and gives files.
    pub(crate) fn preparing() -> Self {
        Self::offering(Offers::new(&[]))
    }

    /// One that can send these only.
    pub(crate) fn taking(kinds: &'static [Kind]) -> Self {
        Self {
            takes: Some(kinds),
            ..Self::default()
        }
    }

    /// One whose provider never says of which attempt it speaks.
    pub(crate) fn silent() -> Self {
        Self {
            echo: Some(Echo::None),
            ..Self::default()
        }
    }

    /// One whose provider offers something beside sending.
    pub(crate) fn offering(offers: Offers) -> Self {
        Self {
            log: Arc::clone(&offers.log),
            offers: Some(offers),
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

    /// Late answers come now.
    pub(crate) fn answer(&self) {
        self.answers.send_replace(true);
    }

    async fn is_late(&self) {
        let mut answers = self.answers.subscribe();
        let _ = answers.wait_for(|answers| *answers).await;
    }

    pub(crate) fn posts(&self) -> Vec<AttemptToken> {
        self.posts.lock().unwrap().clone()
    }

    /// How each POST so far was treated.
    pub(crate) fn treated(&self) -> Vec<(AttemptToken, Provider)> {
        let treated = self.treated.lock().unwrap().clone();
        self.posts().into_iter().zip(treated).collect()
    }

    /// What the POSTs so far said that the provider calls the file, in order.
    pub(crate) fn prepared(&self) -> Vec<Option<String>> {
        self.prepared.lock().unwrap().clone()
    }

    /// How its provider takes and gives files.
    pub(crate) fn hands(&self) -> &Hands {
        &self
            .offers
            .as_ref()
            .expect("the provider takes files")
            .hands
    }

    /// What is understood of the next webhooks.
    pub(crate) fn says(&self, incoming: Vec<Incoming>) {
        self.webhook.lock().unwrap().incoming = incoming;
    }

    /// Whose templates have changed by the next webhooks.
    pub(crate) fn changes(&self, business: &str) {
        self.webhook.lock().unwrap().templates_changed = vec![business.into()];
    }

    /// What is left out of the next webhooks.
    pub(crate) fn mumbles(&self, reasons: &[&str]) {
        let odd = reasons.iter().map(|reason| (*reason).into());
        self.webhook.lock().unwrap().odd = odd.collect();
    }
}

fn not_taken(again: Again, slow: Slow) -> NotTaken {
    NotTaken {
        failure: Failure::new(REFUSED, "refused"),
        proof: Proof::Certain,
        again,
        slow,
    }
}

fn receipt(in_flight: &InFlight) -> Receipt {
    Receipt {
        provider_id: provider_id(&in_flight.token()).into(),
        recipient: None,
        held: false,
    }
}

#[async_trait]
impl Driver for DoubleDriver {
    fn name(&self) -> &'static str {
        "double"
    }

    fn settings(&self) -> &'static [Setting] {
        &[]
    }

    fn takes(&self) -> &'static [Kind] {
        self.takes.unwrap_or(&Kind::OUTBOUND)
    }

    fn echo(&self) -> Echo {
        self.echo.unwrap_or(Echo::Token)
    }

    async fn send(
        &self,
        http: &dyn Http,
        channel: &Channel,
        in_flight: &InFlight,
    ) -> Result<Receipt, SendError> {
        self.log.lock().unwrap().push("POST");
        let prepared = in_flight.prepared().map(str::to_owned);
        self.prepared.lock().unwrap().push(prepared);
        let scripted = self.script.lock().unwrap().pop_front();
        let habit = self.habits.lock().unwrap().get(&channel.id).copied();
        let provider = scripted.or(habit).unwrap_or(Provider::Takes);
        self.treated.lock().unwrap().push(provider);
        self.posts.lock().unwrap().push(in_flight.token());
        match provider {
            Provider::Takes => Ok(receipt(in_flight)),
            Provider::HoldsBack => Ok(Receipt {
                held: true,
                ..receipt(in_flight)
            }),
            Provider::MissesTheFile => Err(SendError::NotTaken(NotTaken {
                failure: Failure::new(NO_FILE, "Media upload error"),
                ..not_taken(Again::Never, Slow::Message)
            })),
            Provider::Refuses(again, slow) => Err(SendError::NotTaken(not_taken(again, slow))),
            Provider::IsAway => {
                let error = http.call(super::house::request_to_nowhere()).await;
                Err(error.expect_err("nowhere does not answer").into())
            }
            Provider::AnswersNonsense => {
                let page = ports::Request {
                    url: "http://page.example.com/".to_owned(),
                    ..super::house::request_to_nowhere()
                };
                http.call(page).await.expect("it answers");
                Err(SendError::Unknown("a page".into()))
            }
            Provider::LosesTheAnswer => Err(SendError::Unknown("reset".into())),
            Provider::NeverAnswers => std::future::pending().await,
            Provider::TakesLate => {
                self.is_late().await;
                Ok(receipt(in_flight))
            }
            Provider::RefusesLate(again) => {
                self.is_late().await;
                Err(SendError::NotTaken(not_taken(again, Slow::Message)))
            }
            Provider::Struggles => Err(SendError::NotTaken(NotTaken {
                proof: Proof::Struggling,
                ..not_taken(Again::After(Duration::from_secs(60)), Slow::Message)
            })),
            Provider::Crashes => panic!("sending crashes on purpose"),
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
    ) -> Result<Received, ReceiveError> {
        match (signature, body) {
            (Some("good"), b"nonsense") => Err(ReceiveError::Malformed("nonsense".into())),
            (Some("good"), _) => Ok(self.webhook.lock().unwrap().clone()),
            (Some(_) | None, _) => Err(ReceiveError::Signature),
        }
    }

    fn signature_header(&self) -> &'static str {
        "x-signature"
    }

    fn provider(&self) -> Option<&dyn ports::Provider> {
        let offers = self.offers.as_ref();
        offers.map(|offers| offers as &dyn ports::Provider)
    }

    fn shares_secret(&self, one: &Channel, other: &Channel) -> bool {
        one.setting("secret") == other.setting("secret")
    }
}

/// The provider's id of what this POST brought.
pub(crate) fn provider_id(post: &AttemptToken) -> String {
    format!("wamid.{:?}", post.attempt)
}

/// Tells of every accepted message its text, of every customer's what it refers to and what brought
/// them, and of some news.
pub(crate) struct DoubleFormat;

impl Format for DoubleFormat {
    fn name(&self) -> &'static str {
        "double"
    }

    fn render(&self, view: &View<'_>, _: Timestamp) -> Option<Outgoing> {
        let body = if view.event.what == What::Accepted {
            let text = view.message.outbound()?.content.text()?;
            assert_ne!(text, "poison", "rendering crashes on purpose");
            text.to_owned()
        } else if view.event.what == What::Received {
            let refers_to = view.refers_to.map(|earlier| earlier.id);
            match view.advertisement {
                Some(shown) => format!("refers to {refers_to:?}, shows {}", shown.mime_type),
                None => format!("refers to {refers_to:?}"),
            }
        } else {
            return None;
        };
        Some(Outgoing {
            headers: Vec::new(),
            body: body.into_bytes(),
        })
    }

    /// Those with settings.
    fn shows_advertisements(&self, subscription: &Subscription) -> bool {
        subscription.settings.is_some()
    }

    fn render_news(&self, view: &NewsView<'_>, _: Timestamp) -> Option<Outgoing> {
        let body = match &view.news.what {
            Tidings::Contact { what, .. } => match what {
                ContactNews::Closed { reason } => {
                    assert_ne!(&**reason, "poison", "rendering crashes on purpose");
                    let name = view
                        .customer
                        .and_then(|known| known.contact.name.as_deref());
                    format!("{} is done: {reason}", name.unwrap_or("somebody"))
                }
                ContactNews::Created
                | ContactNews::Updated
                | ContactNews::Deleted
                | ContactNews::Opened => return None,
            },
            Tidings::Staff(StaffNews::Status(user)) => format!("{} is away", user.name),
            Tidings::Notice(notice) => notice.body.as_str().to_owned(),
            Tidings::Delivery(news) => {
                let stopped = news.stopped.map_or("failing", StopReason::word);
                format!("{} is {stopped}", news.subscription.simple())
            }
            Tidings::Staff(StaffNews::Session(..) | StaffNews::Membership(..)) => return None,
        };
        Some(Outgoing {
            headers: Vec::new(),
            body: body.into_bytes(),
        })
    }

    fn courtesy(&self) -> Courtesy {
        Courtesy::Ours
    }

    fn is_success(&self, status: u16) -> bool {
        assert_ne!(status, TEAPOT, "judging crashes on purpose");
        status == 200
    }

    fn pause(&self, _: &Subscription, tries: u32) -> Option<Duration> {
        (tries < 50).then_some(Duration::from_secs(60))
    }
}
