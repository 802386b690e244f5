//! Killed at random moments under load: accepted is kept, sent is sent once.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use dragoman_core::ports::{Method, Random};
use dragoman_core::{MessageId, State};
use dragoman_testkit::ledger::{
    ClientAnswer, Ledgers, Rules, StoreRow, Told, UpstreamRequest, assert_kept,
};
use dragoman_testkit::{Receiver, SeededRandom, until};
use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};

use super::onprem::{login, subscribe};
use super::survival::set_rate;
use crate::support::api;
use crate::support::process::{Dev, data_dir, free_port, start_emulator};

/// So often the gateway is killed, unless `DRAGOMAN_KILLS` says otherwise.
const KILLS: u64 = 20;
/// Decides when, unless `DRAGOMAN_SEED` says otherwise.
const SEED: u64 = 7;
const CLIENTS: u64 = 4;
/// POSTs that the channel may make in a second.
const RATE: usize = 5000;
/// The demo channel's.
const CONCURRENCY: usize = 32;
/// Until the last webhooks have come, after the last start.
const HEALING: Duration = Duration::from_secs(60);

/// Between two looks at what is still under way.
const LOOK_AGAIN: Duration = Duration::from_millis(200);

/// What the clients were answered, shared between them.
type Answers = Arc<Mutex<Vec<ClientAnswer>>>;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn four_ledgers_agree_after_twenty_kills() {
    let directory = tempfile::tempdir().unwrap();
    let (_emulator, emulator) = start_emulator(directory.path(), free_port()).await;
    let receiver = Receiver::start();
    let kills = chosen("DRAGOMAN_KILLS", KILLS);
    let random = SeededRandom::new(chosen("DRAGOMAN_SEED", SEED));
    let answers = Answers::default();
    let mut dev = Dev::start_in(tempfile::tempdir().unwrap(), &emulator).await;
    let token = login(&dev, "/onprem/base_url").await;
    subscribe(&dev, &token, &receiver).await;
    set_rate(&dev, &format!("{RATE}/s"));
    let mut doubted = Vec::new();
    for round in 0..kills {
        let load = Load::start(&dev, &token, round, &answers);
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
}

/// What the environment says, or what is usual.
fn chosen(variable: &str, usual: u64) -> u64 {
    let said = std::env::var(variable).ok();
    said.map_or(usual, |said| said.parse().expect("a number"))
}

/// Clients that send templates to ever new recipients, as fast as they are answered.
struct Load {
    stop: Arc<AtomicBool>,
    clients: Vec<tokio::task::JoinHandle<()>>,
}

impl Load {
    fn start(dev: &Dev, token: &str, round: u64, answers: &Answers) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let next = Arc::new(AtomicU64::new(round * 100_000));
        let url = format!("{}/v1/messages", dev.text("/onprem/base_url"));
        let clients = (0..CLIENTS).map(|_| {
            let (stop, next, answers) = (Arc::clone(&stop), Arc::clone(&next), Arc::clone(answers));
            let (url, token) = (url.clone(), token.to_owned());
            tokio::spawn(async move {
                while !stop.load(Ordering::Relaxed) {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let answer = send(&url, &token, number).await;
                    answers.lock().unwrap().push(answer);
                }
            })
        });
        Self {
            clients: clients.collect(),
            stop,
        }
    }

    async fn stop(self) {
        self.stop.store(true, Ordering::Relaxed);
        for client in self.clients {
            client.await.unwrap();
        }
    }
}

async fn send(url: &str, token: &str, number: u64) -> ClientAnswer {
    let body = json!({ "to": format!("316{number:08}"), "type": "template", "template": {
        "name": "demo_single", "language": { "code": "en" },
        "components": [{ "type": "body", "parameters": [{ "type": "text", "text": "Kim" }] }] } });
    let answer = api::call(Method::Post, url, Some(token), body.to_string().as_bytes())
        .await
        .ok();
    let id = answer
        .as_ref()
        .and_then(|answer| answer.json["messages"][0]["id"].as_str().map(str::to_owned));
    ClientAnswer {
        key: number.to_string(),
        id,
        status: answer.map(|answer| answer.status),
        asked: String::new(),
    }
}

/// Waits until nothing is under way, then reads all four ledgers, with our own ids in each.
async fn settled(
    dev: &Dev,
    emulator: &str,
    receiver: &Receiver,
    mut client: Vec<ClientAnswer>,
) -> Ledgers {
    for answer in &mut client {
        if let Some(id) = &answer.id {
            answer.id = Some(
                trace(dev, id).await["message"]["id"]
                    .as_str()
                    .unwrap()
                    .to_owned(),
            );
        }
    }
    let (store, seen) = ended(dev).await;
    let delivered = store
        .iter()
        .filter(|row| row.state.word() == "delivered")
        .count();
    let told = until("everything was told", HEALING, async || {
        let statuses: Vec<Value> = receiver
            .received()
            .iter()
            .map(|post| post.json()["statuses"][0].clone())
            .collect();
        let told = statuses
            .iter()
            .filter(|status| status["status"] == "delivered")
            .count();
        (told >= delivered).then_some(statuses)
    })
    .await;
    let told = told.iter().filter_map(|status| {
        let id = dragoman_dialects::whatsapp_onprem::message_id(status["id"].as_str()?)?;
        Some(Told {
            id: id.simple(),
            status: status["status"].as_str()?.to_owned(),
            event: None,
        })
    });
    let told = Some(told.collect());
    Ledgers {
        client,
        upstream: upstream(emulator).await,
        store,
        seen,
        told,
        ..Ledgers::default()
    }
}

/// Every message's state, once nothing is under way any more, and what was seen before.
async fn ended(dev: &Dev) -> (Vec<StoreRow>, Vec<StoreRow>) {
    let deadline = Instant::now() + HEALING;
    let (mut ended, mut seen) = (BTreeMap::new(), Vec::new());
    loop {
        let ids = outbound(&dev.data_dir());
        let mut moving = Vec::new();
        for id in ids {
            if ended.contains_key(&id) {
                continue;
            }
            let trace = trace(dev, &id).await;
            let row =
                StoreRow::from_word(&id, trace["message"]["state"].as_str().unwrap()).unwrap();
            seen.push(row.clone());
            if matches!(row.state, State::Delivered | State::Failed) {
                ended.insert(id, row);
            } else {
                moving.push((row, trace));
            }
        }
        // Whether doubt remains is only known once everything that could end it has arrived.
        let waiting = moving.iter().find(|(row, _)| row.state != State::Unknown);
        let Some((_, trace)) = waiting else {
            let rest = moving.into_iter().map(|(row, _)| row);
            return (ended.into_values().chain(rest).collect(), seen);
        };
        assert!(Instant::now() < deadline, "still under way: {trace}");
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

/// Every outbound message in the file itself, whoever was answered for it.
fn outbound(data_dir: &Path) -> Vec<String> {
    let read_only = OpenFlags::SQLITE_OPEN_READ_ONLY;
    let file = Connection::open_with_flags(data_dir.join("dragoman.db"), read_only).unwrap();
    let mut rows = file
        .prepare("SELECT id, tail FROM messages WHERE direction = 1")
        .unwrap();
    let ids = rows.query_map([], |row| {
        Ok(MessageId::from_parts(row.get(0)?, row.get(1)?).simple())
    });
    ids.unwrap().map(Result::unwrap).collect()
}

/// How many messages were ever in doubt. A start writes down those that the end before it left.
fn doubts(data_dir: &Path) -> usize {
    let read_only = OpenFlags::SQLITE_OPEN_READ_ONLY;
    let file = Connection::open_with_flags(data_dir.join("dragoman.db"), read_only).unwrap();
    let unknown = "SELECT count(*) FROM events WHERE kind = 6";
    let counted: i64 = file.query_row(unknown, [], |row| row.get(0)).unwrap();
    usize::try_from(counted).unwrap()
}

async fn trace(dev: &Dev, id: &str) -> Value {
    let url = format!("{}/api/v1/messages/{id}", dev.text("/gateway"));
    let answer = api::get(&url, Some(dev.text("/callbell/token")))
        .await
        .unwrap();
    assert_eq!(answer.status, 200, "{id}: {}", answer.json);
    answer.json
}

pub(super) async fn upstream(emulator: &str) -> Vec<UpstreamRequest> {
    let (mut all, mut after) = (Vec::new(), 0);
    loop {
        let page = api::get(
            &format!("{emulator}/emulator/v1/requests?after={after}"),
            None,
        )
        .await
        .unwrap()
        .json;
        let requests: Vec<UpstreamRequest> =
            serde_json::from_value(page["requests"].clone()).unwrap();
        let Some(last) = requests.last() else {
            return all;
        };
        after = last.n;
        all.extend(requests);
    }
}
