//! Killed at random moments under load: accepted is kept, sent is sent once.

use std::time::Duration;

use dragoman_core::ports::Random;
use dragoman_testkit::Receiver;
use dragoman_testkit::ledger::{Rules, assert_kept};

use super::onprem::{login, subscribe};
use super::survival::set_rate;
use crate::support::books::{doubts, settled};
use crate::support::process::{Dev, data_dir, free_port, start_emulator};
use crate::support::program::{Answers, Load, Program};
use crate::support::trial::{Trial, said};

/// So often the gateway is killed, unless `DRAGOMAN_KILLS` says otherwise.
const KILLS: u64 = 20;
/// POSTs that the channel may make in a second.
const RATE: usize = 5000;
/// The demo channel's.
const CONCURRENCY: usize = 32;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn four_ledgers_agree_after_twenty_kills() {
    let trial = Trial::begin("four_ledgers_agree_after_twenty_kills");
    let directory = trial.folder();
    let (_emulator, emulator) = start_emulator(directory.path(), free_port()).await;
    let receiver = Receiver::start();
    let kills = said("DRAGOMAN_KILLS").unwrap_or(KILLS);
    let random = trial.random();
    let answers = Answers::default();
    let mut dev = Dev::start_in(trial.folder(), &emulator).await;
    let token = login(&dev, "/onprem/base_url").await;
    subscribe(&dev, &token, &receiver).await;
    set_rate(&dev, &format!("{RATE}/s"));
    let mut doubted = Vec::new();
    for round in 0..kills {
        let load = Load::start(&Program::of(&dev, &token), round, &answers);
        tokio::time::sleep(Duration::from_secs_f64(0.05 + random.roll())).await;
        let data = dev.kill();
        load.stop().await;
        let before = doubts(&data_dir(data.path()));
        dev = Dev::start_in(data, &emulator).await;
        doubted.push(doubts(&dev.data_dir()) - before);
    }
    let kept = answers.lock().unwrap().clone();
    let ledgers = settled(&dev, &emulator, &receiver, kept).await;
    assert!(
        ledgers.store.len() as u64 > kills,
        "the load was too small to prove anything"
    );
    assert_kept(
        &ledgers,
        &Rules {
            doubted: &doubted,
            concurrency: CONCURRENCY,
            own_failures: 0,
            rate: Some(RATE),
        },
    );
    let (messages, doubted) = (ledgers.store.len(), doubted.iter().sum::<usize>());
    trial.has_seen(format!(
        "{kills} kills, {messages} messages, {doubted} of them once in doubt"
    ));
}
