//! A broadcast, and those who do not want to wait for it.

use std::collections::{BTreeMap, HashMap};

use dragoman_core::ports::Method;
use dragoman_testkit::until;
use rusqlite::Connection;
use serde_json::{Value, json};

use super::{LONG, LOOK_AGAIN};
use crate::stories::commands::{add_channel, json as command};
use crate::stories::onprem::login;
use crate::stories::survival::set_rate;
use crate::support::api;
use crate::support::books::opened;
use crate::support::process::{Dev, PATIENCE, free_port, start_emulator};
use crate::support::program::{Program, greeting};
use crate::support::trial::Trial;

/// Much slower than programs are answered, so that a queue grows.
const RATE: &str = "60/s";
/// What is under way already when somebody urgent comes: the demo channel's concurrency.
const UNDER_WAY: i64 = 32;
/// After so many of the broadcast come those who are urgent.
const PAGE: usize = 250;
/// The store's number of the event that says so; the other one that is read is the departure.
const ACCEPTED: i64 = 1;
/// Urgent recipients have numbers of their own.
const URGENT: u64 = 50_000_000;

/// Why somebody does not wait for a broadcast.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Reason {
    /// The template is for one-time codes.
    Code,
    /// The program says that it is urgent.
    Priority,
    /// It is another account, with a channel of its own.
    Neighbour,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn neither_codes_nor_other_accounts_wait_for_a_broadcast() {
    let trial = Trial::begin("neither_codes_nor_other_accounts_wait_for_a_broadcast");
    let directory = trial.folder();
    let (_emulator, emulator) = start_emulator(directory.path(), free_port()).await;
    let dev = Dev::start_in(trial.folder(), &emulator).await;
    let program = Program::of(&dev, &login(&dev, "/onprem/base_url").await);
    set_rate(&dev, RATE);
    code_template(&dev, &emulator).await;
    let neighbour = Neighbour::moves_in(&dev);
    let broadcast = trial.amount(1000, 250, 100_000);
    let mut urgent = BTreeMap::new();
    for page in 0..broadcast / PAGE {
        let (first, last) = (page * PAGE, (page + 1) * PAGE);
        for answer in program.send_all(first as u64..last as u64).await {
            assert_eq!(answer.status, Some(201), "{answer:?}");
        }
        let number = URGENT + 10 * page as u64;
        urgent.insert(send_code(&program, number).await, Reason::Code);
        urgent.insert(send_urgently(&program, number + 1).await, Reason::Priority);
        urgent.insert(neighbour.send(number + 2).await, Reason::Neighbour);
    }
    let waits = until("everybody urgent has left", LONG, async || {
        tokio::time::sleep(LOOK_AGAIN * 5).await;
        let waits = overtaken(&dev, &urgent);
        (waits.len() == urgent.len()).then_some(waits)
    })
    .await;
    let waiting = waiting(&dev);
    assert!(
        waiting as usize > broadcast / 4,
        "only {waiting} of the broadcast still wait: it was too small to prove anything"
    );
    let mut seen = BTreeMap::<Reason, Vec<i64>>::new();
    for (reason, before) in waits {
        seen.entry(reason).or_default().push(before);
    }
    for (reason, before) in &seen {
        let most = before.iter().max().unwrap();
        assert!(
            *most <= UNDER_WAY,
            "{most} of the broadcast went before {reason:?}: {before:?}"
        );
    }
    let worst: BTreeMap<Reason, i64> = seen
        .iter()
        .map(|(reason, before)| (*reason, before.iter().copied().max().unwrap_or_default()))
        .collect();
    trial.has_seen(format!(
        "a broadcast of {broadcast}, {waiting} wait at the end; {} were urgent, of the broadcast left at most {worst:?} before one of them",
        urgent.len()
    ));
}

/// The provider has a template for one-time codes, and the gateway has heard of it.
async fn code_template(dev: &Dev, emulator: &str) {
    let url = format!("{emulator}/v23.0/200000000000001/message_templates");
    let template = json!({ "name": "code", "language": "en", "category": "AUTHENTICATION",
        "components": [
            { "type": "BODY", "add_security_recommendation": true },
            { "type": "BUTTONS", "buttons": [
                { "type": "OTP", "otp_type": "COPY_CODE", "text": "Copy" }] }] });
    let body = template.to_string();
    let token = Some(dev.text("/dev/access_token"));
    let made = api::call(Method::Post, &url, token, body.as_bytes()).await;
    let made = made.unwrap();
    assert_eq!(made.status, 200, "{}", made.json);
    until("the gateway knows the template", PATIENCE, async || {
        let known = command(&dev.data_dir(), &["template", "list", "--account", "demo"]);
        known.to_string().contains("\"code\"").then_some(())
    })
    .await;
}

/// Sends a one-time code, and answers its name among the messages.
async fn send_code(program: &Program, number: u64) -> String {
    let parameter = json!([{ "type": "text", "text": "123456" }]);
    let body = json!({ "to": to(number), "type": "template", "template": {
        "name": "code", "language": { "code": "en" }, "components": [
            { "type": "body", "parameters": parameter },
            { "type": "button", "sub_type": "url", "index": "0", "parameters": parameter }] } });
    taken(program, number, &body, &[]).await
}

async fn send_urgently(program: &Program, number: u64) -> String {
    let manner = [("dragoman-priority", "high")];
    taken(program, number, &greeting(number), &manner).await
}

async fn taken(
    program: &Program,
    number: u64,
    body: &Value,
    manner: &[(&'static str, &str)],
) -> String {
    let answer = program.say(number.to_string(), body, manner).await;
    assert_eq!(answer.status, Some(201), "{answer:?}");
    to(number)
}

fn to(number: u64) -> String {
    format!("316{number:08}")
}

/// Another account with a channel of its own.
struct Neighbour {
    url: String,
    token: String,
}

impl Neighbour {
    fn moves_in(dev: &Dev) -> Self {
        let dir = dev.data_dir();
        command(&dir, &["account", "create", "neighbour"]);
        add_channel(&dir, "neighbour", "next", "2", dev.text("/emulator"));
        let token = command(&dir, &["token", "create", "--account", "neighbour"]);
        Self {
            url: format!("{}/callbell/v1/messages/send", dev.text("/gateway")),
            token: token["token"].as_str().unwrap().to_owned(),
        }
    }

    async fn send(&self, number: u64) -> String {
        let body = json!({ "to": format!("+{}", to(number)), "from": "whatsapp", "type": "text",
            "content": { "text": "Good morning" } });
        let answer = api::post(&self.url, Some(&self.token), &body).await;
        assert_eq!(answer.status, 200, "{}", answer.json);
        to(number)
    }
}

/// How many of the broadcast have departed between the acceptance of each urgent message and its
/// departure, by the numbers of the events. Without those that have not departed yet.
fn overtaken(dev: &Dev, urgent: &BTreeMap<String, Reason>) -> Vec<(Reason, i64)> {
    let file = opened(&dev.data_dir());
    let reasons: HashMap<i64, Reason> = recipients(&file)
        .into_iter()
        .filter_map(|(message, to)| Some((message, *urgent.get(to.trim_start_matches('+'))?)))
        .collect();
    let mut events = file
        .prepare("SELECT message, kind FROM events WHERE kind IN (1, 2) ORDER BY seq")
        .unwrap();
    let events = events.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
    let (mut departed, mut accepted, mut waits) = (0, HashMap::new(), Vec::new());
    for (message, kind) in events.unwrap().map(Result::unwrap) {
        match (reasons.get(&message), kind) {
            (Some(_), ACCEPTED) => drop(accepted.insert(message, departed)),
            (Some(reason), _) => waits.push((*reason, departed - accepted[&message])),
            (None, ACCEPTED) => {}
            (None, _) => departed += 1,
        }
    }
    waits
}

/// To whom each message goes.
fn recipients(file: &Connection) -> Vec<(i64, String)> {
    let mut rows = file
        .prepare(
            "SELECT m.id, a.address FROM messages m \
             JOIN conversations c ON c.id = m.conversation \
             JOIN addresses a ON a.contact = c.contact WHERE m.direction = 1",
        )
        .unwrap();
    let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
    rows.unwrap().map(Result::unwrap).collect()
}

/// How many messages have not departed yet.
fn waiting(dev: &Dev) -> i64 {
    let waiting = "SELECT count(*) FROM queue WHERE state = 1";
    let file = opened(&dev.data_dir());
    file.query_row(waiting, [], |row| row.get(0)).unwrap()
}
