//! What is secret is told by no reading call.

use dragoman_core::Secret;
use dragoman_core::catalog::Subscription;
use dragoman_core::{Id, ports::Store};

use super::doubles::House;
use super::samples::{ACCOUNT, CHANNEL, NOW, TEAM};

const MARKER: &str = "marker-7f3a";

#[tokio::test]
async fn no_reading_call_tells_a_secret() {
    let house = House::new();
    let marker = || Secret::new(MARKER);
    house.change(|catalog| {
        for channel in &mut catalog.channels {
            for name in ["access_token", "app_secret", "verify_token", "pin"] {
                channel.settings.insert(name.into(), marker());
            }
        }
        for user in &mut catalog.users {
            user.password_hash = Some(marker());
        }
        catalog.subscriptions.push(Subscription {
            id: Id::from_u128(0x51),
            account: ACCOUNT,
            channel: None,
            url: "https://app.example".into(),
            format: "callbell".into(),
            events: Vec::new(),
            secret: Some(marker()),
            concurrency: 1,
            settings: None,
            since: 0,
            trust: None,
            retiring: None,
            ordered: false,
            stopped: None,
            enabled: true,
            created_at: NOW,
        });
    });
    let team = format!("teams/{}", TEAM.simple());
    for path in [
        "templates",
        "channels",
        &format!("channels/{}", CHANNEL.simple()),
        "teams",
        &team,
        &format!("{team}/members"),
        "custom_statuses",
        "funnels",
        "plan",
        "auth/me",
        "webhooks/events",
        "contacts",
    ] {
        let answer = house.get(&format!("/v1/{path}")).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        assert!(!answer.body.to_string().contains(MARKER), "{path}");
    }
    assert!(!format!("{:?}", house.store().catalog()).contains(MARKER));
}
