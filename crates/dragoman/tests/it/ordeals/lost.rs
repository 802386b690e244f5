//! Answers get lost in every way, the gateway is killed and stopped between, and every policy is
//! asked for.

use std::collections::BTreeMap;

use dragoman_core::State;
use dragoman_core::ports::Random;
use dragoman_testkit::ledger::{
    ClientAnswer, Ledgers, Rules, StoreRow, UpstreamRequest, assert_kept,
};
use dragoman_testkit::{Receiver, SeededRandom, until};
use futures_util::StreamExt;
use serde_json::{Value, json};

use super::{LONG, LOOK_AGAIN, misbehaves};
use crate::stories::onprem::{login, subscribe};
use crate::stories::survival::set_rate;
use crate::stories::time_passes;
use crate::support::books::{doubts_by_kills, ended, own_id, settled, trace};
use crate::support::process::{Dev, data_dir, free_port, start_emulator};
use crate::support::program::Program;
use crate::support::trial::Trial;

const POLICIES: [&str; 3] = ["hold", "fail", "resend_once"];
/// The demo channel's.
const CONCURRENCY: usize = 32;
const AT_ONCE: usize = 24;
/// Refusals of failing servers are repeated after this.
const STRUGGLED: u32 = 61;
/// A step of the silence that a policy waits for.
const MINUTE: u32 = 60;

/// Five of a hundred answers are lost, taken or not; and a few statuses come oddly.
fn faults() -> Value {
    json!([
        { "rate": 0.02, "do": { "kind": "lost_answer" } },
        { "rate": 0.015, "do": { "kind": "reset_before_read" } },
        { "rate": 0.015, "do": { "kind": "page_502" } },
        { "rate": 0.02, "do": { "kind": "error", "code": 131_000 } },
        { "rate": 0.05, "do": { "kind": "delay", "delay_ms": 300 } },
        { "rate": 0.05, "do": { "kind": "status_duplicate" } },
        { "rate": 0.05, "do": { "kind": "status_reorder" } },
    ])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_answers_are_lost_nothing_is_lost_or_sent_twice_but_by_choice() {
    let trial = Trial::begin("what_answers_are_lost_nothing_is_lost_or_sent_twice_but_by_choice");
    let messages = trial.amount(240, 40, 10_000) as u64;
    let directory = trial.folder();
    let (_emulator, emulator) = start_emulator(directory.path(), free_port()).await;
    let receiver = Receiver::start();
    let mut dev = Dev::start_in(trial.folder(), &emulator).await;
    let token = login(&dev, "/onprem/base_url").await;
    subscribe(&dev, &token, &receiver).await;
    set_rate(&dev, "5000/s");
    misbehaves(&dev, trial.seed(), &faults()).await;
    let random = trial.random();
    let (mut answers, mut doubted) = (Vec::new(), Vec::new());
    for third in 0..3 {
        let numbers = third * messages / 3..(third + 1) * messages / 3;
        answers.extend(send(&Program::of(&dev, &token), numbers, &random).await);
        let data = if third == 1 {
            let (code, data) = dev.terminate();
            assert_eq!(code, Some(0));
            data
        } else {
            dev.kill()
        };
        let before = doubts_by_kills(&data_dir(data.path()));
        dev = Dev::start_in(data, &emulator).await;
        doubted.push(doubts_by_kills(&dev.data_dir()) - before);
    }
    let policies = policies(&dev, &answers).await;
    let mut client: Vec<ClientAnswer> = answers.into_iter().map(|(_, answer)| answer).collect();
    client.push(doubts_are_decided(&dev, &Program::of(&dev, &token), &policies, messages).await);
    let mut ledgers = settled(&dev, &emulator, &receiver, client).await;
    let seen = seen(&ledgers, &policies);
    forgive_what_was_chosen(&mut ledgers.upstream, &policies);
    let failed = failed(&ledgers);
    for row in &failed {
        assert_eq!(policies.get(&row.id), Some(&"fail"), "{row:?}");
    }
    let rules = Rules {
        doubted: &doubted,
        concurrency: CONCURRENCY,
        own_failures: failed.len(),
        ..Rules::default()
    };
    assert_kept(&ledgers, &rules);
    trial.has_seen(seen);
}

/// Sends each with a policy by chance, and answers which it was.
async fn send(
    program: &Program,
    numbers: std::ops::Range<u64>,
    random: &SeededRandom,
) -> Vec<(&'static str, ClientAnswer)> {
    let calls = numbers.map(|number| {
        let policy = POLICIES[(random.roll() * 3.0) as usize];
        async move {
            let manner = [("dragoman-on-unknown", policy)];
            (policy, program.send_in(number, &manner).await)
        }
    });
    futures_util::stream::iter(calls)
        .buffer_unordered(AT_ONCE)
        .collect()
        .await
}

/// What was asked for, by our own ids.
async fn policies(
    dev: &Dev,
    answers: &[(&'static str, ClientAnswer)],
) -> BTreeMap<String, &'static str> {
    let mut policies = BTreeMap::new();
    for (policy, answer) in answers {
        let id = answer
            .id
            .as_ref()
            .expect("nobody was hung up on while it asked");
        policies.insert(own_id(dev, id).await, *policy);
    }
    policies
}

/// The provider behaves again, and so much time passes that nothing waits for proof any more. One
/// more message shows meanwhile that it would have been heard.
async fn doubts_are_decided(
    dev: &Dev,
    program: &Program,
    policies: &BTreeMap<String, &'static str>,
    number: u64,
) -> ClientAnswer {
    misbehaves(dev, 0, &json!([])).await;
    time_passes(dev, STRUGGLED).await;
    let rows = ended(dev).await.0.into_iter();
    let is_open = |row: &StoreRow| {
        row.state == State::Unknown
            && policies
                .get(&row.id)
                .is_some_and(|policy| *policy != "hold")
    };
    let mut open: Vec<String> = rows.filter(is_open).map(|row| row.id).collect();
    let witness = program.send(number).await;
    let id = witness.id.clone().expect("it is accepted");
    until("the witness arrives", LONG, async || {
        let trace = trace(dev, &id).await;
        (trace["message"]["state"] == "delivered").then_some(())
    })
    .await;
    until("every doubt is decided", LONG, async || {
        while let Some(id) = open.last() {
            if trace(dev, id).await["message"]["state"] == "unknown" {
                time_passes(dev, MINUTE).await;
                tokio::time::sleep(LOOK_AGAIN).await;
                return None;
            }
            open.pop();
        }
        Some(())
    })
    .await;
    witness
}

/// Who asked for it may be sent a message once more after a doubt.
fn forgive_what_was_chosen(
    upstream: &mut Vec<UpstreamRequest>,
    policies: &BTreeMap<String, &'static str>,
) {
    let mut forgiven = BTreeMap::<String, usize>::new();
    upstream.retain(|request| {
        let id = message(request);
        if request.decision != "dropped" || policies.get(id) != Some(&"resend_once") {
            return true;
        }
        let times = forgiven.entry(id.to_owned()).or_default();
        *times += 1;
        *times > 1
    });
}

/// The message that a POST's token names.
fn message(request: &UpstreamRequest) -> &str {
    let token = request.token.as_deref().unwrap_or_default();
    token.split('.').nth(1).unwrap_or_default()
}

/// What has failed. The provider fails nothing by itself here.
fn failed(ledgers: &Ledgers) -> Vec<&StoreRow> {
    let rows = ledgers.store.iter();
    rows.filter(|row| row.state == State::Failed).collect()
}

fn seen(ledgers: &Ledgers, policies: &BTreeMap<String, &'static str>) -> String {
    let mut decisions = BTreeMap::<&str, usize>::new();
    for request in &ledgers.upstream {
        *decisions.entry(&request.decision).or_default() += 1;
    }
    let count = |state| {
        ledgers
            .store
            .iter()
            .filter(|row| row.state == state)
            .count()
    };
    let mut posts = BTreeMap::<&str, usize>::new();
    for request in ledgers
        .upstream
        .iter()
        .filter(|request| !request.decision.starts_with("refused"))
    {
        *posts.entry(message(request)).or_default() += 1;
    }
    let resent = posts.values().filter(|posts| **posts > 1).count();
    format!(
        "{} messages, POSTs {decisions:?}, {} failed by choice, {} in doubt, {resent} of {} sent again by choice",
        ledgers.store.len(),
        count(State::Failed),
        count(State::Unknown),
        policies
            .values()
            .filter(|policy| **policy == "resend_once")
            .count(),
    )
}
