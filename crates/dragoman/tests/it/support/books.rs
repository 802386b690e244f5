//! Reading the four ledgers of a gateway, its provider, its programs and a receiver.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::time::{Duration, Instant};

use dragoman_core::{MessageId, State};
use dragoman_testkit::Receiver;
use dragoman_testkit::ledger::{ClientAnswer, Ledgers, StoreRow, Told, UpstreamRequest};
use rusqlite::{Connection, OpenFlags};
use serde_json::Value;

use super::api;
use super::process::Dev;

/// Until everything that can end has ended, and was told.
const HEALING: Duration = Duration::from_secs(180);
/// Between two looks at what is still under way.
const LOOK_AGAIN: Duration = Duration::from_millis(200);

/// Waits until nothing is under way, then reads all four ledgers, with our own ids in each.
pub(crate) async fn settled(
    dev: &Dev,
    emulator: &str,
    receiver: &Receiver,
    mut client: Vec<ClientAnswer>,
) -> Ledgers {
    for answer in &mut client {
        if let Some(id) = &answer.id {
            answer.id = Some(own_id(dev, id).await);
        }
    }
    let (store, seen) = ended(dev).await;
    let told = Some(told(&store, receiver).await);
    let upstream = upstream(emulator).await;
    Ledgers {
        client,
        upstream,
        store,
        seen,
        told,
        ..Ledgers::default()
    }
}

/// What we call a message that a dialect calls otherwise.
pub(crate) async fn own_id(dev: &Dev, id: &str) -> String {
    let trace = trace(dev, id).await;
    trace["message"]["id"].as_str().unwrap().to_owned()
}

/// Every message's state, once nothing is under way any more, and what was seen before. Whether
/// doubt remains is only known once everything that could end it has arrived.
pub(crate) async fn ended(dev: &Dev) -> (Vec<StoreRow>, Vec<StoreRow>) {
    let deadline = Instant::now() + HEALING;
    let (mut ended, mut seen) = (BTreeMap::new(), Vec::new());
    loop {
        let mut doubtful = Vec::new();
        let mut waiting = None;
        for id in outbound(&dev.data_dir()) {
            if ended.contains_key(&id) {
                continue;
            }
            let trace = trace(dev, &id).await;
            let word = trace["message"]["state"].as_str().unwrap();
            let row = StoreRow::from_word(&id, word).unwrap();
            seen.push(row.clone());
            match row.state {
                State::Delivered | State::Failed => drop(ended.insert(id, row)),
                State::Unknown => doubtful.push(row),
                State::Queued
                | State::Claimed
                | State::InFlight
                | State::Submitted
                | State::Sent
                | State::Read
                | State::Expired
                | State::Cancelled
                | State::Dead
                | State::Unresolved => waiting = Some(trace),
            }
        }
        let Some(trace) = waiting else {
            return (ended.into_values().chain(doubtful).collect(), seen);
        };
        assert!(Instant::now() < deadline, "still under way: {trace}");
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

/// What the receiver was told, once that is at least every delivery.
async fn told(store: &[StoreRow], receiver: &Receiver) -> Vec<Told> {
    let delivered = store.iter().filter(|row| row.state == State::Delivered);
    let delivered: HashSet<&str> = delivered.map(|row| row.id.as_str()).collect();
    let deadline = Instant::now() + HEALING;
    loop {
        let told: Vec<Told> = receiver.received().iter().filter_map(status).collect();
        let heard = told.iter().filter(|told| told.status == "delivered");
        let heard: HashSet<&str> = heard.map(|told| told.id.as_str()).collect();
        let mut missing = delivered.difference(&heard);
        let Some(one) = missing.next() else {
            return told;
        };
        assert!(Instant::now() < deadline, "nobody was told of {one}");
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

fn status(post: &dragoman_testkit::receiver::Received) -> Option<Told> {
    let status = &post.json()["statuses"][0];
    let id = dragoman_dialects::whatsapp_onprem::message_id(status["id"].as_str()?)?;
    Some(Told {
        id: id.simple(),
        status: status["status"].as_str()?.to_owned(),
        event: None,
    })
}

/// Every outbound message in the file itself, whoever was answered for it.
fn outbound(data_dir: &Path) -> Vec<String> {
    let file = opened(data_dir);
    let mut rows = file
        .prepare("SELECT id, tail FROM messages WHERE direction = 1")
        .unwrap();
    let ids = rows.query_map([], |row| {
        Ok(MessageId::from_parts(row.get(0)?, row.get(1)?).simple())
    });
    ids.unwrap().map(Result::unwrap).collect()
}

/// How many messages were ever in doubt. A start writes down those that the end before it left.
pub(crate) fn doubts(data_dir: &Path) -> usize {
    count(data_dir, "SELECT count(*) FROM events WHERE kind = 6")
}

/// How many of them because the process had ended.
pub(crate) fn doubts_by_kills(data_dir: &Path) -> usize {
    let crash = "SELECT count(*) FROM events WHERE kind = 6 AND data = '\"crash\"'";
    count(data_dir, crash)
}

fn count(data_dir: &Path, query: &str) -> usize {
    let file = opened(data_dir);
    let counted: i64 = file.query_row(query, [], |row| row.get(0)).unwrap();
    usize::try_from(counted).unwrap()
}

/// The store's file, to look at.
pub(crate) fn opened(data_dir: &Path) -> Connection {
    let read_only = OpenFlags::SQLITE_OPEN_READ_ONLY;
    Connection::open_with_flags(data_dir.join("dragoman.db"), read_only).unwrap()
}

pub(crate) async fn trace(dev: &Dev, id: &str) -> Value {
    let url = format!("{}/api/v1/messages/{id}", dev.text("/gateway"));
    let answer = api::get(&url, Some(dev.text("/callbell/token")))
        .await
        .unwrap();
    assert_eq!(answer.status, 200, "{id}: {}", answer.json);
    answer.json
}

/// Every POST that reached the provider.
pub(crate) async fn upstream(emulator: &str) -> Vec<UpstreamRequest> {
    let requests = requests(emulator).await.into_iter();
    requests
        .map(|request| serde_json::from_value(request).unwrap())
        .collect()
}

/// The same with everything that the provider has written down.
pub(crate) async fn requests(emulator: &str) -> Vec<Value> {
    let mut all = Vec::new();
    loop {
        let after = all.len();
        let url = format!("{emulator}/emulator/v1/requests?after={after}");
        let mut page = api::get(&url, None).await.unwrap().json;
        match page["requests"].as_array_mut() {
            Some(requests) if !requests.is_empty() => all.append(requests),
            _ => return all,
        }
    }
}
