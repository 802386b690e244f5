//! One channel's queue: its schedule, and what is handed in and given back.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use dragoman_core::catalog::Channel;
use dragoman_core::message::InFlight;
use dragoman_core::order::After;
use dragoman_core::outcome::{NotTaken, Settlement};
use dragoman_core::ports::{Driver, Oldest, Proven, Queued};
use dragoman_core::{Address, Id, MessageId};
use tokio::sync::{Notify, Semaphore};

use super::attempt::Attempt;
use super::ended::{Contact, Ended, Fate};
use super::lanes::Retry;
use super::outlook::Outlook;
use super::recipients::UNKNOWN;
use super::reservation::Reservation;
use super::schedule::{Load, Schedule, Turn, Waiting};
use super::setbacks::Setbacks;
use super::stop::{News, Why};
use crate::lock::lock;
use crate::shared::Shared;

/// Pause after the store could not do what it was asked.
pub(super) const UNWELL: Duration = Duration::from_secs(1);

/// So many late answers are awaited at once, each on a connection of its own.
const OVERDUE: usize = 64;

/// The queue of one channel.
pub(crate) struct Queue {
    pub(super) shared: Arc<Shared>,
    pub(super) id: Id,
    channel: Mutex<Arc<Channel>>,
    driver: Option<Arc<dyn Driver>>,
    pub(super) schedule: Mutex<Schedule>,
    pub(super) wake: Notify,
    /// People were told that its oldest message has waited for long.
    pub(super) waits_long: AtomicBool,
    /// Answers that are still awaited although their messages are unknown by now.
    pub(super) overdue: Semaphore,
    digests: RandomState,
}

impl Queue {
    pub(super) fn new(shared: Arc<Shared>, channel: &Channel) -> Self {
        let driver = shared.driver(&channel.driver).cloned();
        if driver.is_none() {
            tracing::error!(channel = %channel.slug, driver = %channel.driver, "no such driver: nothing is sent on this channel");
        }
        Self {
            shared,
            id: channel.id,
            channel: Mutex::new(Arc::new(channel.clone())),
            driver,
            schedule: Mutex::new(Schedule::new(channel)),
            wake: Notify::new(),
            waits_long: AtomicBool::new(false),
            overdue: Semaphore::new(OVERDUE),
            digests: RandomState::new(),
        }
    }

    /// The channel as it is configured now.
    pub(super) fn channel(&self) -> Arc<Channel> {
        Arc::clone(&lock(&self.channel))
    }

    /// Follows a change of the channel.
    pub(super) fn configure(&self, channel: &Channel) {
        let now = self.now();
        let earlier = std::mem::replace(&mut *lock(&self.channel), Arc::new(channel.clone()));
        let mut schedule = lock(&self.schedule);
        schedule.configure(channel, now);
        if was_mended(&earlier, channel) {
            schedule.try_again(now);
        }
        drop(schedule);
        self.wake.notify_one();
    }

    /// Customers have written so many messages.
    pub(super) fn heard(&self, count: u32) {
        lock(&self.schedule).heard(count, self.now());
    }

    /// How many messages may be sent in a second now.
    pub(super) fn per_second(&self) -> f64 {
        lock(&self.schedule).per_second(self.now())
    }

    /// Whether its channel belongs to this account.
    pub(super) fn is_of(&self, account: Id) -> bool {
        lock(&self.channel).account == account
    }

    /// How busy it is.
    pub(crate) fn load(&self) -> Load {
        lock(&self.schedule).load()
    }

    /// The message that was accepted first of those that wait. Looks at every one.
    pub(crate) fn oldest(&self) -> Option<Oldest> {
        let (message, expires_at) = lock(&self.schedule).oldest()?;
        let machine = self.shared.clock.machine();
        Some(Oldest::new(message, expires_at, machine))
    }

    /// What a message to this recipient would have to expect.
    pub(crate) fn outlook(&self, to: &Address) -> Outlook {
        lock(&self.schedule).outlook(self.digest(to), self.now())
    }

    /// A free slot for a message to this recipient, if there is one right now.
    pub(crate) fn reserve(
        self: &Arc<Self>,
        to: &Address,
        wish: Option<After>,
    ) -> Option<Reservation> {
        if !self.shared.is_running() || !self.may_depart() {
            return None;
        }
        let digest = self.digest(to);
        let now = self.now();
        let taken = lock(&self.schedule).reserve(digest, wish, now);
        taken.then(|| Reservation::new(Arc::clone(self), digest, now))
    }

    /// Whether anything can be sent, and how it ends be written down.
    pub(super) fn may_depart(&self) -> bool {
        self.driver.is_some() && self.shared.takes_results()
    }

    pub(super) fn release(&self, digest: u64) {
        let now = self.now();
        let mut schedule = lock(&self.schedule);
        schedule.release(digest, now);
        let is_awaited = schedule.has_waiting();
        drop(schedule);
        if is_awaited {
            self.wake.notify_one();
        }
    }

    /// Adds an accepted message.
    pub(crate) fn enqueue(&self, waiting: Waiting, to: &Address) {
        lock(&self.schedule).enqueue(waiting, self.digest(to), self.now());
        self.wake.notify_one();
    }

    /// Adds a message that was taken for lost: its attempt was refused after all, or somebody wants
    /// it sent again.
    pub(crate) fn again(&self, queued: Queued) {
        let waiting = Waiting {
            message: queued.message,
            conversation: queued.conversation,
            priority: queued.priority,
            expires_at: queued.expires_at,
            after: queued.after,
        };
        let pause = queued.due_at.since(self.shared.clock.now());
        let now = self.now();
        let retry = Retry {
            due: now + pause,
            setbacks: Setbacks::failed(queued.starts),
            missed: false,
        };
        lock(&self.schedule).again(waiting, retry, now);
        self.wake.notify_one();
    }

    /// Takes out a message that an echo has proven to be sent.
    pub(super) fn withdraw(&self, proven: Proven) {
        let now = self.now();
        lock(&self.schedule).withdraw(proven.message, proven.conversation, now);
        self.wake.notify_one();
    }

    /// Sends a message whose departure shared the commit of its acceptance.
    pub(crate) fn depart(
        self: &Arc<Self>,
        waiting: Waiting,
        in_flight: InFlight,
        reservation: Reservation,
    ) {
        let departed_at = reservation.made_at();
        lock(&self.schedule).depart(waiting, reservation.digest(), self.now());
        reservation.spend();
        let turn = Turn {
            waiting,
            setbacks: Setbacks::default(),
        };
        if let Some(attempt) = self.attempt(turn) {
            tokio::spawn(attempt.send(in_flight, departed_at));
        }
    }

    pub(super) fn attempt(self: &Arc<Self>, turn: Turn) -> Option<Attempt> {
        let driver = Arc::clone(self.driver.as_ref()?);
        let token = self.shared.sending.enter();
        Some(Attempt::new(Arc::clone(self), driver, turn, token))
    }

    /// Records how an attempt ended. While the store is unwell the answer is kept here and tried
    /// again, until the engine has no more time. Answers whether it changed anything, or may have
    /// when the store could not say so: then what follows is judged by the store once more.
    pub(super) async fn settle(
        &self,
        message: MessageId,
        attempt: dragoman_core::outcome::Attempt,
        settlement: Settlement,
    ) -> bool {
        let mut was_lost = false;
        loop {
            let now = self.shared.clock.now();
            let settling = self
                .shared
                .store
                .settle(message, attempt, settlement.clone(), now);
            match settling.await {
                Ok(changed) => return changed || was_lost,
                Err(error) => {
                    was_lost = true;
                    tracing::warn!(message_id = %message, %error, "cannot record how an attempt ended yet");
                    if !self.shared.rest(UNWELL).await {
                        return false;
                    }
                }
            }
        }
    }

    /// Slows down what the refusal says, and answers for how long.
    pub(super) fn slow(&self, conversation: i64, not_taken: &NotTaken) -> Duration {
        let now = self.now();
        let mut schedule = lock(&self.schedule);
        let pause = schedule.slow(conversation, not_taken, now);
        let news = schedule.news();
        drop(schedule);
        if let Some(news) = news {
            self.tell(news);
        }
        pause
    }

    /// Why nothing is sent, when the provider is the reason.
    pub(super) fn stopped(&self) -> Option<Why> {
        lock(&self.schedule).stopped(self.now())
    }

    /// Tells the people who run the installation.
    fn tell(&self, news: News) {
        let channel = self.channel();
        match news {
            News::Stopped(why, pause) => self.tell_of_a_stop(why, pause),
            News::SendsAgain => tracing::info!(channel = %channel.slug, "a channel sends again"),
        }
    }

    fn tell_of_a_stop(&self, why: Why, pause: Duration) {
        let channel = &self.channel().slug;
        let pause_ms = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX);
        match why {
            Why::Throttled(_) | Why::Unreachable => {
                tracing::warn!(%channel, reason = %why, pause_ms, "a channel sends nothing for now");
            }
            Why::BadName(_) => {
                tracing::error!(%channel, reason = %why, pause_ms, "the provider holds a channel back because of its bad name: it sends nothing for now");
            }
            Why::Broken(_) => {
                tracing::error!(%channel, reason = %why, pause_ms, "the provider takes nothing of a channel until somebody mends it: `dragoman channel check` says what is wrong");
            }
        }
    }

    /// Nothing starts while the store is unwell.
    pub(super) fn hold(&self) {
        lock(&self.schedule).hold(UNWELL, self.now());
    }

    pub(super) fn end(&self, turn: Turn, ended: Ended) {
        let now = self.now();
        let mut schedule = lock(&self.schedule);
        schedule.end(turn.waiting, ended, now);
        let (news, is_awaited) = (schedule.news(), schedule.has_waiting());
        drop(schedule);
        if let Some(news) = news {
            self.tell(news);
        }
        if is_awaited {
            self.wake.notify_one();
        }
    }

    /// The message has left the queue without a call to the provider.
    pub(super) fn over(&self, turn: Turn) {
        self.end(
            turn,
            Ended {
                fate: Fate::Over,
                departed_at: Duration::ZERO,
                contact: Contact::None,
            },
        );
    }

    /// The message is queued again without a call to the provider.
    pub(super) fn back(&self, turn: Turn, pause: Duration) {
        self.end(
            turn,
            Ended {
                fate: Fate::Again {
                    pause,
                    setbacks: turn.setbacks,
                },
                departed_at: Duration::ZERO,
                contact: Contact::None,
            },
        );
    }

    pub(super) fn now(&self) -> Duration {
        self.shared.clock.monotonic()
    }

    /// Stands for an address in memory.
    pub(super) fn digest(&self, to: &Address) -> u64 {
        self.digests.hash_one(to).max(UNKNOWN + 1)
    }
}

/// Whether a change of the channel may have mended it.
fn was_mended(earlier: &Channel, channel: &Channel) -> bool {
    earlier.settings != channel.settings || (channel.enabled && !earlier.enabled)
}
