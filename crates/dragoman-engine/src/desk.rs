//! Where submissions become messages.

mod bounds;
mod deciding;
mod outliving;
mod weighing;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use dragoman_core::doubt::Resolution;
use dragoman_core::id::AttemptId;
use dragoman_core::message::Admitted;
use dragoman_core::ports::{
    Acceptance, Accepted, Decided, Departure, Desk, DeskError, Patience, Rehearsal, StoreError,
};
use dragoman_core::submission::Submission;
use dragoman_core::{MessageId, Refusal, Tenant};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

pub use self::bounds::Bounds;
use self::outliving::{Outliving, Panicked};
use self::weighing::Weighed;
use crate::dispatcher::{Dispatcher, Outlook, Queue, Reservation, Waiting};
use crate::preparation;
use crate::shared::{RunningToken, Shared};

/// A client waits no longer than this for the end of a commit that has begun in time, or for
/// anything but a commit.
const DEADLINE: Duration = Duration::from_secs(10);
/// As many submissions may be under way at the same moment.
const AT_ONCE: usize = 10_000;

/// Gathers what the rules need, lets them judge, has the store keep the message, and hands it to
/// the dispatcher.
#[derive(Clone)]
pub(crate) struct FrontDesk {
    shared: Arc<Shared>,
    dispatcher: Arc<Dispatcher>,
    places: Arc<Semaphore>,
    bounds: Bounds,
}

#[async_trait]
impl Desk for FrontDesk {
    async fn submit(&self, submission: Submission) -> Result<Accepted, DeskError> {
        let result = self.receive(submission).await;
        let meters = &self.shared.meters;
        match &result {
            Ok(_) => meters.accepted.count(),
            Err(DeskError::Refused(_) | DeskError::KeyReused) => meters.refused.count(),
            Err(DeskError::Unavailable) => meters.unavailable.count(),
        }
        result
    }

    async fn rehearse(&self, submission: Submission) -> Result<Rehearsal, DeskError> {
        in_time(self.in_place(self.clone().foresee(submission))?).await
    }

    async fn resolve(
        &self,
        account: Tenant,
        message: MessageId,
        resolution: Resolution,
    ) -> Result<Decided, DeskError> {
        let deciding = self.clone().decide(account, message, resolution);
        in_time(self.in_place(deciding)?).await
    }
}

impl FrontDesk {
    pub(crate) fn new(shared: Arc<Shared>, dispatcher: Arc<Dispatcher>, bounds: Bounds) -> Self {
        Self {
            bounds,
            shared,
            dispatcher,
            places: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }

    async fn receive(&self, submission: Submission) -> Result<Accepted, DeskError> {
        let patience = Patience::default();
        let taking = self.clone().take(submission, patience.clone());
        self.in_turn(self.in_place(taking)?, &patience).await
    }

    /// Sets to work, where there is a place for it. A client who hangs up cannot cut the work in
    /// half between the store and the queue.
    fn in_place<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, DeskError>> + Send + 'static,
    ) -> Result<Work<T>, DeskError> {
        let place = self.place()?;
        Ok(Outliving::new(async move {
            let _place = place;
            work.await
        }))
    }

    /// Waits for work that comes to a commit. A client whose turn there does not come in time is
    /// turned away, and nothing is kept; who is served by then hears how it ends.
    async fn in_turn<T: Send + 'static>(
        &self,
        mut work: Work<T>,
        patience: &Patience,
    ) -> Result<T, DeskError> {
        match tokio::time::timeout(self.bounds.wait, &mut work).await {
            Ok(answer) => heard(answer),
            Err(_) if patience.give_up() => Err(DeskError::Unavailable),
            // The commit is under way: it would not be true to say that nothing is kept.
            Err(_) => in_time(work).await,
        }
    }

    fn place(&self) -> Result<Place, DeskError> {
        if !self.shared.is_running() || !self.shared.store.is_well() {
            return Err(DeskError::Unavailable);
        }
        let Ok(permit) = Arc::clone(&self.places).try_acquire_owned() else {
            return Err(DeskError::Unavailable);
        };
        Ok(Place {
            _permit: permit,
            _running: self.shared.sending.enter(),
        })
    }

    async fn take(self, submission: Submission, patience: Patience) -> Result<Accepted, DeskError> {
        if let Some(first) = self.first_answer(&submission).await? {
            return Ok(self.as_first_told(first));
        }
        self.shared.admit()?;
        let Weighed {
            admitted, queue, ..
        } = self.weigh(submission).await?;
        let most = Bounds::of_channel(admitted.body().priority);
        if queue.load().waiting as u64 >= most && admitted.failure().is_none() {
            return Err(Refusal::QueueFull.into());
        }
        if queue.is_crowded(&admitted.body().to) && admitted.failure().is_none() {
            return Err(Refusal::LaneFull.into());
        }
        self.keep(&queue, admitted, patience).await
    }

    /// What [`FrontDesk::take`] would come to, up to the commit.
    async fn foresee(self, submission: Submission) -> Result<Rehearsal, DeskError> {
        self.shared.admit()?;
        let Weighed {
            admitted,
            queue,
            window,
        } = self.weigh(submission).await?;
        let Outlook { waiting, wait } = queue.outlook(&admitted.body().to);
        let priority = admitted.body().priority;
        if waiting as u64 >= Bounds::of_channel(priority) && admitted.failure().is_none() {
            return Err(Refusal::QueueFull.into());
        }
        let of_account = self.dispatcher.waiting_of(admitted.account()) as u64;
        if of_account >= self.bounds.of_account(priority) && admitted.failure().is_none() {
            return Err(Refusal::AccountFull.into());
        }
        Ok(Rehearsal {
            body: Arc::clone(admitted.body()),
            failure: admitted.failure().cloned(),
            window,
            assignment: admitted.assignment().clone(),
            waiting,
            wait,
        })
    }

    /// A repetition hears what the first call heard, before any rule that may have changed since.
    async fn first_answer(&self, submission: &Submission) -> Result<Option<Accepted>, DeskError> {
        let Some(key) = &submission.key else {
            return Ok(None);
        };
        let machine = self.shared.clock.machine();
        let first = self.shared.store.first_answer(key, machine).await;
        first.map_err(refused_by_store)
    }

    /// The same answer: what was held back for the first call is so for a repetition.
    fn as_first_told(&self, accepted: Accepted) -> Accepted {
        Accepted {
            held: self.shared.held.was_told(accepted.message),
            ..accepted
        }
    }

    /// A free slot, if the message can depart at once.
    fn reserve(&self, queue: &Arc<Queue>, admitted: &Admitted) -> Option<Reservation> {
        let is_ready = preparation::to_upload(&admitted.body().content).is_none();
        let can_depart = admitted.failure().is_none() && is_ready;
        let body = admitted.body();
        can_depart.then(|| queue.reserve(&body.to, body.after))?
    }

    async fn keep(
        &self,
        queue: &Arc<Queue>,
        admitted: Admitted,
        patience: Patience,
    ) -> Result<Accepted, DeskError> {
        let reservation = self.reserve(queue, &admitted);
        let (channel, now) = (admitted.channel(), self.shared.clock.now());
        let random = &self.shared.random;
        let body = Arc::clone(admitted.body());
        // Asked before the store is: what becomes of this message itself says nothing of that.
        let held = self.shared.held.holds(channel, &body.content, now);
        let acceptance = Acceptance {
            admitted,
            random: [random.bits(), random.bits(), random.bits()],
            machine: self.shared.clock.machine(),
            now,
            departure: reservation.as_ref().map(|_| Departure {
                attempt: AttemptId(random.bits()),
            }),
            queue_limit: Bounds::of_channel(body.priority),
            account_limit: self.bounds.of_account(body.priority),
            patience,
        };
        let mut accepted = self
            .shared
            .store
            .accept(acceptance)
            .await
            .map_err(refused_by_store)?;
        if accepted.replayed || accepted.failed {
            return Ok(self.as_first_told(accepted));
        }
        accepted.held = held;
        if held {
            self.shared.held.tell(accepted.message);
        }
        let waiting = Waiting {
            message: accepted.message,
            conversation: accepted.conversation.number,
            priority: accepted.priority,
            expires_at: body.expires_at,
            after: body.after,
        };
        match accepted.in_flight.take().zip(reservation) {
            Some((in_flight, reservation)) => queue.depart(waiting, in_flight, reservation),
            None => queue.enqueue(waiting, &body.to),
        }
        Ok(accepted)
    }
}

/// Held while a submission is being taken.
struct Place {
    _permit: OwnedSemaphorePermit,
    /// Keeps the engine from stopping in the middle.
    _running: RunningToken,
}

type Work<T> = Outliving<Result<T, DeskError>>;

async fn in_time<T: Send + 'static>(work: Work<T>) -> Result<T, DeskError> {
    let answer = tokio::time::timeout(DEADLINE, work).await;
    answer.map_or(Err(DeskError::Unavailable), heard)
}

fn heard<T>(answer: Result<Result<T, DeskError>, Panicked>) -> Result<T, DeskError> {
    answer.unwrap_or_else(|error| {
        tracing::error!(%error, "taking a submission was cut short");
        Err(DeskError::Unavailable)
    })
}

fn refused_by_store(error: StoreError) -> DeskError {
    match error {
        StoreError::KeyReused => DeskError::KeyReused,
        StoreError::Refused(refusal) => DeskError::Refused(refusal),
        // Stale and taken are answers to changes of slow data, which the desk does not make.
        StoreError::TooLate | StoreError::Stale | StoreError::Taken(_) | StoreError::Unwell(_) => {
            DeskError::Unavailable
        }
    }
}
