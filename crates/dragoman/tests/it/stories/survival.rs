//! Kill it, and start it again.

use std::collections::HashSet;
use std::time::Duration;

use dragoman_testkit::until;

use super::commands::{add_channel, json as command};
use super::{phone, send, shown, status};
use crate::support::books::upstream;
use crate::support::process::{Dev, free_port, start_emulator};
use crate::support::{api, samples};

/// Ten thousand messages through an unoptimised build.
const LONG: Duration = Duration::from_secs(180);

#[tokio::test]
async fn killed_and_started_again_it_keeps_chat_ids_and_tokens() {
    let dev = Dev::start().await;
    let sent = send(&dev, &samples::text("before")).await;
    let uuid = sent.json["message"]["uuid"].as_str().unwrap().to_owned();
    status(&dev, &uuid, "delivered").await;
    let (before, demo) = (phone(&dev).await, dev.demo.clone());
    let dev = Dev::start_in(dev.kill(), "127.0.0.1:0").await;
    assert_eq!(phone(&dev).await, before);
    for pointer in [
        "/callbell/token",
        "/onprem/password",
        "/channel_uuid",
        "/team_uuid",
        "/templates",
    ] {
        assert_eq!(
            dev.demo.pointer(pointer),
            demo.pointer(pointer),
            "{pointer}"
        );
    }
    status(&dev, &uuid, "delivered").await;
    send(&dev, &samples::text("after")).await;
    shown(&dev, "the text after the restart", |message| {
        message["text"] == "after"
    })
    .await;
}

#[tokio::test]
async fn a_graceful_stop_exits_0() {
    let dev = Dev::start().await;
    send(&dev, &samples::text("last words")).await;
    assert_eq!(dev.terminate().0, Some(0));
}

#[tokio::test]
async fn ten_thousand_messages_queued_while_the_provider_was_down_arrive_when_it_is_back() {
    const MESSAGES: usize = 10_000;
    let directory = tempfile::tempdir().unwrap();
    let port = free_port();
    let (emulator, url) = start_emulator(directory.path(), port).await;
    let dev = Dev::start_in(tempfile::tempdir().unwrap(), &url).await;
    set_rate(&dev, "5000/s");
    emulator.kill();
    let numbers: Vec<usize> = (0..MESSAGES).collect();
    for page in numbers.chunks(50) {
        let calls = page
            .iter()
            .map(|number| send_to(&dev, format!("+316{number:08}")));
        for answer in futures_util::future::join_all(calls).await {
            assert_eq!(answer.status, 200, "{}", answer.json);
        }
    }
    let (_emulator, _) = start_emulator(directory.path(), port).await;
    let taken = until("all of them arrive", LONG, async || {
        let taken = upstream(&url).await;
        (taken.len() >= MESSAGES).then_some(taken)
    })
    .await;
    let messages: HashSet<&str> = taken
        .iter()
        .filter_map(|request| request.token.as_deref())
        .collect();
    assert_eq!(
        (taken.len(), messages.len()),
        (MESSAGES, MESSAGES),
        "each exactly once"
    );
}

#[tokio::test]
async fn of_two_channels_with_one_dead_the_other_is_unaffected() {
    let dev = Dev::start().await;
    let nowhere = format!("http://127.0.0.1:{}", free_port());
    let added = add_channel(&dev.data_dir(), "demo", "dead", "9", &nowhere);
    for number in 0..100 {
        let mut body = samples::text("into the void");
        body["to"] = format!("+316{number:08}").into();
        body["channel_uuid"] = added["id"].clone();
        assert_eq!(send(&dev, &body).await.status, 200);
    }
    let sent = send(&dev, &samples::text("alive")).await;
    status(
        &dev,
        sent.json["message"]["uuid"].as_str().unwrap(),
        "delivered",
    )
    .await;
}

async fn send_to(dev: &Dev, to: String) -> api::Answer {
    let mut body = samples::text("queued");
    body["to"] = to.into();
    send(dev, &body).await
}

/// Makes the demo channel faster than a new WhatsApp number is.
pub(crate) fn set_rate(dev: &Dev, rate: &str) {
    command(&dev.data_dir(), &["channel", "set", "demo", "--rate", rate]);
}
