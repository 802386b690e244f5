//! The business sends.

use serde_json::{Value, json};

use crate::business::{Business, CUSTOMER, NUMBER, WABA, text};

#[tokio::test]
async fn a_message_for_other_keys_than_the_customers_is_refused() {
    let business = Business::open().await;
    business.customer_writes(json!({"text": "Hi"})).await;
    let send = async |hash: &str| {
        let mut message = text("For you");
        message["recipient_identity_key_hash"] = hash.into();
        let (status, answer) = business.post(message).await;
        (status, answer["error"]["code"].as_u64())
    };
    assert_eq!(send("DF2lS5v2W6x=").await, (200, None));
    let keys = json!({"identity_hash": "DF2lS5v2W6x="});
    let customer = format!("customers/{CUSTOMER}");
    business.control("PUT", &customer, keys).await;
    assert_eq!(send("DF2lS5v2W6x=").await, (200, None));
    assert_eq!(send("AAAAAAAAAAA=").await, (400, Some(137_000)));
    assert_eq!(business.post(text("For whoever you are")).await.0, 200);
}

#[tokio::test]
async fn a_message_inside_the_window_is_sent_delivered_and_read() {
    let business = Business::open().await;
    business.customer_writes(json!({"text": "Hi"})).await;
    let (status, answer) = business.post(text("Zoë 👍")).await;
    assert_eq!(status, 200);
    assert_eq!(
        answer["contacts"],
        json!([{"input": format!("+{CUSTOMER}"), "wa_id": CUSTOMER}])
    );
    let wamid = answer["messages"][0]["id"].as_str().unwrap();
    assert!(wamid.starts_with("wamid."));

    let sent = business.webhook.status(wamid, "sent").await;
    assert_eq!(sent["metadata"]["phone_number_id"], NUMBER);
    assert_eq!(sent["contacts"][0]["wa_id"], CUSTOMER);
    assert_eq!(
        sent["statuses"][0]["biz_opaque_callback_data"],
        "token of Zoë 👍"
    );
    assert!(sent["statuses"][0]["timestamp"].is_string());
    business.webhook.status(wamid, "delivered").await;

    let shown = business.phone().await.pop().unwrap();
    assert_eq!(
        (&shown["text"], &shown["status"], &shown["direction"]),
        (&json!("Zoë 👍"), &json!("delivered"), &json!("in"))
    );
    business
        .control("POST", &format!("customers/{CUSTOMER}/read"), Value::Null)
        .await;
    business.webhook.status(wamid, "read").await;
    business.emulator.stop().await;
}

#[tokio::test]
async fn a_message_outside_the_window_is_taken_and_fails() {
    let business = Business::open().await;
    let wamid = business.send(text("Hello?")).await;
    let failed = business.webhook.status(&wamid, "failed").await;
    assert_eq!(failed["statuses"][0]["errors"][0]["code"], 131_047);
    assert_eq!(
        failed["statuses"][0]["biz_opaque_callback_data"],
        "token of Hello?"
    );
    assert!(failed.get("contacts").is_none());
    assert!(business.phone().await.is_empty());
}

#[tokio::test]
async fn a_day_later_the_window_is_closed() {
    let business = Business::open().await;
    business.customer_writes(json!({"text": "Hi"})).await;
    let heard = std::sync::Arc::new(std::sync::Mutex::new(0));
    let listener = heard.clone();
    business
        .emulator
        .on_advance(move |offset| *listener.lock().unwrap() = offset.as_secs());
    let clock = business
        .control("POST", "clock", json!({"advance_s": 90_000}))
        .await;
    assert_eq!(clock["offset_s"], 90_000);
    assert_eq!(*heard.lock().unwrap(), 90_000);
    let wamid = business.send(text("Too late")).await;
    business.webhook.status(&wamid, "failed").await;
}

#[tokio::test]
async fn a_template_passes_a_closed_window_and_is_shown_filled_in() {
    let business = Business::open().await;
    let template = json!({
        "name": "greeting", "language": "en", "category": "UTILITY",
        "components": [{"type": "BODY", "text": "Hello {{1}}, welcome"}],
    });
    let (status, created) = business
        .call("POST", &format!("{WABA}/message_templates"), template)
        .await;
    assert_eq!((status, &created["status"]), (200, &json!("APPROVED")));
    let (_, listed) = business
        .call(
            "GET",
            &format!("v23.0/{WABA}/message_templates?name=greeting"),
            Value::Null,
        )
        .await;
    assert_eq!(listed["data"][0]["id"], created["id"]);

    let message = |values: &[&str], language: &str| {
        let parameters: Vec<_> = values
            .iter()
            .map(|value| json!({"type": "text", "text": value}))
            .collect();
        json!({
            "messaging_product": "whatsapp", "to": CUSTOMER, "type": "template",
            "template": {"name": "greeting", "language": {"code": language}, "components": [
                {"type": "body", "parameters": parameters},
            ]},
        })
    };
    let wamid = business.send(message(&["Ann"], "en")).await;
    let delivered = business.webhook.status(&wamid, "delivered").await;
    assert_eq!(delivered["statuses"][0]["pricing"]["category"], "utility");
    assert_eq!(business.phone().await[0]["text"], "Hello Ann, welcome");
    assert_eq!(
        business.post(message(&[], "en")).await.1["error"]["code"],
        132_000
    );
    let (status, refused) = business.post(message(&["Ann"], "nl")).await;
    assert_eq!((status, &refused["error"]["code"]), (404, &json!(132_001)));
}

#[tokio::test]
async fn phones_that_cannot_be_reached() {
    let business = Business::open().await;
    let customer = format!("customers/{CUSTOMER}");
    business.customer_writes(json!({"text": "Hi"})).await;
    business
        .control("PUT", &customer, json!({"online": false}))
        .await;
    let waiting = business.send(text("Wait")).await;
    business.webhook.status(&waiting, "sent").await;
    assert_eq!(business.webhook.statuses(&waiting), ["sent"]);
    business
        .control("PUT", &customer, json!({"online": true}))
        .await;
    business.webhook.status(&waiting, "delivered").await;

    business
        .control("PUT", &customer, json!({"on_whatsapp": false}))
        .await;
    let undeliverable = business.send(text("Nobody")).await;
    let failed = business.webhook.status(&undeliverable, "failed").await;
    assert_eq!(failed["statuses"][0]["errors"][0]["code"], 131_026);
}

#[tokio::test]
async fn what_is_wrong_is_said_in_graphs_words() {
    let business = Business::open().await;
    let messages = format!("v23.0/{NUMBER}/messages");
    let (status, answer) = business
        .call_as("wrong", "POST", &messages, text("Hi"))
        .await
        .unwrap();
    assert_eq!((status, &answer["error"]["code"]), (401, &json!(190)));
    let (status, answer) = business
        .call("POST", &messages, json!({"to": CUSTOMER}))
        .await;
    assert_eq!((status, &answer["error"]["code"]), (400, &json!(100)));
    let (status, answer) = business.call("GET", "v23.0/42", Value::Null).await;
    assert_eq!(
        (status, &answer["error"]["error_subcode"]),
        (400, &json!(33))
    );
    let (status, answer) = business.call("POST", &messages, Value::Null).await;
    assert_eq!((status, &answer["error"]["code"]), (400, &json!(100)));
    let (status, _) = business
        .call_as("any", "POST", "777/messages", text("Hi"))
        .await
        .unwrap();
    assert_eq!(status, 200);
    let decisions: Vec<_> = business
        .ledger()
        .await
        .iter()
        .map(|row| row["decision"].clone())
        .collect();
    assert_eq!(
        decisions,
        ["refused:190", "refused:100", "refused:100", "accepted"]
    );
}

#[tokio::test]
async fn uploaded_media_is_shown_and_can_be_fetched() {
    let business = Business::open().await;
    business.customer_writes(json!({"text": "Hi"})).await;
    let form = "--b\r\nContent-Disposition: form-data; name=\"messaging_product\"\r\n\r\nwhatsapp\r\n\
        --b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"cat.png\"\r\nContent-Type: image/png\r\n\r\n\
        meow\r\n--b--\r\n";
    let (status, uploaded) = business
        .upload(&format!("v23.0/{NUMBER}/media"), form)
        .await;
    assert_eq!(status, 200, "{uploaded}");
    let id = uploaded["id"].as_str().unwrap();
    let (_, described) = business
        .call("GET", &format!("v23.0/{id}"), Value::Null)
        .await;
    assert_eq!(
        (&described["mime_type"], &described["file_size"]),
        (&json!("image/png"), &json!(4))
    );

    let image = json!({
        "messaging_product": "whatsapp", "to": CUSTOMER, "type": "image", "image": {"id": id, "caption": "Look"},
    });
    let wamid = business.send(image).await;
    business.webhook.status(&wamid, "delivered").await;
    let shown = business.phone().await.pop().unwrap();
    let expected = json!({"kind": "image", "id": id, "filename": "cat.png", "mime": "image/png", "caption": "Look"});
    assert_eq!(
        (&shown["media"], &shown["text"]),
        (&expected, &json!("Look"))
    );
}
