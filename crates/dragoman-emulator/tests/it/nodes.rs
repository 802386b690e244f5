//! What a business asks and tells about its number and its account.

use serde_json::{Value, json};

use crate::business::{Business, CUSTOMER, NUMBER, WABA, text};
use crate::webhook::Webhook;

async fn post(business: &Business, path: &str, body: Value) -> (u16, u64) {
    let (status, answer) = business.call("POST", &format!("v23.0/{path}"), body).await;
    (status, answer["error"]["code"].as_u64().unwrap_or_default())
}

async fn get(business: &Business, path: &str) -> Value {
    let (status, answer) = business
        .call("GET", &format!("v23.0/{path}"), Value::Null)
        .await;
    assert_eq!(status, 200, "{path}: {answer}");
    answer
}

fn pin(pin: &str) -> Value {
    json!({"messaging_product": "whatsapp", "pin": pin})
}

#[tokio::test]
async fn a_number_is_verified_registered_and_given_up() {
    let business = Business::open().await;
    let of = |edge: &str| format!("{NUMBER}/{edge}");
    for (edge, body, expected) in [
        (
            "request_code",
            json!({"code_method": "SMS", "language": "en"}),
            (200, 0),
        ),
        (
            "request_code",
            json!({"code_method": "PIGEON", "language": "en"}),
            (400, 100),
        ),
        ("request_code", json!({"code_method": "VOICE"}), (400, 100)),
        ("verify_code", json!({"code": "123456"}), (200, 0)),
        ("verify_code", json!({"code": "000000"}), (400, 100)),
        ("verify_code", json!({"code": "12345"}), (400, 100)),
        ("register", pin("12345"), (400, 100)),
        ("register", json!({"pin": "111111"}), (400, 100)),
        ("register", pin("111111"), (200, 0)),
        ("register", pin("222222"), (400, 133_005)),
        ("deregister", Value::Null, (200, 0)),
        ("messages", text("Hi"), (400, 133_010)),
        ("dance", json!({}), (400, 100)),
    ] {
        assert_eq!(
            post(&business, &of(edge), body.clone()).await,
            expected,
            "{edge} {body}"
        );
    }
    let fields = format!("{NUMBER}?fields=status,is_pin_enabled,health_status{{can_send_message}}");
    let business = business.restarted().await;
    let number = get(&business, &fields).await;
    assert_eq!(
        (&number["status"], &number["is_pin_enabled"]),
        (&json!("DISCONNECTED"), &json!(true))
    );
    assert_eq!(number["health_status"]["can_send_message"], "BLOCKED");

    assert_eq!(
        post(&business, NUMBER, json!({"pin": "333333"})).await,
        (200, 0)
    );
    assert_eq!(
        post(&business, &of("register"), pin("333333")).await,
        (200, 0)
    );
    assert_eq!(get(&business, &fields).await["status"], "CONNECTED");
    business.send(text("Here again")).await;
}

#[tokio::test]
async fn a_number_wants_the_token_of_its_business() {
    let business = Business::open().await;
    for path in [
        NUMBER.to_owned(),
        format!("{NUMBER}/deregister"),
        format!("{WABA}/subscribed_apps"),
        format!("{NUMBER}/whatsapp_business_profile"),
    ] {
        let refused = business
            .call_as("wrong", "POST", &path, json!({}))
            .await
            .unwrap();
        assert_eq!(refused.0, 401, "{path}");
    }
}

#[tokio::test]
async fn a_profile_keeps_its_limits_and_what_was_set() {
    let business = Business::open().await;
    let path = format!("{NUMBER}/whatsapp_business_profile");
    let set = async |key: &str, value: Value| {
        post(
            &business,
            &path,
            json!({"messaging_product": "whatsapp", key: value}),
        )
        .await
    };
    for (key, limit) in [("about", 139), ("address", 256), ("description", 512)] {
        assert_eq!(set(key, json!("x".repeat(limit))).await, (200, 0), "{key}");
        assert_eq!(
            set(key, json!("x".repeat(limit + 1))).await,
            (400, 100),
            "{key}"
        );
    }
    let site = |length: usize| format!("https://{}", "x".repeat(length - 8));
    for (key, value, expected) in [
        ("email", json!("a@b"), (200, 0)),
        ("email", json!(format!("{}@b", "x".repeat(127))), (400, 100)),
        ("email", json!("nobody"), (400, 100)),
        ("websites", json!([site(256), site(20)]), (200, 0)),
        ("websites", json!([site(257)]), (400, 100)),
        (
            "websites",
            json!([site(20), site(20), site(20)]),
            (400, 100),
        ),
        ("websites", json!(["shop.example"]), (400, 100)),
        ("vertical", json!("RETAIL"), (200, 0)),
        ("vertical", json!("MAGIC"), (400, 100)),
        ("about", json!(""), (400, 100)),
        ("profile_picture_handle", json!("4::x"), (400, 100)),
    ] {
        assert_eq!(set(key, value.clone()).await, expected, "{key} {value}");
    }
    assert_eq!(
        post(&business, &path, json!({"about": "x"})).await,
        (400, 100)
    );
    let business = business.restarted().await;
    let shown = get(&business, &format!("{path}?fields=email,vertical")).await;
    assert_eq!(
        shown["data"],
        json!([{"messaging_product": "whatsapp", "email": "a@b", "vertical": "RETAIL"}])
    );
}

#[tokio::test]
async fn a_picture_comes_in_pieces_and_is_shown_to_everybody() {
    let business = Business::open().await;
    let opened = "app/uploads?file_length=8&file_type=image/png&file_name=a.png";
    let (_, upload) = business.call("POST", opened, Value::Null).await;
    let id = upload["id"].as_str().unwrap();
    assert!(id.starts_with("upload:"), "{id}");
    let first = business.piece(id, 0, "abcd").await;
    assert_eq!(first.1["file_offset"], 4);
    assert_eq!(business.piece(id, 0, "abcd").await.0, 400);
    assert_eq!(get(&business, id).await["file_offset"], 4);
    assert_eq!(business.piece(id, 4, "efghi").await.0, 400);
    let (_, whole) = business.piece(id, 4, "efgh").await;
    let handle = whole["h"].as_str().unwrap();
    assert!(handle.starts_with("4::aW1hZ2UvcG5n:"), "{handle}");

    let path = format!("{NUMBER}/whatsapp_business_profile");
    let change = json!({"messaging_product": "whatsapp", "profile_picture_handle": handle});
    assert_eq!(post(&business, &path, change).await, (200, 0));
    let shown = get(&business, &format!("{path}?fields=profile_picture_url")).await;
    let url = shown["data"][0]["profile_picture_url"].as_str().unwrap();
    let address = format!("http://{}/", business.emulator.addr);
    let picture = business.get(url.strip_prefix(&address).unwrap()).await;
    assert_eq!((picture.status, picture.text.as_str()), (200, "abcdefgh"));
}

#[tokio::test]
async fn a_business_account_is_heard_at_an_address_of_its_own() {
    let business = Business::open().await;
    let other = Webhook::default();
    let callback = format!("http://{}/in", other.listen().await);
    let path = format!("{WABA}/subscribed_apps");
    let change = |token: &str| json!({"override_callback_uri": callback, "verify_token": token});
    assert_eq!(post(&business, &path, change("wrong")).await, (400, 100));
    assert_eq!(post(&business, &path, change("verify me")).await, (200, 0));
    let apps = get(&business, &path).await;
    assert_eq!(apps["data"][0]["override_callback_uri"], callback.as_str());
    let elsewhere = business.customer_writes(json!({"text": "There"})).await;
    other.message(&elsewhere).await;

    assert_eq!(post(&business, &path, json!({})).await, (200, 0));
    let here = business.customer_writes(json!({"text": "Here"})).await;
    business.webhook.message(&here).await;
    let own = json!({"webhook_configuration": change("verify me")});
    assert_eq!(post(&business, NUMBER, own).await, (200, 0));
    let there = business
        .customer_writes(json!({"text": "There again"}))
        .await;
    other.message(&there).await;
    let number = get(&business, &format!("{NUMBER}?fields=webhook_configuration")).await;
    assert_eq!(
        number["webhook_configuration"]["phone_number"],
        callback.as_str()
    );
    assert_eq!(other.values().len(), 2);
}

#[tokio::test]
async fn who_is_not_subscribed_hears_nothing() {
    let business = Business::open().await;
    let path = format!("{WABA}/subscribed_apps");
    let (status, _) = business.call("DELETE", &path, Value::Null).await;
    assert_eq!(status, 200);
    assert_eq!(get(&business, &path).await["data"], json!([]));
    let unheard = business.customer_writes(json!({"text": "Hello?"})).await;
    assert_eq!(post(&business, &path, json!({})).await, (200, 0));
    let heard = business.customer_writes(json!({"text": "Hello!"})).await;
    business.webhook.message(&heard).await;
    let values = business.webhook.values();
    let told = |wamid: &str| {
        values
            .iter()
            .any(|value| value["messages"][0]["id"] == wamid)
    };
    assert!(!told(&unheard));
}

#[tokio::test]
async fn accounts_and_keys_are_shown() {
    let business = Business::open().await;
    let account = get(&business, WABA).await;
    assert_eq!(
        account["message_template_namespace"],
        "00000000_0000_0000_0200_000000000001"
    );
    let path = format!("{NUMBER}/whatsapp_business_encryption");
    assert_eq!(
        post(&business, &path, json!({"business_public_key": "x"})).await,
        (400, 100)
    );
    let key = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----";
    assert_eq!(
        post(&business, &path, json!({"business_public_key": key})).await,
        (200, 0)
    );
    assert_eq!(get(&business, &path).await["business_public_key"], key);
}

#[tokio::test]
async fn what_the_business_read_is_seen_on_the_phone() {
    let business = Business::open().await;
    let first = business.customer_writes(json!({"text": "One"})).await;
    let last = business.customer_writes(json!({"text": "Two"})).await;
    business.webhook.message(&last).await;
    let read =
        |id: &str| json!({"messaging_product": "whatsapp", "status": "read", "message_id": id});
    assert_eq!(business.post(read(&first)).await.0, 200);
    let statuses: Vec<_> = business
        .phone()
        .await
        .iter()
        .map(|shown| shown["status"].clone())
        .collect();
    assert_eq!(statuses[0], "read");
    assert_ne!(statuses[1], "read");
    let own = business.send(text("Our own")).await;
    assert_eq!(business.post(read(&own)).await.1["error"]["code"], 131_009);
}

#[tokio::test]
async fn a_business_does_not_write_to_itself() {
    let business = Business::open().await;
    let number = get(&business, NUMBER).await["display_phone_number"].clone();
    let message = json!({"messaging_product": "whatsapp", "to": number, "text": {"body": "Me"}});
    assert_eq!(business.post(message).await.1["error"]["code"], 131_021);
}

#[tokio::test]
async fn only_what_stands_in_the_same_chat_is_quoted() {
    let business = Business::open().await;
    let asked = business.customer_writes(json!({"text": "When?"})).await;
    business
        .control("POST", "customers/49170/messages", json!({"text": "Hi"}))
        .await;
    let answer = |to: &str| {
        json!({
            "messaging_product": "whatsapp", "to": to, "text": {"body": "Now"}, "context": {"message_id": asked},
        })
    };
    for (to, quoted) in [
        (CUSTOMER, json!({"id": asked, "text": "When?"})),
        ("49170", Value::Null),
    ] {
        let wamid = business.send(answer(to)).await;
        business.webhook.status(&wamid, "delivered").await;
        let phone = business
            .control("GET", &format!("customers/{to}/messages"), Value::Null)
            .await;
        assert_eq!(phone["messages"][1]["quoted"], quoted, "{to}");
    }
}
