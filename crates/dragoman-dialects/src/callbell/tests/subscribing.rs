//! Programs make, change and take away their webhooks.

use dragoman_core::Id;
use dragoman_core::catalog::{Policy, Rights, Subscription, Token, TokenScope};
use serde_json::{Value, json};

use super::doubles::{Answer, House, request};
use super::samples::{ACCOUNT, NOW};
use crate::credentials::token_hash;

const SUBSCRIBE: &str = "/v1/webhooks/subscribe";
const UNSUBSCRIBE: &str = "/v1/webhooks/unsubscribe";
const URL: &str = "https://app.example/hook";

impl House {
    async fn subscribe(&self, body: &Value) -> Answer {
        self.call(request("POST", SUBSCRIBE, body.to_string()))
            .await
    }

    async fn subscribe_with(&self, key: &str, body: &Value) -> Answer {
        let mut call = request("POST", SUBSCRIBE, body.to_string());
        let headers = call.headers_mut();
        headers.insert("idempotency-key", key.parse().unwrap());
        self.call(call).await
    }

    async fn unsubscribe(&self) -> Answer {
        self.call(request("DELETE", UNSUBSCRIBE, "")).await
    }

    /// The same call with another token.
    async fn with_token(&self, token: &str, method: &str, path: &str, body: &Value) -> Answer {
        let mut call = request(method, path, body.to_string());
        let bearer = format!("Bearer {token}").parse().unwrap();
        call.headers_mut().insert("authorization", bearer);
        self.call(call).await
    }

    /// Another program of the same account.
    fn give_second_token(&self) {
        self.change(|catalog| {
            catalog.tokens.push(Token {
                id: Id::from_u128(0x7a),
                account: ACCOUNT,
                hash: token_hash("second"),
                name: "".into(),
                policy: Policy::default(),
                created_at: NOW,
                scope: TokenScope::Api(Rights::ALL),
                expires_at: None,
                last_used_at: None,
            });
        });
    }

    fn webhooks(&self) -> Vec<Subscription> {
        let mut found = Vec::new();
        self.change(|catalog| found.clone_from(&catalog.subscriptions));
        found
    }

    fn urls(&self) -> Vec<Box<str>> {
        let webhooks = self.webhooks().into_iter();
        webhooks.map(|webhook| webhook.url).collect()
    }
}

fn wish(url: &str) -> Value {
    json!({ "url": url, "subscriptions": ["message_created"] })
}

#[tokio::test]
async fn a_program_subscribes_and_learns_its_secret() {
    let house = House::new();
    let events = json!(["message_created", "message_status_updated"]);
    let body = json!({ "url": URL, "subscriptions": events, "more": 1 });
    let answer = house.subscribe(&body).await;
    let webhooks = house.webhooks();
    let [webhook] = &webhooks[..] else {
        panic!("{webhooks:?}");
    };
    let secret = webhook.secret.as_ref().unwrap().reveal();
    assert!(
        secret.starts_with("whsec_") && secret.len() == 38,
        "{secret}"
    );
    let expected = json!({ "webhook": {
        "url": URL,
        "subscriptions": events,
        "createdAt": "2026-09-21 14:13:20 +0000",
        "enabled": true,
        "secret": secret,
    } });
    assert_eq!(answer.whole(), (200, expected));
    let made = (webhook.account, webhook.channel, &*webhook.format);
    assert_eq!(made, (ACCOUNT, None, "callbell"));
    // It hears of nothing that was before its time.
    assert_eq!((webhook.since, webhook.created_at), (41, NOW));
}

#[tokio::test]
async fn subscribing_again_changes_what_there_is() {
    let house = House::new();
    let first = house.subscribe(&wish(URL)).await;
    let before = house.webhooks().remove(0);
    house.change(|catalog| catalog.subscriptions[0].enabled = false);
    let body = json!({
        "url": "http://10.0.0.1:8080/other",
        "subscriptions": " message_created, contact_created,message_created,",
    });
    let second = house.subscribe(&body).await;
    let shown = &second.body["webhook"];
    let events = json!(["message_created", "contact_created"]);
    assert_eq!(shown["subscriptions"], events);
    assert_eq!(shown["secret"], first.body["webhook"]["secret"]);
    assert_eq!(shown["enabled"], true);
    let after = house.webhooks();
    assert_eq!(after.len(), 1);
    assert_eq!(&*after[0].url, "http://10.0.0.1:8080/other");
    let kept = |webhook: &Subscription| (webhook.id, webhook.since, webhook.secret.clone());
    assert_eq!(kept(&after[0]), kept(&before));
}

#[tokio::test]
async fn a_repeated_call_with_a_key_changes_nothing_and_another_one_is_refused() {
    let house = House::new();
    let first = house.subscribe_with("k", &wish(URL)).await;
    assert_eq!(first.headers.get("idempotency-replayed"), None);
    house.change(|catalog| catalog.subscriptions[0].enabled = false);
    let again = house.subscribe_with("k", &wish(URL)).await;
    assert_eq!(again.headers["idempotency-replayed"], "true");
    assert_eq!(again.body["webhook"]["enabled"], false);
    let other = "https://app.example/other";
    let refused = house.subscribe_with("k", &wish(other)).await;
    let error = "the Idempotency-Key was used for another request";
    assert_eq!(refused.whole(), (422, json!({ "error": error })));
    let with_another_key = house.subscribe_with("k2", &wish(other)).await;
    assert_eq!(with_another_key.status, 200);
    assert_eq!(house.urls(), [other.into()]);
}

#[tokio::test]
async fn what_cannot_be_subscribed_to_is_said_by_field() {
    let cases = [
        (
            json!({}),
            json!({
                "url": ["must be present and not empty"],
                "subscriptions": ["must be present and not empty"],
            }),
        ),
        (
            json!({ "url": "ftp://app.example", "subscriptions": ["message_created"] }),
            json!({
                "url": ["must be an http or https URL"],
            }),
        ),
        (
            json!({ "url": 7, "subscriptions": [7] }),
            json!({
                "url": ["must be string"],
                "subscriptions": ["must be string"],
            }),
        ),
        (
            json!({ "url": URL, "subscriptions": { "a": 1 } }),
            json!({
                "subscriptions": ["must be string"],
            }),
        ),
        (
            json!({ "url": URL, "subscriptions": ["message_created", "message_deleted"] }),
            json!({
                "subscriptions": ["unknown event message_deleted"],
            }),
        ),
        (
            json!({ "url": URL, "subscriptions": [] }),
            json!({
                "subscriptions": ["must be present and not empty"],
            }),
        ),
        (
            json!({ "url": URL, "subscriptions": " , " }),
            json!({
                "subscriptions": ["must be present and not empty"],
            }),
        ),
    ];
    let house = House::new();
    for (body, error) in cases {
        let answer = house.subscribe(&body).await;
        assert_eq!(answer.whole(), (400, json!({ "error": error })), "{body}");
    }
    assert_eq!(house.webhooks(), []);
}

#[tokio::test]
async fn what_was_destroyed_is_not_there_to_be_destroyed_again() {
    let house = House::new();
    house.subscribe(&wish(URL)).await;
    let destroyed = json!({ "status": "webhook was destroyed" });
    assert_eq!(house.unsubscribe().await.whole(), (200, destroyed));
    assert_eq!(house.webhooks(), []);
    assert_eq!(house.unsubscribe().await.status, 404);
}

#[tokio::test]
async fn programs_with_tokens_of_their_own_leave_each_other_alone() {
    let house = House::new();
    house.give_second_token();
    house.subscribe(&wish(URL)).await;
    let other = "https://other.example/";
    let answer = house
        .with_token("second", "POST", SUBSCRIBE, &wish(other))
        .await;
    assert_eq!(answer.status, 200);
    assert_eq!(house.urls(), [URL.into(), other.into()]);
    for token in ["stranger", "second", "second"] {
        house
            .with_token(token, "DELETE", UNSUBSCRIBE, &json!({}))
            .await;
    }
    assert_eq!(house.urls(), [URL.into()]);
}

#[tokio::test]
async fn a_program_with_a_new_token_goes_on_at_its_old_address() {
    let house = House::new();
    house.give_second_token();
    let second = async |url| {
        let answer = house
            .with_token("second", "POST", SUBSCRIBE, &wish(url))
            .await;
        answer.body["webhook"]["secret"].clone()
    };
    let secret = second(URL).await;
    // While the old token lives, its webhook is not another's.
    house.subscribe(&wish(URL)).await;
    assert_eq!(house.urls(), [URL.into(), URL.into()]);
    house.unsubscribe().await;
    house.change(|catalog| {
        let second = catalog.tokens.last_mut().unwrap();
        second.expires_at = Some(NOW);
    });
    let other = house.subscribe(&wish("https://other.example/")).await;
    assert_ne!(other.body["webhook"]["secret"], secret);
    house.unsubscribe().await;
    let answer = house.subscribe(&wish(URL)).await;
    assert_eq!(answer.body["webhook"]["secret"], secret);
    assert_eq!(house.urls(), [URL.into()]);
}

#[tokio::test]
async fn what_another_program_left_behind_is_taken_away_by_its_address() {
    let house = House::new();
    house.give_second_token();
    house
        .with_token("second", "POST", SUBSCRIBE, &wish(URL))
        .await;
    let path = format!("{UNSUBSCRIBE}?url={URL}");
    let stranger = house
        .with_token("stranger", "DELETE", &path, &json!({}))
        .await;
    assert_eq!((stranger.status, house.urls().len()), (404, 1));
    assert_eq!(house.call(request("DELETE", &path, "")).await.status, 200);
    assert_eq!(house.call(request("DELETE", &path, "")).await.status, 404);
    assert_eq!(house.webhooks(), []);
}

#[tokio::test]
async fn what_an_operator_made_is_not_a_programs_to_change() {
    let house = House::new();
    house.subscribe(&wish(URL)).await;
    house.change(|catalog| catalog.subscriptions[0].settings = None);
    house.subscribe(&wish(URL)).await;
    assert_eq!(house.urls(), [URL.into(), URL.into()]);
    house.unsubscribe().await;
    assert_eq!(house.urls(), [URL.into()]);
    assert_eq!(house.unsubscribe().await.status, 404);
}

#[tokio::test]
async fn a_store_that_is_not_well_is_said() {
    let house = House::new();
    house.sicken();
    assert_eq!(house.subscribe(&wish(URL)).await.status, 503);
}
