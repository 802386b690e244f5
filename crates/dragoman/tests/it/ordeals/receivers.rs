//! Receivers of every bad habit at once, beside one that has none; then all of them become better.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use dragoman_testkit::{Endpoint, Habit, Receiver, until};

use super::LONG;
use crate::stories::commands::json as command;
use crate::stories::onprem::login;
use crate::stories::survival::set_rate;
use crate::stories::time_passes;
use crate::support::books::ended;
use crate::support::process::Dev;
use crate::support::program::Program;
use crate::support::trial::Trial;

/// What each message tells everybody.
const EVENTS: [&str; 3] = ["message.accepted", "message.sent", "message.delivered"];
/// Somebody healthy who had to wait for one who never answers would wait for longer.
const IN_TIME: f64 = 10.0;
/// So many of the quick ones take nothing at all.
const HOPELESS: usize = 6;
/// The steps in which six days pass; in each at least one event is tried.
const STEP: u32 = 2 * 3600;
const STEPS: u32 = 72;
/// Between two looks at whether calls still come.
const LOOK_AGAIN: Duration = Duration::from_millis(40);

/// A receiver and its subscription.
struct Subscriber {
    habit: Habit,
    endpoint: Endpoint,
    id: String,
}

impl Subscriber {
    async fn of(dev: &Dev, habit: Habit) -> Self {
        let endpoint = Endpoint::start(habit).await;
        let id = subscribe(dev, &endpoint.url("/hook"));
        Self {
            habit,
            endpoint,
            id,
        }
    }

    fn given_up(&self, dev: &Dev) -> usize {
        let (mut given_up, mut after) = (0, None);
        loop {
            let mut words = vec![
                "subscription".to_owned(),
                "dead".to_owned(),
                self.id.clone(),
            ];
            words.extend(
                after
                    .iter()
                    .flat_map(|after: &String| ["--after".to_owned(), after.clone()]),
            );
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let page = command(&dev.data_dir(), &words);
            given_up += page["dead"].as_array().expect("a list").len();
            match page["next"].as_str() {
                Some(next) => after = Some(next.to_owned()),
                None => return given_up,
            }
        }
    }
}

fn subscribe(dev: &Dev, url: &str) -> String {
    let mut words = vec!["subscription", "create", "--account", "demo"];
    words.extend(["--format", "dragoman", "--url", url]);
    words.extend(EVENTS.iter().flat_map(|event| ["--event", event]));
    let created = command(&dev.data_dir(), &words);
    created["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_receivers_do_the_healthy_hear_in_time_and_the_others_everything_in_the_end() {
    let trial = Trial::begin(
        "whatever_receivers_do_the_healthy_hear_in_time_and_the_others_everything_in_the_end",
    );
    let dev = Dev::start_in(trial.folder(), "127.0.0.1:0").await;
    let program = Program::of(&dev, &login(&dev, "/onprem/base_url").await);
    set_rate(&dev, "5000/s");
    let (witness, healthy) = (Receiver::start(), Endpoint::start(Habit::Takes).await);
    subscribe(&dev, &healthy.url("/hook"));
    let mut subscribers = Vec::new();
    let slow = [Habit::Hangs, Habit::Dawdles];
    let slow = slow.into_iter().filter(|_| trial.is_long());
    for habit in slow.chain(quick(&witness)) {
        subscribers.push(Subscriber::of(&dev, habit).await);
    }
    let messages = trial.amount(2, 1, 2000);
    let everything = messages * EVENTS.len();
    let begun = Instant::now();
    for answer in program.send_all(0..messages as u64).await {
        assert_eq!(answer.status, Some(201), "{answer:?}");
    }
    ended(&dev).await;
    let ended_at = Instant::now();
    until("who is healthy has heard everything", LONG, async || {
        (healthy.taken().len() >= everything).then_some(())
    })
    .await;
    let late = ended_at.elapsed().as_secs_f64();
    assert!(late < IN_TIME, "told {late:.1} s after the last delivery");
    assert_eq!(healthy.calls(), everything, "each once");
    let took = begun.elapsed().as_secs_f64();

    let given_up = days_pass(&dev, &subscribers).await;
    let off = switched_off(&dev);
    assert!(
        off >= HOPELESS,
        "only {off} are switched off after six days"
    );
    everybody_is_well(&dev, &subscribers, &healthy.taken()).await;
    assert_eq!(witness.received().len(), 0, "no redirect is followed");
    let calls: Vec<(Habit, usize)> = subscribers
        .iter()
        .map(|one| (one.habit, one.endpoint.calls()))
        .collect();
    trial.has_seen(format!(
        "{everything} events in {took:.1} s, the healthy one's last {late:.2} s late; {off} were switched off; {given_up} events were given up and told again; calls {calls:?}"
    ));
}

/// The habits of those who are quick, at least.
fn quick(witness: &Receiver) -> [Habit; 8] {
    [
        Habit::Resets,
        Habit::Babbles,
        Habit::Redirects(witness.address()),
        Habit::Throttles,
        Habit::IsGone,
        Habit::NeverEnds,
        Habit::Bombs,
        Habit::Flaps,
    ]
}

/// So much time passes that events are given up, or whole subscriptions. Answers how many events.
async fn days_pass(dev: &Dev, subscribers: &[Subscriber]) -> usize {
    for _ in 0..STEPS {
        time_passes(dev, STEP).await;
        calls_rest(subscribers).await;
    }
    subscribers.iter().map(|one| one.given_up(dev)).sum()
}

/// How many subscriptions are not called any more.
fn switched_off(dev: &Dev) -> usize {
    let all = command(
        &dev.data_dir(),
        &["subscription", "list", "--account", "demo"],
    );
    let all = all["subscriptions"].as_array().expect("a list").iter();
    all.filter(|one| one["enabled"] == false).count()
}

/// Until everybody who is due was called.
async fn calls_rest(subscribers: &[Subscriber]) {
    let calls = || -> usize { subscribers.iter().map(|one| one.endpoint.calls()).sum() };
    let mut before = calls();
    until("nobody is called any more", LONG, async || {
        tokio::time::sleep(LOOK_AGAIN).await;
        let now = calls();
        let rests = now == before;
        before = now;
        rests.then_some(())
    })
    .await;
}

/// All receivers become better, and hear what they have missed.
async fn everybody_is_well(dev: &Dev, subscribers: &[Subscriber], everything: &BTreeSet<String>) {
    for one in subscribers {
        one.endpoint.becomes(Habit::Takes);
        let dir = dev.data_dir();
        command(&dir, &["subscription", "set", &one.id, "--enabled", "true"]);
        command(&dir, &["subscription", "replay", &one.id, "--dead"]);
    }
    for one in subscribers {
        let what = format!("who {:?} has everything", one.habit);
        until(&what, LONG, async || {
            if one.endpoint.taken() == *everything {
                return Some(());
            }
            time_passes(dev, STEP).await;
            tokio::time::sleep(LOOK_AGAIN).await;
            None
        })
        .await;
    }
}
