//! A provider that does anything with a POST, and writes down what it knows.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use dragoman_core::State;
use dragoman_core::catalog::Channel;
use dragoman_core::content::Kind;
use dragoman_core::id::AttemptToken;
use dragoman_core::message::InFlight;
use dragoman_core::outcome::{Again, Failure, NotTaken, Proof, Receipt, SendError, Slow};
use dragoman_core::ports::{
    self, Clock, Driver, Echo, Http, Incoming, ReceiveError, Received, Setting, Store,
};
use dragoman_testkit::{SeededRandom, tenant};

use super::world::VirtualClock;
use crate::doubles::provider_id;
use crate::house::ACCOUNT;
use crate::store::WatchedStore;

/// What is known of a POST.
#[derive(Clone, Copy, Debug)]
pub(super) struct Post {
    pub(super) token: AttemptToken,
    /// The provider has it, whatever it said.
    pub(super) taken: bool,
    /// The gateway has heard that it was not taken.
    pub(super) refused: bool,
}

pub(super) struct RandomProvider {
    pub(super) random: Arc<SeededRandom>,
    pub(super) clock: Arc<VirtualClock>,
    pub(super) store: Arc<WatchedStore>,
    pub(super) posts: Arc<Mutex<Vec<Post>>>,
    /// How many attempts a message may have that could have been taken.
    pub(super) allowed: usize,
    pub(super) calm: bool,
    /// Departures that broke a law: the engine lives through a driver's panic, the test must not.
    pub(super) unlawful: AtomicUsize,
    pub(super) says: Mutex<Vec<Incoming>>,
}

impl RandomProvider {
    /// The laws of every departure.
    async fn judge(&self, in_flight: &InFlight) {
        let message = in_flight.message();
        let stored = self.store.inner.message(tenant(ACCOUNT), message);
        let stored = super::block_on(stored)
            .unwrap()
            .expect("a POST of a message that is kept");
        assert_eq!(
            stored.fold.state,
            State::InFlight,
            "a POST without its mark"
        );
        assert_eq!(
            stored.fold.attempt,
            Some(in_flight.attempt()),
            "a POST without its mark"
        );
        assert!(
            in_flight.body().expires_at > self.clock.now(),
            "sent after its time"
        );
        let posts = self.posts.lock().unwrap();
        let mut earlier = posts.iter().filter(|post| post.token.message == message);
        assert!(
            earlier
                .clone()
                .all(|post| post.token.attempt != in_flight.attempt())
        );
        let possible = earlier.by_ref().filter(|post| !post.refused).count();
        assert!(possible < self.allowed, "{message} may be sent twice");
    }

    fn end(&self, post: usize, taken: bool, refused: bool) {
        let mut posts = self.posts.lock().unwrap();
        posts[post].taken |= taken;
        posts[post].refused = refused;
    }
}

#[async_trait]
impl Driver for RandomProvider {
    fn name(&self) -> &'static str {
        "double"
    }

    fn settings(&self) -> &'static [Setting] {
        &[]
    }

    fn takes(&self) -> &'static [Kind] {
        &Kind::OUTBOUND
    }

    fn echo(&self) -> Echo {
        Echo::Token
    }

    async fn send(
        &self,
        _: &dyn Http,
        _: &Channel,
        in_flight: &InFlight,
    ) -> Result<Receipt, SendError> {
        self.unlawful.fetch_add(1, Ordering::SeqCst);
        self.judge(in_flight).await;
        self.unlawful.fetch_sub(1, Ordering::SeqCst);
        let post = {
            let mut posts = self.posts.lock().unwrap();
            let token = in_flight.token();
            posts.push(Post {
                token,
                taken: false,
                refused: false,
            });
            posts.len() - 1
        };
        let dice = if self.calm { 0 } else { self.random.below(100) };
        // Decided when it arrives, and heard later: a crash may come between.
        let taken = matches!(dice, 0..60 | 75..85);
        self.end(post, taken, false);
        let slow = match self.random.below(20) {
            0 if !self.calm => 40_000,
            _ => 500,
        };
        tokio::time::sleep(Duration::from_millis(self.random.below(slow))).await;
        match dice {
            0..60 => Ok(Receipt {
                provider_id: provider_id(&in_flight.token()).into(),
                recipient: None,
                held: false,
            }),
            60..75 => {
                self.end(post, false, true);
                Err(SendError::NotTaken(self.refusal()))
            }
            75..95 => Err(SendError::Unknown("reset".into())),
            _ => std::future::pending().await,
        }
    }

    fn verify(&self, _: &Channel, _: &[(String, String)]) -> Option<String> {
        None
    }

    fn receive(&self, _: &Channel, _: Option<&str>, body: &[u8]) -> Result<Received, ReceiveError> {
        let number: usize = std::str::from_utf8(body).unwrap().parse().unwrap();
        Ok(Received {
            incoming: vec![self.says.lock().unwrap()[number].clone()],
            ..Received::default()
        })
    }

    fn signature_header(&self) -> &'static str {
        "x-signature"
    }

    fn provider(&self) -> Option<&dyn ports::Provider> {
        None
    }

    fn shares_secret(&self, _: &Channel, _: &Channel) -> bool {
        false
    }
}

impl RandomProvider {
    fn refusal(&self) -> NotTaken {
        let again = match self.random.below(3) {
            0 => Again::Never,
            1 => Again::Backoff,
            _ => Again::After(Duration::from_secs(self.random.below(30))),
        };
        let slow = match self.random.below(8) {
            0 => Slow::Channel,
            1 => Slow::Conversation,
            _ => Slow::Message,
        };
        NotTaken {
            failure: Failure::new(1, "no"),
            proof: Proof::Certain,
            again,
            slow,
        }
    }
}
