//! What becomes of a message after it was accepted: `sent`, `delivered`, `read`, or `failed`.
//!
//! The short pauses between them are real time. Nothing is remembered of a plan: after a restart it is made again
//! from the message's state.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;
use std::time::Duration;

use rand::RngExt as _;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep_until};

use crate::server::ended;
use crate::state::{Held, State};
use crate::world::{Direction, Entry, Message, Status, StatusChange, WAITING_FOR_PHONE};

/// Acceptance to `sent`, and to `failed`.
const SENT_AFTER_MS: std::ops::Range<u64> = 50..150;
/// `sent` to `delivered`.
const DELIVERED_AFTER_MS: std::ops::Range<u64> = 150..400;
const READ_AFTER_MS: std::ops::Range<u64> = 20..60;
/// How much later a status goes out that a fault sends after its successor.
const REORDERED: Duration = Duration::from_millis(1500);
/// Steps that are due within this time are taken together.
const GRAIN: Duration = Duration::from_millis(5);

/// One message is due to move on.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Step {
    due: Instant,
    wamid: String,
    to: Status,
    error: Option<u32>,
}

/// Plans the next step of a message, if it has one.
pub(crate) fn plan(state: &Arc<State>, message: &Message) {
    let Some(outbound) = &message.outbound else {
        return;
    };
    match message.status {
        Status::Accepted if outbound.held_for.is_some() => {}
        Status::Accepted => {
            let to = if outbound.fate.is_some() {
                Status::Failed
            } else {
                Status::Sent
            };
            plan_after(state, message, to, SENT_AFTER_MS);
        }
        // Whether the phone can be reached is seen when it is due.
        Status::Sent => plan_after(state, message, Status::Delivered, DELIVERED_AFTER_MS),
        Status::Delivered if message.read_on_arrival => {
            plan_after(state, message, Status::Read, READ_AFTER_MS)
        }
        Status::Delivered | Status::Read | Status::Failed => {}
    }
}

fn plan_after(state: &State, message: &Message, to: Status, pause_ms: std::ops::Range<u64>) {
    let pause = Duration::from_millis(rand::rng().random_range(pause_ms));
    state.plan(Step {
        due: Instant::now() + pause,
        wamid: message.wamid.clone(),
        to,
        error: None,
    });
}

/// Fails a message that was accepted, whatever was planned for it.
pub(crate) fn fail(state: &State, wamid: &str, code: u32) {
    state.plan(Step {
        due: Instant::now(),
        wamid: wamid.to_owned(),
        to: Status::Failed,
        error: Some(code),
    });
}

/// Takes the steps when they are due, until the emulator stops.
pub(crate) async fn run(
    state: Arc<State>,
    mut planned: mpsc::UnboundedReceiver<Step>,
    mut stopped: watch::Receiver<bool>,
) {
    let mut waiting = BinaryHeap::new();
    loop {
        let due = waiting.peek().map_or_else(
            || Instant::now() + Duration::from_secs(3600),
            |Reverse(step): &Reverse<Step>| step.due,
        );
        tokio::select! {
            biased;
            () = ended(&mut stopped) => return,
            step = planned.recv() => {
                let Some(step) = step else { return };
                waiting.push(Reverse(step));
                while let Ok(step) = planned.try_recv() {
                    waiting.push(Reverse(step));
                }
                // A stream of new messages must not hold up the old ones.
                if due <= Instant::now() {
                    take_due(&state, &mut waiting);
                }
            }
            () = sleep_until(due) => take_due(&state, &mut waiting),
        }
    }
}

fn take_due(state: &Arc<State>, waiting: &mut BinaryHeap<Reverse<Step>>) {
    let until = Instant::now() + GRAIN;
    let mut held = state.hold();
    while let Some(Reverse(step)) = waiting.peek() {
        if step.due > until {
            break;
        }
        if let Some(Reverse(step)) = waiting.pop() {
            take(state, &mut held, &step);
        }
    }
}

fn take(state: &Arc<State>, held: &mut Held<'_>, step: &Step) {
    let Some(message) = held.message(&step.wamid) else {
        return;
    };
    let customer = &held.customers[message.customer as usize];
    let now = state.clock.now();
    let possible = match (message.status, step.to) {
        (Status::Accepted, Status::Sent | Status::Failed) => true,
        (Status::Sent, Status::Delivered) => {
            customer.reachable() && now.since(message.at) <= WAITING_FOR_PHONE
        }
        (Status::Delivered, Status::Read) => customer.read_receipts,
        _ => false,
    };
    if possible {
        change(state, held, &step.wamid, step.to, step.error);
    }
    if let Some(message) = held.message(&step.wamid).filter(|_| possible) {
        plan(state, message);
    }
}

/// Records a status and owes the webhooks that tell it.
fn change(
    state: &Arc<State>,
    held: &mut Held<'_>,
    wamid: &str,
    status: Status,
    error: Option<u32>,
) {
    let Some(message) = held.message(wamid) else {
        return;
    };
    let Some(outbound) = &message.outbound else {
        return;
    };
    let quirks = outbound.quirks;
    let silent = quirks.status_missing
        || (message.is_reaction() && matches!(status, Status::Delivered | Status::Read));
    let copies = match (silent, quirks.status_duplicate) {
        (true, _) => 0,
        (false, true) => 2,
        (false, false) => 1,
    };
    let phone_number_id = message.phone_number_id.clone();
    let webhooks = held.webhooks(&phone_number_id, copies);
    held.record(Entry::Status(StatusChange {
        wamid: wamid.to_owned(),
        status,
        at: state.clock.now(),
        error,
        webhooks: webhooks.clone(),
    }));
    let pause = if quirks.status_reorder && status == Status::Sent {
        REORDERED
    } else {
        Duration::ZERO
    };
    for webhook in webhooks {
        state
            .deliveries
            .push(state, &phone_number_id, webhook, pause);
    }
}

/// The customer looks into the chat: everything that arrived is read, and what is on its way will be.
pub(crate) fn open_chat(
    state: &Arc<State>,
    held: &mut Held<'_>,
    customer: &str,
    phone_number_id: Option<&str>,
) {
    let news: Vec<_> = unread(held, customer, phone_number_id);
    held.record(Entry::Opened {
        customer: customer.to_owned(),
        phone_number_id: phone_number_id.map(str::to_owned),
    });
    if !held
        .customer(customer)
        .is_some_and(|customer| customer.read_receipts)
    {
        return;
    }
    for wamid in news {
        change(state, held, &wamid, Status::Read, None);
    }
}

fn unread(held: &Held<'_>, customer: &str, phone_number_id: Option<&str>) -> Vec<String> {
    let Some(customer) = held.customer(customer) else {
        return Vec::new();
    };
    customer
        .chat
        .iter()
        .map(|index| &held.messages[*index as usize])
        .filter(|message| message.direction == Direction::In && message.status == Status::Delivered)
        .filter(|message| phone_number_id.is_none_or(|id| id == message.phone_number_id))
        .map(|message| message.wamid.clone())
        .collect()
}

/// A phone is back: whatever waited for it is on its way.
pub(crate) fn phone_is_back(state: &Arc<State>, held: &Held<'_>, customer: &str) {
    let Some(customer) = held.customer(customer) else {
        return;
    };
    for index in &customer.chat {
        let message = &held.messages[*index as usize];
        if message.status == Status::Sent {
            plan(state, message);
        }
    }
}
