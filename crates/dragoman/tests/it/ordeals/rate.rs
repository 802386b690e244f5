//! A provider that measures: how many in any second, and how many to one recipient.

use dragoman_testkit::until;
use serde_json::{Value, json};

use super::{LONG, LOOK_AGAIN, misbehaves};
use crate::stories::onprem::login;
use crate::stories::survival::set_rate;
use crate::support::books::{doubts, requests};
use crate::support::measured::{Post, most_beyond, most_in_a_second};
use crate::support::process::{Dev, free_port, start_emulator};
use crate::support::program::{Program, greeting};
use crate::support::trial::Trial;

const RATE: usize = 80;
/// What is allowed for the way between us and the provider: a twentieth.
const MOST: usize = RATE + RATE / 20;
/// The provider's limit for one recipient.
const BURST: usize = 45;
const EVERY_MS: i64 = 6000;
/// Somebody who gets very much.
const FAVOURITE: u64 = 99_999_999;
/// So often the provider says that it is too much.
const THROTTLED: usize = 3;
/// The demo channel's.
const CONCURRENCY: usize = 32;
/// Within so long after a throttling nothing new leaves: it is a second in truth.
const PAUSE_MS: std::ops::Range<i64> = 150..900;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "measures time, and takes much of it: cargo xtask torture --minutes 2 --only rate"]
async fn a_provider_that_measures_never_sees_too_much() {
    let trial = Trial::begin("a_provider_that_measures_never_sees_too_much");
    let directory = trial.folder();
    let (_emulator, emulator) = start_emulator(directory.path(), free_port()).await;
    let dev = Dev::start_in(trial.folder(), &emulator).await;
    let program = Program::of(&dev, &login(&dev, "/onprem/base_url").await);
    set_rate(&dev, &format!("{RATE}/s"));
    // A third of the time for what is sent; half for the favourite, who gets one every six seconds.
    let messages = trial.amount(400, RATE / 3, 100_000);
    let to_one = BURST + trial.amount(24, 1, 2400) / 12;
    storm(&dev, trial.seed()).await;
    let (others, favourite) = tokio::join!(
        program.send_all(0..messages as u64),
        favourite(&program, to_one),
    );
    for answer in others.iter().chain(&favourite) {
        assert_eq!(answer.status, Some(201), "{answer:?}");
    }
    let posts = until("everything is taken", LONG, async || {
        tokio::time::sleep(LOOK_AGAIN).await;
        let posts = Post::all_of(&requests(&emulator).await);
        let taken = posts.iter().filter(|post| post.is_taken()).count();
        (taken >= messages + to_one).then_some(posts)
    })
    .await;

    let most = most_in_a_second(&posts);
    assert!(most <= MOST, "{most} in a second");
    let to_favourite: Vec<Post> = posts
        .iter()
        .filter(|post| post.to.ends_with(&FAVOURITE.to_string()))
        .cloned()
        .collect();
    let beyond = most_beyond(&to_favourite, BURST, EVERY_MS);
    assert!(beyond <= 0, "{beyond} too many to one recipient");
    let throttled = posts
        .iter()
        .filter(|post| post.decision == "refused:130429");
    let throttled: Vec<i64> = throttled.map(|post| post.at).collect();
    assert!(!throttled.is_empty(), "nobody was throttled");
    for at in &throttled {
        let soon = posts.iter().map(|post| post.at - at);
        let soon = soon.filter(|after| PAUSE_MS.contains(after)).count();
        assert!(soon <= CONCURRENCY, "{soon} left during a pause");
    }
    let taken = posts.iter().filter(|post| post.is_taken());
    let mut tokens: Vec<&str> = taken.map(|post| post.token.as_str()).collect();
    tokens.sort_unstable();
    tokens.dedup();
    assert_eq!(tokens.len(), messages + to_one, "each once");
    assert_eq!(doubts(&dev.data_dir()), 0);
    let (storms, rate) = (throttled.len(), RATE);
    trial.has_seen(format!(
        "{} POSTs at {rate}/s, at most {most} in a second, throttled {storms} times, {} to one recipient",
        posts.len(),
        to_favourite.len(),
    ));
}

/// Now and then the provider says that the channel, or a recipient, has got too much.
async fn storm(dev: &Dev, seed: u64) {
    let rules = json!([
        { "rate": 0.01, "times": THROTTLED, "do": { "kind": "error", "code": 130_429 } },
        { "rate": 0.005, "times": 5, "do": { "kind": "error", "code": 131_056 } },
        { "rate": 0.2, "do": { "kind": "delay", "delay_ms": 20 } },
    ]);
    misbehaves(dev, seed, &rules).await;
}

/// Sends so many to one recipient.
async fn favourite(program: &Program, count: usize) -> Vec<dragoman_testkit::ledger::ClientAnswer> {
    let mut answers = Vec::new();
    for number in 0..count {
        let mut body: Value = greeting(FAVOURITE);
        // The same twice would be one message to a program that guards itself against that.
        body["template"]["components"][0]["parameters"][0]["text"] = number.to_string().into();
        answers.push(program.say(format!("favourite {number}"), &body, &[]).await);
    }
    answers
}
