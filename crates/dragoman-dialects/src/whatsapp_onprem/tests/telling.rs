//! The webhooks, and how often they are repeated.

mod files;
mod first_years;
mod received;
pub(super) mod statuses;
mod system;
mod unknown;

use std::time::Duration;

use dragoman_core::catalog::{Catalog, Subscription};
use dragoman_core::event::{Event, What};
use dragoman_core::file::File;
use dragoman_core::message::{Body, Stored};
use dragoman_core::news::{News, Notice, Tidings};
use dragoman_core::ports::{Format, NewsView, View};
use dragoman_core::state::Fold;
use dragoman_core::{Address, Id, Raw};
use serde_json::{Value, json};

use super::doubles::{ACCOUNT, DEMO, NOW, contact, conversation, message_id};
use crate::whatsapp_onprem::OnpremFormat;

const CUSTOMER: &str = "79944067536";

fn subscription(settings: Value) -> Subscription {
    Subscription {
        id: Id::from_u128(9),
        account: ACCOUNT,
        channel: Some(DEMO),
        url: "https://example.com/hook".into(),
        format: "onprem".into(),
        events: Vec::new(),
        secret: None,
        retiring: None,
        concurrency: 6,
        ordered: false,
        settings: Some(Raw::new(settings.to_string())),
        trust: None,
        since: 0,
        enabled: true,
        stopped: None,
        created_at: NOW,
    }
}

fn stored(address: &str, body: Body) -> Stored {
    Stored {
        id: message_id(1),
        account: ACCOUNT,
        channel: DEMO,
        conversation: conversation(),
        contact: contact(Address::parse(address).unwrap()).into(),
        body,
        fold: Fold::ACCEPTED,
        provider_id: None,
    }
}

fn render(message: &Stored, what: What, subscription: &Subscription) -> Option<Value> {
    render_with(message, what, subscription, Beside::default())
}

/// What is known beside a message.
#[derive(Default)]
struct Beside<'a> {
    /// The message that it refers to.
    refers_to: Option<&'a Stored>,
    /// The picture of the advertisement that it came by.
    advertisement: Option<&'a File>,
}

fn render_with(
    message: &Stored,
    what: What,
    subscription: &Subscription,
    beside: Beside<'_>,
) -> Option<Value> {
    let event = Event {
        seq: 1,
        account: ACCOUNT,
        message: message.id,
        at: NOW,
        what,
    };
    let view = View {
        event: &event,
        message,
        refers_to: beside.refers_to,
        advertisement: beside.advertisement,
        subscription,
        catalog: &Catalog::default(),
    };
    let outgoing = OnpremFormat.render(&view, NOW)?;
    assert_eq!(outgoing.headers, []);
    Some(serde_json::from_slice(&outgoing.body).unwrap())
}

#[test]
fn pauses_grow_by_a_step_up_to_a_limit_and_end_after_a_day() {
    let pauses = |settings| {
        let subscription = subscription(settings);
        let pauses = (1..).map_while(move |tries| OnpremFormat.pause(&subscription, tries));
        pauses.collect::<Vec<_>>()
    };
    let usual = pauses(json!({}));
    let seconds: Vec<u64> = usual.iter().map(Duration::as_secs).take(3).collect();
    assert_eq!(seconds, [3, 6, 9]);
    let sum: Duration = usual.iter().sum();
    let day = Duration::from_secs(24 * 3600);
    assert!(
        sum <= day && sum + Duration::from_secs(3) * 240 > day,
        "{sum:?}"
    );
    let asked =
        json!({ "callback_backoff_delay_ms": "60000", "max_callback_backoff_delay_ms": 90_000 });
    let seconds: Vec<u64> = pauses(asked)
        .iter()
        .map(Duration::as_secs)
        .take(3)
        .collect();
    assert_eq!(seconds, [60, 90, 90]);
    let hasty =
        subscription(json!({ "callback_backoff_delay_ms": 1, "max_callback_backoff_delay_ms": 1 }));
    assert_eq!(
        OnpremFormat.pause(&hasty, 5),
        Some(Duration::from_millis(100))
    );
    assert_eq!(OnpremFormat.pause(&hasty, u32::MAX), None);
}

#[test]
fn a_notice_is_told_as_it_is_to_those_who_know_its_format() {
    let told = |format: &str| {
        let news = News {
            seq: 1,
            account: ACCOUNT,
            at: NOW,
            what: Tidings::Notice(Notice {
                channel: DEMO,
                format: format.into(),
                body: Raw::new(r#"{"services":[]}"#),
            }),
        };
        let view = NewsView {
            news: &news,
            customer: None,
            subscription: &subscription(json!({})),
            catalog: &Catalog::default(),
        };
        OnpremFormat.render_news(&view, NOW).map(|told| told.body)
    };
    assert_eq!(told("onprem"), Some(br#"{"services":[]}"#.to_vec()));
    assert_eq!(told("cloud"), None);
}

#[test]
fn every_2xx_is_success() {
    let successes: Vec<u16> = [199, 200, 201, 204, 299, 300, 404]
        .into_iter()
        .filter(|&status| OnpremFormat.is_success(status))
        .collect();
    assert_eq!(successes, [200, 201, 204, 299]);
}
