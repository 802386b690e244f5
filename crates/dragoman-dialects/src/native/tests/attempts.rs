//! How every attempt of a message ended.

use std::sync::Arc;
use std::time::Duration;

use dragoman_core::Raw;
use dragoman_core::address::Address;
use dragoman_core::contact::{Bot, Contact, Conversation};
use dragoman_core::content::{Content, Text};
use dragoman_core::event::{Event, What};
use dragoman_core::id::AttemptId;
use dragoman_core::message::{Body, Outbound, Priority, Stored};
use dragoman_core::outcome::Failure;
use dragoman_core::ports::Timeline;
use dragoman_core::state::Fold;
use dragoman_core::submission::Dialect;
use dragoman_core::{Id, MessageId, Timestamp};
use serde_json::{Value, json};

use super::house::{ACME, CHANNEL, House, NOW};

pub(super) fn departed(attempt: u128) -> What {
    What::Departed {
        attempt: AttemptId(attempt),
    }
}

fn submitted(attempt: Option<u128>) -> What {
    What::Submitted {
        attempt: attempt.map(AttemptId),
        provider_id: "wamid.X".into(),
        recipient: None,
    }
}

fn retried(attempt: Option<u128>, code: i64) -> What {
    What::Retried {
        attempt: attempt.map(AttemptId),
        failure: Failure::new(code, "Rate limit hit"),
        due_at: NOW,
    }
}

fn failed(code: i64, raw: Option<&str>) -> What {
    What::Failed {
        failure: Failure::new(code, "Message undeliverable"),
        raw: raw.map(Raw::new),
    }
}

pub(super) fn lost() -> What {
    What::Unknown {
        reason: "connection reset".into(),
    }
}

/// A message to which this happened, second by second.
pub(super) fn timeline(whats: Vec<What>) -> Timeline {
    let id = MessageId::from_parts(NOW.millis() << 12, 1);
    let body = Outbound {
        to: Address::parse("31612345678").unwrap(),
        content: Content::Text(Text {
            body: "Hi".into(),
            preview_url: false,
        }),
        dialect: Dialect::Native,
        priority: Priority::Normal,
        expires_at: Timestamp::NEVER,
        metadata: None,
        reply_to: None,
        after: None,
        on_unknown: None,
        identity: None,
    };
    let message = Stored {
        id,
        account: ACME,
        channel: CHANNEL,
        conversation: Conversation {
            number: 1,
            id: Id::from_u128(1),
            user: None,
            funnel: None,
            bot: Bot::Idle,
            closed_at: None,
            team: None,
            created_at: NOW,
        },
        contact: Arc::new(Contact {
            id: Id::from_u128(2),
            name: None,
            profile: None,
            addresses: vec![body.to.clone()],
            created_at: NOW,
        }),
        body: Body::Outbound(body.into()),
        fold: folded(&whats),
        provider_id: Some("wamid.X".into()),
    };
    let events = (0..).zip(whats).map(|(n, what)| Event {
        seq: n,
        account: ACME,
        message: id,
        at: NOW.plus(Duration::from_secs(n.unsigned_abs())),
        what,
    });
    Timeline {
        message,
        events: events.collect(),
        deliveries: Vec::new(),
    }
}

fn folded(whats: &[What]) -> Fold {
    let mut fold = Fold::ACCEPTED;
    whats.iter().for_each(|what| fold.apply(what, NOW));
    fold
}

async fn attempts(whats: Vec<What>) -> Value {
    let house = House::new();
    house.store.keep(timeline(whats));
    let (status, mut trace) = house.caller("acme", "/api/v1/messages/wamid.X").await;
    assert_eq!(status, 200, "{trace}");
    trace["attempts"].take()
}

/// Outcome and code of every attempt.
async fn check(whats: Vec<What>, expected: &[(&str, Option<i64>)]) {
    let attempts = attempts(whats).await;
    let shown: Vec<(&str, Option<i64>)> = attempts
        .as_array()
        .unwrap()
        .iter()
        .map(|attempt| {
            (
                attempt["outcome"].as_str().unwrap(),
                attempt["code"].as_i64(),
            )
        })
        .collect();
    assert_eq!(shown, expected);
}

#[tokio::test]
async fn every_attempt_says_when_it_departed_and_how_it_ended() {
    let refused_once = vec![
        What::Accepted,
        departed(1),
        retried(Some(1), 130_429),
        departed(2),
        submitted(Some(2)),
    ];
    let attempt = |n: u128, at: &str, (outcome, class): (&str, &str), code: Option<i64>| json!({ "id": format!("{n:032x}"), "departed_at": at, "outcome": outcome, "class": class, "code": code });
    assert_eq!(
        attempts(refused_once).await,
        json!([
            attempt(1, "2026-09-21T14:13:21Z", ("retry", "N"), Some(130_429)),
            attempt(2, "2026-09-21T14:13:23Z", ("submitted", "A"), None),
        ])
    );
}

#[tokio::test]
async fn an_attempt_is_in_flight_until_something_ends_it() {
    check(vec![What::Accepted], &[]).await;
    check(vec![What::Accepted, departed(1)], &[("in_flight", None)]).await;
    check(
        vec![
            departed(1),
            What::Withdrawn {
                attempt: AttemptId(1),
            },
        ],
        &[("withdrawn", None)],
    )
    .await;
    check(
        vec![departed(1), failed(131_026, None)],
        &[("failed", Some(131_026))],
    )
    .await;
}

#[tokio::test]
async fn a_lost_answer_is_unknown_until_an_echo_proves_that_the_message_was_taken() {
    check(vec![departed(1), lost()], &[("unknown", None)]).await;
    for echo in [Some(1), None] {
        let found = vec![departed(1), lost(), submitted(echo)];
        check(found, &[("submitted", None)]).await;
    }
}

#[tokio::test]
async fn a_receipt_ends_its_own_attempt_however_late_it_comes() {
    let late = vec![
        departed(1),
        retried(Some(1), 0),
        departed(2),
        submitted(Some(1)),
    ];
    check(late, &[("submitted", None), ("in_flight", None)]).await;
}

#[tokio::test]
async fn what_fails_before_or_after_an_attempt_does_not_end_it() {
    let upload_failed = vec![retried(None, 131_053), departed(1), submitted(Some(1))];
    check(upload_failed, &[("submitted", None)]).await;
    let told_later = vec![departed(1), submitted(Some(1)), failed(131_047, Some("{}"))];
    check(told_later, &[("submitted", None)]).await;
    let given_up = vec![departed(1), retried(Some(1), 4), failed(131_053, None)];
    check(given_up, &[("retry", Some(4))]).await;
}
