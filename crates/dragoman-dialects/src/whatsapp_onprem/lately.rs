//! What nodes remember between two calls, for a while and in memory.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use dragoman_core::outcome::Failure;
use dragoman_core::ports::Sender;
use dragoman_core::{Id, Secret};

/// A registration that takes longer begins anew.
const REGISTRATION_LIFE: Duration = Duration::from_secs(3600);

/// Monitors ask often: a provider hears of it no more often than this.
const LOOK_LIFE: Duration = Duration::from_secs(10);

/// What is remembered of the channels; times are monotonic.
#[derive(Debug, Default)]
pub(super) struct Lately {
    registrations: Mutex<HashMap<Id, (Duration, Registration)>>,
    looks: Mutex<HashMap<Id, (Duration, Look)>>,
}

/// A registration that has begun.
#[derive(Clone, Debug, Default)]
pub(super) struct Registration {
    /// The PIN that it began with.
    pub(super) pin: Option<Secret>,
    /// Whether the code was shown already: it works only once.
    pub(super) verified: bool,
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
    /// Keeps how far the registration of a channel has come.
    pub(super) fn keep_registration(&self, channel: Id, registration: Registration, now: Duration) {
        let mut registrations = held(&self.registrations);
        registrations.insert(channel, (now + REGISTRATION_LIFE, registration));
    }

    /// How far the registration of a channel has come; nowhere, if it has not begun.
    pub(super) fn registration(&self, channel: Id, now: Duration) -> Registration {
        let registrations = held(&self.registrations);
        match registrations.get(&channel) {
            Some((until, registration)) if now < *until => registration.clone(),
            Some(_) | None => Registration::default(),
        }
    }

    /// Forgets a registration that is over.
    pub(super) fn end_registration(&self, channel: Id) {
        held(&self.registrations).remove(&channel);
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
