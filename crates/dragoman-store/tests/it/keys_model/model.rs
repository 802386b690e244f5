//! What each call has to be answered.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest_state_machine::ReferenceStateMachine;

/// For so long a key names its message.
const LIFE: u64 = 72 * 3600;

/// What somebody does.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Ask(Call),
    /// So many seconds pass.
    Pass(u64),
    Restart,
}

/// What is asked for, by as many at once.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) is_stranger: bool,
    pub(super) key: Option<u8>,
    pub(super) body: u8,
    /// Within so many seconds the same is the same message.
    pub(super) window: Option<u64>,
    pub(super) callers: usize,
}

/// What each caller hears of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// The message of this number, and whether somebody of now was its first.
    Message {
        number: usize,
        is_new: bool,
    },
    KeyReused,
}

/// Who has used which key, or said the same, and when.
#[derive(Clone, Debug, Default)]
pub(super) struct Model {
    pub(super) now: u64,
    /// When each message was accepted.
    accepted: Vec<u64>,
    /// The body that each key was last used first for, and the message.
    keys: BTreeMap<(bool, u8), (u8, usize)>,
    twins: BTreeMap<(bool, u8), usize>,
    /// What the last call was answered.
    pub(super) heard: Option<Heard>,
}

impl Model {
    fn age(&self, number: usize) -> u64 {
        self.now - self.accepted[number]
    }

    /// What names an earlier message, if anything does.
    fn first(&self, call: &Call) -> Option<Heard> {
        let again = |number| Heard::Message {
            number,
            is_new: false,
        };
        if let Some(key) = call.key {
            let (body, number) = self.keys.get(&(call.is_stranger, key))?;
            let lives = self.age(*number) < LIFE;
            let heard = if *body == call.body {
                again(*number)
            } else {
                Heard::KeyReused
            };
            return lives.then_some(heard);
        }
        let number = *self.twins.get(&(call.is_stranger, call.body))?;
        let is_within = self.age(number) < call.window?.min(LIFE);
        is_within.then(|| again(number))
    }

    fn ask(&mut self, call: &Call) -> Heard {
        if let Some(heard) = self.first(call) {
            return heard;
        }
        let number = self.accepted.len();
        self.accepted.push(self.now);
        if let Some(key) = call.key {
            let named = (call.body, number);
            self.keys.insert((call.is_stranger, key), named);
        }
        if call.window.is_some() {
            self.twins.insert((call.is_stranger, call.body), number);
        }
        Heard::Message {
            number,
            is_new: true,
        }
    }
}

impl ReferenceStateMachine for Model {
    type State = Self;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Self> {
        Just(Self::default()).boxed()
    }

    fn transitions(_: &Self) -> BoxedStrategy<Step> {
        let window = proptest::option::of(prop_oneof![Just(60), Just(2 * LIFE)]);
        let callers = prop_oneof![4 => Just(1_usize), 1 => Just(50)];
        let key = proptest::option::weighted(0.7, 0..2_u8);
        let call = (any::<bool>(), key, 0..2_u8, window, callers);
        let ask = call.prop_map(|(is_stranger, key, body, window, callers)| {
            let is_repeated = key.is_some() || window.is_some();
            Step::Ask(Call {
                is_stranger,
                key,
                body,
                window,
                callers: if is_repeated { callers } else { 1 },
            })
        });
        let pass = prop_oneof![Just(1), Just(59), Just(60), Just(LIFE - 60), Just(LIFE)];
        prop_oneof![6 => ask, 2 => pass.prop_map(Step::Pass), 1 => Just(Step::Restart)].boxed()
    }

    fn apply(mut state: Self, step: &Step) -> Self {
        state.heard = match step {
            Step::Ask(call) => Some(state.ask(call)),
            Step::Pass(seconds) => {
                state.now += seconds;
                None
            }
            Step::Restart => None,
        };
        state
    }
}
