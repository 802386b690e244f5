//! What can happen to one verb of a store.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use dragoman_testkit::TestClock;

use crate::verbs::Verb;

/// So much time passes while a slow verb works: more than a departure may take.
const SLOW: Duration = Duration::from_secs(3);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The process is killed before it.
    KilledBefore,
    /// The process is killed when it is written, and nobody has heard of it.
    KilledAfter,
    /// It fails, and nothing is written.
    Fails,
    /// It is written, and the answer is an error all the same.
    LosesItsAnswer,
    /// It takes its time.
    Takes,
}

/// One verb that something happens to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Strike {
    pub(crate) verb: Verb,
    /// So many of them go well before.
    pub(crate) after: usize,
    pub(crate) fault: Fault,
}

/// What is still to happen.
#[derive(Default)]
pub(crate) struct Strikes {
    to_come: Mutex<Vec<Strike>>,
    clock: Mutex<Option<Arc<TestClock>>>,
}

impl Strikes {
    pub(crate) fn plan(&self, strike: Strike, clock: &Arc<TestClock>) {
        self.to_come.lock().unwrap().push(strike);
        *self.clock.lock().unwrap() = Some(Arc::clone(clock));
    }

    /// What happens to a verb that comes now.
    pub(crate) fn of(&self, verb: Verb) -> Vec<Fault> {
        let mut faults = Vec::new();
        self.to_come.lock().unwrap().retain_mut(|strike| {
            if strike.verb != verb {
                return true;
            }
            let is_now = strike.after == 0;
            if is_now {
                faults.push(strike.fault);
            } else {
                strike.after -= 1;
            }
            !is_now
        });
        faults
    }

    pub(crate) fn let_time_pass(&self) {
        let clock = self.clock.lock().unwrap();
        clock.as_ref().expect("it was planned").advance(SLOW);
    }
}
