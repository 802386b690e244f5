//! Stops that are asked for, one after the other, while programs send.

use std::time::Duration;

use dragoman_core::ports::Random;
use dragoman_testkit::Receiver;
use dragoman_testkit::ledger::{Rules, assert_kept};
use serde_json::json;

use super::misbehaves;
use crate::stories::onprem::{login, subscribe};
use crate::stories::survival::set_rate;
use crate::support::books::{doubts, settled};
use crate::support::process::{Dev, free_port, start_emulator};
use crate::support::program::{Answers, Load, Program};
use crate::support::trial::Trial;

/// So many belong to every run.
const STOPS: u64 = 3;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stops_under_load_leave_nothing_in_doubt_and_lose_nothing() {
    let trial = Trial::begin("stops_under_load_leave_nothing_in_doubt_and_lose_nothing");
    let directory = trial.folder();
    let (_emulator, emulator) = start_emulator(directory.path(), free_port()).await;
    let receiver = Receiver::start();
    let random = trial.random();
    let answers = Answers::default();
    let mut dev = Dev::start_in(trial.folder(), &emulator).await;
    let token = login(&dev, "/onprem/base_url").await;
    subscribe(&dev, &token, &receiver).await;
    set_rate(&dev, "5000/s");
    // There is always something under way when the stop comes.
    let slowly = json!([{ "rate": 0.5, "do": { "kind": "delay", "delay_ms": 150 } }]);
    misbehaves(&dev, trial.seed(), &slowly).await;
    let mut stops = 0;
    while stops < STOPS || trial.has_time() {
        let load = Load::start(&Program::of(&dev, &token), stops, &answers);
        tokio::time::sleep(Duration::from_secs_f64(0.1 + random.roll())).await;
        let (code, data) = tokio::task::block_in_place(|| dev.terminate());
        assert_eq!(code, Some(0), "after {stops} stops");
        load.stop().await;
        dev = Dev::start_in(data, &emulator).await;
        assert_eq!(doubts(&dev.data_dir()), 0, "after {stops} stops");
        stops += 1;
    }
    let kept = answers.lock().unwrap().clone();
    let unanswered = kept.iter().filter(|answer| answer.status.is_none()).count();
    let ledgers = settled(&dev, &emulator, &receiver, kept).await;
    assert!(
        ledgers.store.len() as u64 > stops,
        "the load was too small to prove anything"
    );
    let rules = Rules::default();
    assert_kept(&ledgers, &rules);
    let messages = ledgers.store.len();
    trial.has_seen(format!(
        "{stops} stops, {messages} messages, {unanswered} calls without an answer"
    ));
}
