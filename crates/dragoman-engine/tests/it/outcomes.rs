//! A thousand messages whose answers are lost in all the ways there are, with echoes from at once
//! to a week later, restarts between, and each policy: nothing is sent twice but by choice.

use std::collections::HashMap;
use std::time::Duration;

use dragoman_core::catalog::{Change, Channel, Sending};
use dragoman_core::doubt::OnUnknown;
use dragoman_core::id::AttemptToken;
use dragoman_core::inbound::{Report, Status};
use dragoman_core::ports::Clock;
use dragoman_core::{Id, MessageId, State};
use dragoman_engine::Engine;
use dragoman_testkit::until;

use crate::doubles::{Provider, provider_id};
use crate::house::{CHANNEL, House, OTHER, SOON, channel, echo, minutes, submission, submit};

const THIRD: Id = Id::from_u128(0xc3);
const CHANNELS: [(Id, &str, OnUnknown); 3] = [
    (CHANNEL, "demo", OnUnknown::Hold),
    (OTHER, "other", OnUnknown::Fail),
    (THIRD, "third", OnUnknown::ResendOnce),
];
/// How long after their POST the echoes come, in minutes; `None` is never.
const ECHOES: [Option<u64>; 7] = [
    Some(0),
    Some(1),
    None,
    Some(60),
    Some(24 * 60),
    Some(7 * 24 * 60),
    None,
];
/// One answer in twenty is lost.
const LOST: [Provider; 3] = [
    Provider::LosesTheAnswer,
    Provider::Crashes,
    Provider::NeverAnswers,
];

/// A message whose answer was lost.
struct Doubtful {
    post: AttemptToken,
    slug: &'static str,
    policy: OnUnknown,
    echo_after: Option<u64>,
}

impl Doubtful {
    /// Whether its echo comes before the policy is applied.
    fn is_soon_known(&self) -> bool {
        self.echo_after.is_some_and(|minutes| minutes < 10)
    }

    fn end(&self) -> State {
        match (self.policy, self.echo_after) {
            (_, Some(_)) => State::Sent,
            (OnUnknown::Hold, None) => State::Unresolved,
            (OnUnknown::Fail, None) => State::Failed,
            (OnUnknown::ResendOnce, None) => State::Submitted,
        }
    }
}

async fn furnished() -> House {
    let house = House::new().await;
    for (id, slug, on_unknown) in CHANNELS {
        let wanting = Channel {
            sending: Sending {
                on_unknown,
                ..Sending::default()
            },
            concurrency: 64,
            ..channel(id, slug)
        };
        house.change(Change::Channel(wanting)).await;
    }
    house
}

/// Sends a thousand messages, and answers which of them are in doubt.
async fn sent(house: &House, engine: &Engine) -> (Vec<MessageId>, Vec<Doubtful>) {
    let script: Vec<Provider> = (0..1000)
        .map(|number| match number % 20 {
            7 => LOST[number / 20 % LOST.len()],
            _ => Provider::Takes,
        })
        .collect();
    house.driver.next(&script);
    let mut messages = Vec::new();
    let mut channels = HashMap::new();
    for number in 0..1000 {
        let at = CHANNELS[number % CHANNELS.len()];
        let message = submit(engine, submission(at.0, number as u32)).await;
        channels.insert(message, at);
        messages.push(message);
    }
    house.posts(1000).await;
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(31)).await;
    tokio::time::resume();
    let posts = house.driver.posts();
    let lost = posts.iter().zip(&script);
    let lost = lost.filter(|(_, provider)| !matches!(provider, Provider::Takes));
    let lost = lost.enumerate().map(|(number, (post, _))| {
        let (_, slug, policy) = channels[&post.message];
        Doubtful {
            post: *post,
            slug,
            policy,
            echo_after: ECHOES[number % ECHOES.len()],
        }
    });
    let lost: Vec<Doubtful> = lost.collect();
    for one in &lost {
        house.becomes(one.post.message, State::Unknown).await;
    }
    (messages, lost)
}

/// The echoes that come so many minutes after the POSTs.
async fn echoes(house: &House, engine: &Engine, lost: &[Doubtful], after: u64) {
    for one in lost.iter().filter(|one| one.echo_after == Some(after)) {
        let status = Status {
            provider_id: provider_id(&one.post).into(),
            at: house.clock.now(),
            ..echo(one.post)
        };
        house
            .tells(engine, one.slug, vec![Report::Status(status)])
            .await;
    }
}

/// Time passes in which every provider is heard, until all of these have come to what is wanted.
async fn listening(
    house: &House,
    engine: &Engine,
    lost: impl Iterator<Item = &Doubtful> + Clone,
    wanted: impl Fn(&Doubtful, State) -> bool,
) {
    until("every policy is applied", SOON * 3, async || {
        house.clock.advance(minutes(1));
        for (_, slug, _) in CHANNELS {
            house.speaks(engine, slug).await;
        }
        for one in lost.clone() {
            if !wanted(one, house.state(one.post.message).await) {
                return None;
            }
        }
        Some(())
    })
    .await;
}

#[tokio::test]
async fn nothing_is_sent_twice_but_by_choice_and_every_doubt_ends() {
    let house = furnished().await;
    let engine = house.start().await;
    let (messages, lost) = sent(&house, &engine).await;
    assert_eq!(lost.len(), 50);
    echoes(&house, &engine, &lost, 0).await;
    engine.stop().await;

    let engine = house.start().await;
    house.clock.advance(minutes(1));
    echoes(&house, &engine, &lost, 1).await;
    let late = lost.iter().filter(|one| !one.is_soon_known());
    listening(&house, &engine, late, |one, state| match one.policy {
        OnUnknown::Hold => state == State::Unknown,
        OnUnknown::Fail => state == State::Failed,
        OnUnknown::ResendOnce => state == State::Submitted,
    })
    .await;
    house.clock.advance(minutes(60));
    echoes(&house, &engine, &lost, 60).await;
    engine.stop().await;

    let engine = house.start().await;
    house.clock.advance(minutes(24 * 60));
    echoes(&house, &engine, &lost, 24 * 60).await;
    house.clock.advance(minutes(6 * 24 * 60 - 120));
    echoes(&house, &engine, &lost, 7 * 24 * 60).await;
    house.clock.advance(minutes(26 * 60));
    for one in &lost {
        house.becomes(one.post.message, one.end()).await;
    }
    engine.stop().await;

    let mut posts: HashMap<MessageId, usize> = HashMap::new();
    for post in house.sent() {
        *posts.entry(post).or_default() += 1;
    }
    assert_eq!(posts.len(), messages.len());
    let twice: HashMap<MessageId, bool> = lost
        .iter()
        .map(|one| {
            let by_choice = one.policy == OnUnknown::ResendOnce && !one.is_soon_known();
            (one.post.message, by_choice)
        })
        .collect();
    for (message, count) in posts {
        let by_choice = twice.get(&message).copied().unwrap_or_default();
        assert_eq!(count, 1 + usize::from(by_choice), "{message}");
    }
}
