//! What nodes remember between two calls, for a while and in memory.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use dragoman_core::outcome::Failure;
use dragoman_core::ports::Sender;
use dragoman_core::{Id, Secret};

/// A registration that takes longer begins anew.
const PIN_LIFE: Duration = Duration::from_secs(3600);

/// Monitors ask often: a provider hears of it no more often than this.
const LOOK_LIFE: Duration = Duration::from_secs(10);

/// What is remembered of the channels; times are monotonic.
#[derive(Debug, Default)]
pub(super) struct Lately {
    pins: Mutex<HashMap<Id, (Duration, Secret)>>,
    looks: Mutex<HashMap<Id, (Duration, Look)>>,
}

/// What a provider said of a sender when it was last asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Look {
    /// What it said.
    pub(super) said: Result<Sender, Failure>,
    /// Whether it has ever answered.
    pub(super) reached: bool,
}

impl Lately {
    /// Keeps the PIN of a registration that has begun, or forgets an earlier one.
    pub(super) fn keep_pin(&self, channel: Id, pin: Option<Secret>, now: Duration) {
        let mut pins = held(&self.pins);
        match pin {
            Some(pin) => pins.insert(channel, (now + PIN_LIFE, pin)),
            None => pins.remove(&channel),
        };
    }

    /// The PIN that the registration began with.
    pub(super) fn pin(&self, channel: Id, now: Duration) -> Option<Secret> {
        let pins = held(&self.pins);
        let (until, pin) = pins.get(&channel)?;
        (now < *until).then(|| pin.clone())
    }

    /// What was said lately.
    pub(super) fn look(&self, channel: Id, now: Duration) -> Option<Look> {
        let looks = held(&self.looks);
        let (until, look) = looks.get(&channel)?;
        (now < *until).then(|| look.clone())
    }

    /// Keeps what was said just now. A failure without a code is that of the way there.
    pub(super) fn keep_look(
        &self,
        channel: Id,
        said: Result<Sender, Failure>,
        now: Duration,
    ) -> Look {
        let mut looks = held(&self.looks);
        let before = looks.get(&channel).is_some_and(|(_, look)| look.reached);
        let answered = said
            .as_ref()
            .map_or_else(|failure| failure.code != 0, |_| true);
        let look = Look {
            said,
            reached: before || answered,
        };
        looks.insert(channel, (now + LOOK_LIFE, look.clone()));
        look
    }
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
