//! The store as plain data behind one lock: every verb is done when its call returns.
//!
//! It does what the port says in the fewest words, so that it can be believed by reading it, and
//! does no IO, so that the engine can live through thousands of lives in it. The conformance suite
//! of the store is told to it as well. What the port does not speak of it leaves out: it keeps no
//! files, never forgets, takes two contacts for two whatever addresses they turn out to share, and
//! leaves it to others that names are unique.

mod accepting;
mod attempts;
mod doubting;
mod hearing;
mod people;
mod port;
mod state;
mod telling;

use std::sync::{Arc, Mutex, MutexGuard};

use dragoman_core::contact::{CustomerChange, apply};
use dragoman_core::ports::Moment;
use dragoman_core::{Address, Id};
use tokio::sync::Notify;

use self::state::State;

/// A store in memory that outlives the crashes of who uses it.
pub struct ModelStore {
    state: Mutex<State>,
    /// Who waits is woken in the order in which they came, so that a life can be repeated: a
    /// `watch` wakes in any order.
    happened: Notify,
    changed: Notify,
}

impl Default for ModelStore {
    fn default() -> Self {
        Self::new()
    }
}

impl ModelStore {
    /// An empty one.
    pub fn new() -> Self {
        Self {
            state: Mutex::default(),
            happened: Notify::new(),
            changed: Notify::new(),
        }
    }

    /// What was committed, as the next process finds it: claims are gone, and what was in flight is
    /// unknown.
    pub fn restart(&self) {
        self.verb(State::restart);
    }

    /// The customer with this address is changed; answers whether there is one. Nobody is told.
    ///
    /// # Panics
    /// The change is about a conversation.
    pub fn change_customer(
        &self,
        account: Id,
        address: &Address,
        change: CustomerChange,
        at: Moment,
    ) -> bool {
        self.verb(|state| {
            let Some(contact) = state.reached_at(account, address) else {
                return false;
            };
            let known = Arc::make_mut(&mut state.people[contact].contact);
            apply(&[change], known, None, at.now).expect("it is about no conversation");
            true
        })
    }

    /// Does one verb as a whole, and tells those who wait of what it has changed.
    fn verb<T>(&self, does: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.lock();
        let (last, catalog) = (state.last_event(), Arc::clone(&state.catalog));
        let done = does(&mut state);
        let is_news = state.last_event() > last;
        let is_change = !Arc::ptr_eq(&state.catalog, &catalog);
        drop(state);
        if is_news {
            self.happened.notify_waiters();
        }
        if is_change {
            self.changed.notify_waiters();
        }
        done
    }

    /// Waits until the state is so; never misses it.
    async fn until<T>(&self, told: &Notify, is_so: impl Fn(&State) -> Option<T>) -> T {
        loop {
            let woken = told.notified();
            if let Some(found) = is_so(&self.lock()) {
                return found;
            }
            woken.await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no verb panics")
    }
}
