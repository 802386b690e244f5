//! Where submissions become messages.

mod outliving;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use dragoman_core::Refusal;
use dragoman_core::admission::{Standing, Verdict, admit};
use dragoman_core::assignment::assign;
use dragoman_core::catalog::{Catalog, Channel};
use dragoman_core::content::Kind;
use dragoman_core::id::AttemptId;
use dragoman_core::message::Admitted;
use dragoman_core::ports::{
    Acceptance, Accepted, Departure, Desk, DeskError, Patience, Rehearsal, StoreError,
};
use dragoman_core::submission::{Ask, Submission};
use dragoman_core::window::Heard;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use self::outliving::Outliving;
use crate::dispatcher::{Dispatcher, Queue, Reservation, Waiting};
use crate::shared::{RunningToken, Shared};

/// A client waits no longer than this for its answer; when the commit has begun by then, once more
/// as long.
const DEADLINE: Duration = Duration::from_secs(10);
/// As many messages of one channel may wait.
const QUEUE_LIMIT: u64 = 100_000;
/// As many submissions may be under way at the same moment.
const AT_ONCE: usize = 10_000;

/// Gathers what the rules need, lets them judge, has the store keep the message, and hands it to
/// the dispatcher.
#[derive(Clone)]
pub(crate) struct FrontDesk {
    shared: Arc<Shared>,
    dispatcher: Arc<Dispatcher>,
    places: Arc<Semaphore>,
}

#[async_trait]
impl Desk for FrontDesk {
    async fn submit(&self, submission: Submission) -> Result<Accepted, DeskError> {
        let patience = Patience::default();
        let result = match self.begin(submission, patience.clone()) {
            Ok(work) => within_deadline(work, &patience).await,
            Err(error) => Err(error),
        };
        let meters = &self.shared.meters;
        match &result {
            Ok(_) => meters.accepted.count(),
            Err(DeskError::Refused(_) | DeskError::KeyReused) => meters.refused.count(),
            Err(DeskError::Unavailable) => meters.unavailable.count(),
        }
        result
    }

    async fn rehearse(&self, _submission: Submission) -> Result<Rehearsal, DeskError> {
        Err(DeskError::Unavailable)
    }
}

impl FrontDesk {
    pub(crate) fn new(shared: Arc<Shared>, dispatcher: Arc<Dispatcher>) -> Self {
        Self {
            shared,
            dispatcher,
            places: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }

    /// Sets to work, where there is a place for it. A client who hangs up cannot cut the work in
    /// half between the store and the queue.
    fn begin(&self, submission: Submission, patience: Patience) -> Result<Taking, DeskError> {
        if !self.shared.is_running() || !self.shared.store.is_well() {
            return Err(DeskError::Unavailable);
        }
        let Ok(permit) = Arc::clone(&self.places).try_acquire_owned() else {
            return Err(DeskError::Unavailable);
        };
        let place = Place {
            _permit: permit,
            _running: self.shared.sending.enter(),
        };
        let work = self.clone().take(submission, patience, place);
        Ok(Outliving::new(work))
    }

    async fn take(
        self,
        submission: Submission,
        patience: Patience,
        _place: Place,
    ) -> Result<Accepted, DeskError> {
        if let Some(first) = self.first_answer(&submission).await? {
            return Ok(first);
        }
        let catalog = self.shared.store.catalog();
        let channel = catalog
            .channel_of(submission.account, submission.channel)
            .ok_or(Refusal::ChannelDisabled)?;
        let heard = self.shared.store.heard(channel.id, &submission.to).await;
        let known = heard.map_err(refused_by_store)?;
        let admitted = self.judge(submission, &catalog, channel, known)?;
        let queue = self.dispatcher.queue(channel);
        if queue.load().waiting as u64 >= QUEUE_LIMIT && admitted.failure().is_none() {
            return Err(Refusal::QueueFull.into());
        }
        self.keep(&queue, admitted, patience).await
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

    fn judge(
        &self,
        submission: Submission,
        catalog: &Catalog,
        channel: &Channel,
        (heard, opted_out): (Heard, bool),
    ) -> Result<Admitted, DeskError> {
        let templates = match &submission.ask {
            Ask::Template(_) => catalog.templates_of(channel.id),
            Ask::Content(_) => Vec::new(),
        };
        let standing = Standing {
            channel,
            templates: &templates,
            heard,
            takes: &Kind::OUTBOUND,
            opted_out,
        };
        let assignment = assign(&submission.assignment, submission.account, catalog);
        match admit(submission, assignment, &standing, self.shared.clock.now()) {
            Verdict::Admit(admitted) => Ok(admitted),
            Verdict::Refuse(refusal) => Err(refusal.into()),
        }
    }

    /// A free slot, if the message can depart at once.
    fn reserve(&self, queue: &Arc<Queue>, admitted: &Admitted) -> Option<Reservation> {
        let can_depart = admitted.failure().is_none()
            && !queue.driver()?.needs_preparation(&admitted.body().content);
        can_depart.then(|| queue.reserve(&admitted.body().to))?
    }

    async fn keep(
        &self,
        queue: &Arc<Queue>,
        admitted: Admitted,
        patience: Patience,
    ) -> Result<Accepted, DeskError> {
        let reservation = self.reserve(queue, &admitted);
        let random = &self.shared.random;
        let body = Arc::clone(admitted.body());
        let acceptance = Acceptance {
            admitted,
            random: [random.bits(), random.bits(), random.bits()],
            machine: self.shared.clock.machine(),
            now: self.shared.clock.now(),
            departure: reservation.as_ref().map(|_| Departure {
                attempt: AttemptId(random.bits()),
            }),
            queue_limit: QUEUE_LIMIT,
            patience,
        };
        let mut accepted = self
            .shared
            .store
            .accept(acceptance)
            .await
            .map_err(refused_by_store)?;
        if accepted.replayed || accepted.failed {
            return Ok(accepted);
        }
        let waiting = Waiting {
            message: accepted.message,
            conversation: accepted.conversation.number,
            priority: accepted.priority,
            expires_at: body.expires_at,
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

/// A submission that is being taken.
type Taking = Outliving<Result<Accepted, DeskError>>;

async fn within_deadline(mut work: Taking, patience: &Patience) -> Result<Accepted, DeskError> {
    let mut answer = tokio::time::timeout(DEADLINE, &mut work).await;
    if answer.is_err() && !patience.give_up() {
        // The commit is under way: it would not be true to say that nothing is kept.
        answer = tokio::time::timeout(DEADLINE, &mut work).await;
    }
    match answer {
        Ok(Ok(result)) => result,
        Ok(Err(error)) => {
            tracing::error!(%error, "taking a submission was cut short");
            Err(DeskError::Unavailable)
        }
        Err(_) => Err(DeskError::Unavailable),
    }
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
