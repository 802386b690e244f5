//! Calls with keys and without, repeated at any time, by one or by many, and the store beside a
//! model of what each has to be answered.

mod model;

use dragoman_testkit::tenant;
use std::time::Duration;

use dragoman_core::ports::{Acceptance, Accepted, StoreError};
use dragoman_core::submission::{Duplicate, IdempotencyKey, Submission};
use dragoman_core::{Id, MessageId, Timestamp};
use proptest::prelude::*;
use proptest_state_machine::{StateMachineTest, prop_state_machine};
use tokio::runtime::Runtime;

use self::model::{Call, Heard, Model, Step};
use crate::people::FOREIGN_CHANNEL;
use crate::world::{ACCOUNT, CHANNEL, CUSTOMER, NOW, STRANGER, World, admitted, submission};

/// A store, and the first answer for each message.
struct Real {
    runtime: Runtime,
    world: World,
    first: Vec<Told>,
}

impl Real {
    fn acceptance(&self, call: &Call, now: u64) -> Acceptance {
        let (account, channel) = if call.is_stranger {
            (STRANGER, FOREIGN_CHANNEL)
        } else {
            (ACCOUNT, CHANNEL)
        };
        let mark = |kind: u8, what: u8| {
            let mut mark = [kind; 16];
            (mark[0], mark[1]) = (u8::from(call.is_stranger), what);
            mark
        };
        let submission = Submission {
            account: tenant(account),
            channel,
            key: call.key.map(|key| IdempotencyKey {
                key: mark(1, key),
                fingerprint: mark(2, call.body),
            }),
            duplicate: call.window.map(|seconds| Duplicate {
                fingerprint: mark(3, call.body),
                window: Duration::from_secs(seconds),
            }),
            ..submission(CUSTOMER)
        };
        let machine = NOW.plus(Duration::from_secs(now));
        Acceptance {
            machine,
            now: machine,
            ..self.world.acceptance(admitted(submission))
        }
    }

    /// What all callers hear.
    fn ask(&self, call: &Call, now: u64) -> Vec<Result<Accepted, StoreError>> {
        self.runtime.block_on(async {
            let asking: Vec<_> = (0..call.callers)
                .map(|_| {
                    let store = self.world.store().clone();
                    let acceptance = self.acceptance(call, now);
                    tokio::spawn(async move { store.accept(acceptance).await })
                })
                .collect();
            let mut heard = Vec::new();
            for asked in asking {
                heard.push(asked.await.unwrap());
            }
            heard
        })
    }

    fn hears(&mut self, heard: Vec<Result<Accepted, StoreError>>, expected: &Heard) {
        let Heard::Message { number, is_new } = *expected else {
            for refused in heard {
                assert_eq!(refused.unwrap_err(), StoreError::KeyReused);
            }
            return;
        };
        let answers: Vec<Accepted> = heard.into_iter().map(Result::unwrap).collect();
        let firsts = answers.iter().filter(|answer| !answer.replayed);
        assert_eq!(firsts.count(), usize::from(is_new));
        if is_new {
            self.first.push(told(&answers[0]));
        }
        for answer in &answers {
            assert_eq!(told(answer), self.first[number]);
        }
    }
}

/// What is the same in every answer for one message.
type Told = (MessageId, Id, i64);

fn told(answer: &Accepted) -> Told {
    let conversation = answer.conversation.number;
    (answer.message, answer.contact.id, conversation)
}

impl StateMachineTest for Real {
    type SystemUnderTest = Self;
    type Reference = Model;

    fn init_test(_: &Model) -> Self {
        let runtime = Runtime::new().unwrap();
        let world = runtime.block_on(async {
            let world = World::crossing().await;
            world.add_channels().await;
            world
        });
        Self {
            runtime,
            world,
            first: Vec::new(),
        }
    }

    fn apply(mut real: Self, model: &Model, step: Step) -> Self {
        match step {
            Step::Ask(call) => {
                let heard = real.ask(&call, model.now);
                let expected = model.heard.as_ref().expect("somebody has asked");
                real.hears(heard, expected);
            }
            Step::Pass(_) => {}
            Step::Restart => {
                let _entered = real.runtime.enter();
                real.world.restart();
            }
        }
        real
    }

    /// Each message was accepted once, and nothing else was.
    fn teardown(real: Self, _: Model) {
        let Self {
            runtime,
            world,
            first,
        } = real;
        let events = runtime.block_on(world.store().events_after(0, usize::MAX));
        let accepted = events
            .unwrap()
            .into_iter()
            .filter_map(|told| told.message());
        let mut kept: Vec<MessageId> = accepted.collect();
        kept.dedup();
        let answered: Vec<MessageId> = first.iter().map(|(message, ..)| *message).collect();
        assert_eq!(kept, answered);
        let times: Vec<Timestamp> = kept.iter().map(|message| message.at()).collect();
        assert!(times.is_sorted());
    }
}

prop_state_machine! {
    #![proptest_config(ProptestConfig {
        cases: 12,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn whoever_asks_again_hears_what_the_model_says(sequential 1..24 => Real);
}
