//! The queues of owed webhooks, one per business number.
//!
//! A webhook is owed until it is answered with 200. It is tried again after 1, 2, 4, 8 and then every 10 seconds of
//! real time: faster than Meta, so that tests need not wait. At most sixteen of one number are under way at once,
//! and a dead listener of one number does not delay another's.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use hyper::StatusCode;
use tokio::sync::{Semaphore, mpsc};
use tokio::time::{Instant, sleep_until};

use super::compose;
use super::sign::{ascii_json, signature};
use crate::server::ended;
use crate::state::State;
use crate::world::{Entry, Pending};

const AT_ONCE: usize = 16;
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Owed {
    due: Instant,
    webhook: u64,
    tries: u32,
}

#[derive(Debug, Default)]
pub(crate) struct Deliveries {
    /// By phone number id.
    queues: Mutex<HashMap<String, mpsc::UnboundedSender<Owed>>>,
}

impl Deliveries {
    pub(crate) fn push(
        &self,
        state: &Arc<State>,
        phone_number_id: &str,
        webhook: u64,
        pause: Duration,
    ) {
        let owed = Owed {
            due: Instant::now() + pause,
            webhook,
            tries: 0,
        };
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        let queue = match queues.get(phone_number_id) {
            Some(queue) => queue,
            None => {
                let (queue, coming) = mpsc::unbounded_channel();
                tokio::spawn(run(state.clone(), queue.clone(), coming));
                queues.entry(phone_number_id.to_owned()).or_insert(queue)
            }
        };
        // A queue only ends with the emulator; the next start finds what was owed.
        drop(queue.send(owed));
    }
}

async fn run(
    state: Arc<State>,
    queue: mpsc::UnboundedSender<Owed>,
    mut coming: mpsc::UnboundedReceiver<Owed>,
) {
    let mut stopped = state.stopped.clone();
    let free = Arc::new(Semaphore::new(AT_ONCE));
    let mut waiting = BinaryHeap::new();
    loop {
        let due = waiting.peek().map_or_else(
            || Instant::now() + Duration::from_secs(3600),
            |Reverse(owed): &Reverse<Owed>| owed.due,
        );
        let ready = async {
            sleep_until(due).await;
            free.clone().acquire_owned().await
        };
        tokio::select! {
            () = ended(&mut stopped) => return,
            Some(owed) = coming.recv() => {
                waiting.push(Reverse(owed));
                while let Ok(owed) = coming.try_recv() {
                    waiting.push(Reverse(owed));
                }
            }
            Ok(permit) = ready => {
                let Some(Reverse(owed)) = waiting.pop() else { continue };
                let (state, queue) = (state.clone(), queue.clone());
                tokio::spawn(async move {
                    attempt(&state, &queue, owed).await;
                    drop(permit);
                });
            }
        }
    }
}

async fn attempt(state: &State, queue: &mpsc::UnboundedSender<Owed>, mut owed: Owed) {
    let Some(letter) = letter(state, owed.webhook) else {
        return;
    };
    let signature = signature(&letter.app_secret, &letter.body);
    let answer = state
        .client
        .post_json(&letter.url, &signature, letter.body)
        .await;
    if matches!(answer, Ok(StatusCode::OK)) {
        state.hold().record(Entry::Answered {
            webhook: owed.webhook,
        });
        return;
    }
    match answer {
        Ok(status) => {
            tracing::debug!(webhook = owed.webhook, %status, "webhook was not answered with 200")
        }
        Err(error) => {
            tracing::debug!(webhook = owed.webhook, %error, "webhook could not be delivered")
        }
    }
    owed.due = Instant::now() + pause(owed.tries);
    owed.tries += 1;
    // As in `push`.
    drop(queue.send(owed));
}

struct Letter {
    url: String,
    app_secret: String,
    body: Bytes,
}

/// Composed at the last moment, so that a webhook costs only a line in a table while it waits.
fn letter(state: &State, webhook: u64) -> Option<Letter> {
    let (url, app_secret, body) = {
        let held = state.hold();
        let pending = held.pending.get(&webhook)?;
        let app = held.apps.get(held.number_of(pending))?;
        let (url, body) = match pending {
            Pending::Message { message, news } => {
                let message = &held.messages[*message as usize];
                let customer = &held.customers[message.customer as usize];
                let body = compose::body(app, customer, message, *news);
                (held.callback(&app.phone_number_id)?, body)
            }
            Pending::Template(news) => (held.account_callback(app)?, compose::template_body(news)),
        };
        (url.to_owned(), app.app_secret.clone(), body)
    };
    Some(Letter {
        url,
        app_secret,
        body: ascii_json(&body),
    })
}

fn pause(tries: u32) -> Duration {
    Duration::from_secs(1 << tries.min(8)).min(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_stay_short() {
        let schedule: Vec<_> = (0..7).map(|tries| pause(tries).as_secs()).collect();
        assert_eq!(schedule, [1, 2, 4, 8, 10, 10, 10]);
    }
}
