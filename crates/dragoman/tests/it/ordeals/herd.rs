//! A provider that was away while very much was accepted, and is back.

use dragoman_testkit::until;
use serde_json::json;

use super::{LONG, LOOK_AGAIN, misbehaves};
use crate::stories::onprem::login;
use crate::stories::survival::set_rate;
use crate::support::books::{doubts, requests};
use crate::support::measured::{Post, most_in_a_second};
use crate::support::process::{Dev, free_port, start_emulator};
use crate::support::program::Program;
use crate::support::trial::Trial;

/// So many are queued for each of the channel's messages per second: what leaves takes two thirds
/// of the time then.
const RATE: usize = 200;
const MOST: usize = RATE + RATE / 20;
/// How long the provider takes for an answer.
const ANSWER_MS: i64 = 150;
/// So many at once when it is back, twice as many after each ten answers.
const FIRST: usize = 5;
const ANSWERS: usize = 10;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "measures time, and takes much of it: cargo xtask torture --minutes 2 --only herd"]
async fn a_provider_that_is_back_is_not_flooded() {
    let trial = Trial::begin("a_provider_that_is_back_is_not_flooded");
    let directory = trial.folder();
    let port = free_port();
    let (emulator, url) = start_emulator(directory.path(), port).await;
    let dev = Dev::start_in(trial.folder(), &url).await;
    let program = Program::of(&dev, &login(&dev, "/onprem/base_url").await);
    set_rate(&dev, &format!("{RATE}/s"));
    let messages = trial.amount(2000, RATE / 3, 100_000);
    emulator.kill();
    for answer in program.send_all(0..messages as u64).await {
        assert_eq!(answer.status, Some(201), "{answer:?}");
    }
    let (_emulator, _) = start_emulator(directory.path(), port).await;
    let slowly = json!([{ "do": { "kind": "delay", "delay_ms": ANSWER_MS } }]);
    misbehaves(&dev, trial.seed(), &slowly).await;
    let posts = until("all of them arrive", LONG, async || {
        tokio::time::sleep(LOOK_AGAIN * 5).await;
        let posts = Post::all_of(&requests(&url).await);
        let taken = posts.iter().filter(|post| post.is_taken()).count();
        (taken >= messages).then_some(posts)
    })
    .await;

    assert_eq!(posts.len(), messages, "each once, and nothing refused");
    assert_eq!(doubts(&dev.data_dir()), 0);
    let most = most_in_a_second(&posts);
    assert!(most <= MOST, "{most} in a second");
    let steps = widths(&posts);
    for (answered, at_once) in &steps {
        let allowed = width_after(*answered);
        assert!(
            *at_once <= allowed,
            "{at_once} at once after {answered} answers: {steps:?}"
        );
    }
    let took = (posts[posts.len() - 1].at - posts[0].at) as f64 / 1000.0;
    trial.has_seen(format!(
        "{messages} queued, back in {took:.1} s, at most {most} in a second, at once after n answers: {steps:?}"
    ));
}

/// How many may be under way after so many answers; the first of them is the probe's.
fn width_after(answers: usize) -> usize {
    let Some(after_probe) = answers.checked_sub(1) else {
        return 1;
    };
    FIRST << (after_probe / ANSWERS).min(8)
}

/// How many were under way when each of the first POSTs arrived, and after how many answers. A
/// decision is written down when the answer leaves.
fn widths(posts: &[Post]) -> Vec<(usize, usize)> {
    let arrived = |post: &Post| post.at - ANSWER_MS;
    let first = posts.iter().take(4 * ANSWERS);
    let widths = first.map(|post| {
        let now = arrived(post);
        let before = posts.iter().filter(|other| other.at <= now).count();
        let at_once = posts
            .iter()
            .filter(|other| arrived(other) <= now && other.at > now)
            .count();
        (before, at_once)
    });
    let mut widths: Vec<(usize, usize)> = widths.collect();
    widths.sort_unstable();
    widths.dedup_by(|one, other| {
        let is_same = one.0 == other.0;
        other.1 = if is_same { other.1.max(one.1) } else { other.1 };
        is_same
    });
    widths
}
