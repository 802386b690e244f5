//! The provider's webhooks: what it has to tell is told until it is kept.

use dragoman_testkit::tenant;
use std::time::Duration;

use dragoman_core::inbound::{Inbound, Report, Status};
use dragoman_core::ports::{Clock, Incoming};
use dragoman_core::{Address, MessageId, State};
use dragoman_engine::{Engine, IntakeAnswer};

use super::block_on;
use super::chronicle::{Chronicle, OnItsWay};
use super::plan::{Plan, SLUGS};
use super::provider::RandomProvider;
use crate::house::{call_with, hello};

/// The provider is heard so often on each channel.
const HELLO: Duration = Duration::from_secs(60);

/// How often the provider looks what there is to tell.
const LOOK: Duration = Duration::from_secs(3);

/// Who brings the webhooks.
pub(super) struct Feed<'a> {
    pub(super) plan: &'a Plan,
    pub(super) chronicle: &'a Chronicle,
    pub(super) provider: &'a RandomProvider,
    pub(super) engine: &'a Engine,
}

impl Feed<'_> {
    /// Brings statuses when they are due, for ever.
    pub(super) async fn bring(&self) {
        loop {
            let now = self.chronicle.clock.monotonic();
            let next = self.chronicle.next_status(now);
            match next {
                Ok(status) => self.bring_one(status).await,
                // What is sent meanwhile is not sooner than that by much.
                Err(pause) => tokio::time::sleep(pause.min(LOOK)).await,
            }
        }
    }

    /// A customer writes now and then on every channel, for ever.
    pub(super) async fn say_hello(&self) {
        loop {
            for number in 0..SLUGS.len() {
                let count = {
                    let mut seen = self.chronicle.seen();
                    seen.inbound += 1;
                    seen.inbound
                };
                let inbound = Inbound {
                    provider_id: format!("wamid.in.{count}").into(),
                    from: vec![Address::parse("31600000001").unwrap()],
                    at: self.chronicle.clock.right(),
                    ..hello()
                };
                // Twice, as a provider does who was not answered in time.
                let report = Report::Inbound(inbound);
                self.say(number, vec![report.clone()]).await;
                self.say(number, vec![report]).await;
            }
            tokio::time::sleep(HELLO).await;
        }
    }

    async fn bring_one(&self, coming: OnItsWay) {
        let OnItsWay {
            channel,
            message,
            status,
        } = &coming;
        let report = Report::Status(status.clone());
        if self.say(*channel, vec![report]).await {
            self.is_kept(*channel, *message, status);
            return;
        }
        let later = self.chronicle.clock.monotonic() + Duration::from_secs(2);
        self.chronicle.sends(later, coming);
    }

    /// What the provider was told to be kept ends every doubt, from this moment on.
    fn is_kept(&self, channel: usize, message: MessageId, status: &Status) {
        let account = self.plan.channels[channel].account;
        let stored = block_on(self.provider.truth.message(tenant(account), message));
        let Some(stored) = stored.expect("the truth can be read") else {
            return;
        };
        // Without a token it waits for who has its id.
        let is_named = stored.provider_id.as_deref() == Some(&*status.provider_id);
        if status.token.is_none() && !is_named {
            return;
        }
        let state = stored.fold.state;
        let open = [State::Queued, State::Claimed, State::InFlight];
        let doubted = [State::Unknown, State::Unresolved];
        let is_open = open.contains(&state) || doubted.contains(&state);
        self.chronicle.holds(!is_open, || {
            format!("{message} is {state:?} although the provider has told of it")
        });
        let mut seen = self.chronicle.seen();
        seen.kept.entry(message).or_default().push(status.clone());
    }

    /// Answers whether the gateway says that it has kept it.
    async fn say(&self, channel: usize, reports: Vec<Report>) -> bool {
        let slug = SLUGS[channel];
        let number = {
            let mut says = self.provider.says.lock().unwrap();
            says.push(Incoming {
                provider_id: format!("provider-{slug}").into(),
                reports,
            });
            says.len() - 1
        };
        let body = number.to_string();
        let answer = call_with(self.engine, slug, "good", body.as_bytes()).await;
        answer == IntakeAnswer::Taken
    }
}
