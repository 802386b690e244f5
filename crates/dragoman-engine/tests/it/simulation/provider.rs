//! A provider that does anything with a POST, and tells of it late, twice, in any order, or never.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use dragoman_core::catalog::Channel;
use dragoman_core::content::Kind;
use dragoman_core::id::AttemptToken;
use dragoman_core::inbound::{Status, StatusKind};
use dragoman_core::message::InFlight;
use dragoman_core::outcome::{Again, Failure, NotTaken, Proof, Receipt, SendError, Slow};
use dragoman_core::ports::{
    self, Clock, Driver, Echo, Http, Incoming, ReceiveError, Received, Setting, Store,
};
use dragoman_testkit::SeededRandom;

use super::chronicle::{Chronicle, Heard, OnItsWay, Post};
use super::plan::{Plan, SLUGS};
use super::planted::Planted;
use super::{departure, watching};
use crate::doubles::provider_id;
use crate::house::echo;

/// What the provider does with a POST, and what it says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Takes,
    TakesAndIsLate,
    TakesAndResets,
    TakesAndStruggles,
    Refuses,
    RefusesAndIsLate,
    Struggles,
    Resets,
    NeverAnswers,
}

impl Fate {
    const UNLUCKY: [Self; 8] = [
        Self::TakesAndIsLate,
        Self::TakesAndResets,
        Self::TakesAndStruggles,
        Self::Refuses,
        Self::RefusesAndIsLate,
        Self::Struggles,
        Self::Resets,
        Self::NeverAnswers,
    ];

    const fn is_taken(self) -> bool {
        match self {
            Self::Takes | Self::TakesAndIsLate | Self::TakesAndResets | Self::TakesAndStruggles => {
                true
            }
            Self::Refuses
            | Self::RefusesAndIsLate
            | Self::Struggles
            | Self::Resets
            | Self::NeverAnswers => false,
        }
    }
}

pub(super) struct RandomProvider {
    pub(super) plan: Plan,
    pub(super) random: Arc<SeededRandom>,
    pub(super) chronicle: Arc<Chronicle>,
    pub(super) truth: Arc<dyn Store>,
    /// Everything goes as it should.
    pub(super) is_calm: AtomicBool,
    /// Webhooks that are being handed in.
    pub(super) says: Mutex<Vec<Incoming>>,
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
        channel: &Channel,
        in_flight: &InFlight,
    ) -> Result<Receipt, SendError> {
        let token = in_flight.token();
        self.chronicle.note("POST", token.attempt.0);
        let departure = departure::Departure {
            plan: &self.plan,
            chronicle: &self.chronicle,
            truth: &*self.truth,
            channel,
            in_flight,
        };
        departure.judge();
        watching::judge(&self.plan, &self.chronicle, channel, in_flight);
        let fate = self.fate();
        let post = self.enter(channel, token, fate);
        let pause = match fate {
            Fate::TakesAndIsLate | Fate::RefusesAndIsLate => 25_000 + self.random.below(75_000),
            Fate::NeverAnswers => u64::from(u32::MAX),
            Fate::Takes
            | Fate::TakesAndResets
            | Fate::TakesAndStruggles
            | Fate::Refuses
            | Fate::Struggles
            | Fate::Resets => self.random.below(500),
        };
        tokio::time::sleep(Duration::from_millis(pause)).await;
        self.answer(post, token, fate)
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
    fn fate(&self) -> Fate {
        if self.is_calm.load(Ordering::SeqCst) || self.random.below(100) < self.plan.luck {
            return Fate::Takes;
        }
        Fate::UNLUCKY[self.random.below(8) as usize]
    }

    /// Decided when the POST arrives, and heard later: a crash may come between.
    fn enter(&self, channel: &Channel, token: AttemptToken, fate: Fate) -> usize {
        if fate.is_taken() {
            self.will_tell(channel, token, fate);
        }
        let mut seen = self.chronicle.seen();
        seen.posts.push(Post {
            token,
            taken: fate.is_taken(),
            heard: Heard::Nothing,
        });
        seen.posts.len() - 1
    }

    fn answer(&self, post: usize, token: AttemptToken, fate: Fate) -> Result<Receipt, SendError> {
        let heard = match fate {
            Fate::Refuses | Fate::RefusesAndIsLate => Heard::Refused,
            Fate::Struggles | Fate::TakesAndStruggles => {
                Heard::Struggled(self.chronicle.clock.monotonic())
            }
            Fate::Takes
            | Fate::TakesAndIsLate
            | Fate::TakesAndResets
            | Fate::Resets
            | Fate::NeverAnswers => Heard::Nothing,
        };
        self.chronicle.seen().posts[post].heard = heard;
        match fate {
            Fate::Takes if self.plan.planted == Some(Planted::RefusalOfWhatWasTaken) => {
                self.chronicle.seen().posts[post].heard = Heard::Refused;
                Err(SendError::NotTaken(self.refusal(Proof::Certain)))
            }
            Fate::Takes | Fate::TakesAndIsLate => Ok(Receipt {
                provider_id: provider_id(&token).into(),
                recipient: None,
                held: false,
            }),
            Fate::Refuses | Fate::RefusesAndIsLate => {
                Err(SendError::NotTaken(self.refusal(Proof::Certain)))
            }
            Fate::Struggles | Fate::TakesAndStruggles => {
                Err(SendError::NotTaken(self.refusal(Proof::Struggling)))
            }
            Fate::TakesAndResets | Fate::Resets | Fate::NeverAnswers => {
                Err(SendError::Unknown("reset".into()))
            }
        }
    }

    fn refusal(&self, proof: Proof) -> NotTaken {
        let again = match (proof, self.random.below(3)) {
            // As drivers have it: there is time for an echo.
            (Proof::Struggling, _) => Again::After(Duration::from_secs(60)),
            (Proof::Certain, 0) => Again::Never,
            (Proof::Certain, 1) => Again::Backoff,
            (Proof::Certain, _) => Again::After(Duration::from_secs(self.random.below(30))),
        };
        let slow = match (proof, self.random.below(8)) {
            (Proof::Certain, 0) => Slow::Channel,
            (Proof::Certain, 1) => Slow::Conversation,
            (Proof::Certain | Proof::Struggling, _) => Slow::Message,
        };
        NotTaken {
            failure: Failure::new(1, "no"),
            proof,
            again,
            slow,
        }
    }

    /// The statuses of what was taken: some are lost, some come twice, some have no token, some
    /// come before the answer, and some say that it failed though it is delivered later.
    fn will_tell(&self, channel: &Channel, token: AttemptToken, fate: Fate) {
        let number = SLUGS.iter().position(|slug| **slug == *channel.slug);
        let channel = number.expect("the plan knows all channels");
        let noisy = || self.random.below(100) < self.plan.noise;
        let now = self.chronicle.clock.monotonic();
        let mut due = now + Duration::from_millis(self.random.below(4000));
        let mut kinds = vec![StatusKind::Sent, StatusKind::Delivered, StatusKind::Read];
        if noisy() {
            kinds.insert(1, StatusKind::Failed(Failure::new(2, "not now")));
        }
        for kind in kinds {
            // The echo of a struggling provider comes before anybody tries again.
            let is_echo = fate == Fate::TakesAndStruggles && kind == StatusKind::Sent;
            let status = Status {
                provider_id: provider_id(&token).into(),
                at: self.chronicle.clock.right().plus(due - now),
                kind,
                token: (is_echo || !noisy()).then_some(token),
                ..echo(token)
            };
            let message = token.message;
            let sent = OnItsWay {
                channel,
                message,
                status,
            };
            if is_echo || !noisy() {
                self.chronicle.sends(due, sent.clone());
            }
            while noisy() {
                let later = Duration::from_millis(self.random.below(120_000));
                self.chronicle.sends(due + later, sent.clone());
            }
            due += Duration::from_millis(self.random.below(20_000));
        }
    }
}
