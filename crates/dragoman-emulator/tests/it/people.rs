//! Customers without a number, and customers who change it.

use serde_json::{Value, json};

use crate::business::{Business, CUSTOMER, NUMBER, WABA, text};

const USER: &str = "NL.13491208655302741918";
const NEW_NUMBER: &str = "31687654321";

async fn change(business: &Business, customer: &str, change: Value) -> Value {
    business
        .control("PUT", &format!("customers/{customer}"), change)
        .await
}

/// The value by which the business hears it.
async fn writes(business: &Business, customer: &str) -> Value {
    let path = format!("customers/{customer}/messages");
    let written = business.control("POST", &path, json!({"text": "Hi"})).await;
    business
        .webhook
        .message(written["id"].as_str().unwrap())
        .await
}

/// Sends a text as `to` or as `recipient`, and returns the answer.
async fn send(business: &Business, key: &str, address: &str) -> Value {
    let message = json!({"messaging_product": "whatsapp", key: address, "text": {"body": "Hello"}});
    let (status, answer) = business.post(message).await;
    assert_eq!(status, 200, "{answer}");
    answer
}

fn wamid(answer: &Value) -> &str {
    answer["messages"][0]["id"].as_str().unwrap()
}

/// The notices that the business heard: the whole value of each.
fn notices(business: &Business) -> Vec<Value> {
    let values = business.webhook.values().into_iter();
    values
        .filter(|value| value["messages"][0]["type"] == "system")
        .collect()
}

#[tokio::test]
async fn a_customer_without_a_number_is_a_user_id_and_a_user_name_everywhere() {
    let business = Business::open().await;
    change(
        &business,
        USER,
        json!({"username": "ann.lee", "name": "Ann"}),
    )
    .await;
    let heard = writes(&business, USER).await;
    let contact = json!([{"profile": {"name": "Ann", "username": "ann.lee"}, "user_id": USER}]);
    assert_eq!(heard["contacts"], contact);
    assert_eq!(heard["messages"][0]["from_user_id"], USER);
    assert!(heard["messages"][0].get("from").is_none());

    let answer = send(&business, "recipient", USER).await;
    assert_eq!(
        answer["contacts"],
        json!([{"input": USER, "user_id": USER}])
    );
    let sent = business.webhook.status(wamid(&answer), "sent").await;
    assert_eq!(
        sent["contacts"],
        json!([{"profile": {"name": "Ann"}, "user_id": USER}])
    );
    for (status, value) in [
        (
            "delivered",
            business.webhook.status(wamid(&answer), "delivered").await,
        ),
        ("sent", sent),
    ] {
        let told = &value["statuses"][0];
        assert_eq!(told["recipient_user_id"], USER, "{status}");
        assert!(told.get("recipient_id").is_none(), "{status}");
    }
    let listed = business.control("GET", "customers", Value::Null).await;
    let seen = &listed["customers"][0];
    assert_eq!(
        (&seen["phone"], &seen["username"], &seen["bsuid"]),
        (&Value::Null, &json!("ann.lee"), &json!(USER))
    );
    let shown = business
        .control("GET", &format!("customers/{USER}/messages"), Value::Null)
        .await;
    assert_eq!(shown["messages"][1]["text"], "Hello");
}

#[tokio::test]
async fn a_failure_names_a_user_id_only_where_it_was_dialled() {
    let business = Business::open().await;
    change(&business, CUSTOMER, json!({"bsuid": USER})).await;
    let by_user = send(&business, "recipient", USER).await;
    let failed = business.webhook.status(wamid(&by_user), "failed").await;
    assert_eq!(failed["statuses"][0]["recipient_user_id"], USER);
    let by_number = send(&business, "to", CUSTOMER).await;
    let failed = business.webhook.status(wamid(&by_number), "failed").await;
    assert!(failed["statuses"][0].get("recipient_user_id").is_none());
    assert_eq!(failed["statuses"][0]["recipient_id"], CUSTOMER);
}

#[tokio::test]
async fn a_number_goes_before_a_user_id() {
    let business = Business::open().await;
    let message = json!({
        "messaging_product": "whatsapp", "to": CUSTOMER, "recipient": "NL.7", "text": {"body": "Hi"},
    });
    let (_, answer) = business.post(message).await;
    let expected = json!([{"input": CUSTOMER, "wa_id": CUSTOMER}]);
    assert_eq!(answer["contacts"], expected);
}

#[tokio::test]
async fn a_customer_who_shows_the_number_is_seen_with_both() {
    let business = Business::open().await;
    writes(&business, USER).await;
    change(&business, USER, json!({"phone": format!("+{CUSTOMER}")})).await;
    let heard = writes(&business, USER).await;
    assert_eq!(
        (
            &heard["contacts"][0]["wa_id"],
            &heard["contacts"][0]["user_id"]
        ),
        (&json!(CUSTOMER), &json!(USER))
    );
    assert_eq!(
        (
            &heard["messages"][0]["from"],
            &heard["messages"][0]["from_user_id"]
        ),
        (&json!(CUSTOMER), &json!(USER))
    );
    let answer = send(&business, "to", CUSTOMER).await;
    let told = business.webhook.status(wamid(&answer), "delivered").await;
    assert_eq!(
        (
            &told["statuses"][0]["recipient_id"],
            &told["statuses"][0]["recipient_user_id"]
        ),
        (&json!(CUSTOMER), &json!(USER))
    );
    assert_eq!(notices(&business), Vec::<Value>::new());
}

#[tokio::test]
async fn a_customer_may_hide_the_number_by_which_they_are_reached() {
    let business = Business::open().await;
    change(
        &business,
        CUSTOMER,
        json!({"bsuid": USER, "hides_number": true}),
    )
    .await;
    let heard = writes(&business, CUSTOMER).await;
    assert!(!heard.to_string().contains(CUSTOMER), "{heard}");
    assert_eq!(heard["messages"][0]["from_user_id"], USER);
    let answer = send(&business, "to", CUSTOMER).await;
    let told = business.webhook.status(wamid(&answer), "delivered").await;
    assert!(told["statuses"][0].get("recipient_id").is_none());
    assert_eq!(business.phone().await.len(), 2);

    change(&business, CUSTOMER, json!({"hides_number": false})).await;
    let heard = writes(&business, CUSTOMER).await;
    assert_eq!(
        (
            &heard["messages"][0]["from"],
            &heard["messages"][0]["from_user_id"]
        ),
        (&json!(CUSTOMER), &json!(USER))
    );
}

#[tokio::test]
async fn a_reply_of_a_customer_without_a_number_names_no_sender() {
    let business = Business::open().await;
    let first = writes(&business, USER).await;
    let id = &first["messages"][0]["id"];
    let reply = json!({"text": "And this", "context": {"id": id}});
    let path = format!("customers/{USER}/messages");
    let written = business.control("POST", &path, reply).await;
    let heard = business
        .webhook
        .message(written["id"].as_str().unwrap())
        .await;
    assert_eq!(heard["messages"][0]["context"], json!({"id": id}));
}

#[tokio::test]
async fn a_code_does_not_go_to_a_user_id() {
    let business = Business::open().await;
    let template = json!({
        "name": "code", "language": "en", "category": "AUTHENTICATION",
        "components": [
            {"type": "BODY", "text": "{{1}} is your code"},
            {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE"}]},
        ],
    });
    business
        .call("POST", &format!("{WABA}/message_templates"), template)
        .await;
    let code = json!([{"type": "text", "text": "123456"}]);
    let message = |key: &str, address: &str| {
        json!({
            "messaging_product": "whatsapp", key: address, "type": "template",
            "template": {"name": "code", "language": {"code": "en"}, "components": [
                {"type": "body", "parameters": code},
                {"type": "button", "sub_type": "url", "index": "0", "parameters": code},
            ]},
        })
    };
    let (status, refused) = business.post(message("recipient", USER)).await;
    assert_eq!((status, &refused["error"]["code"]), (400, &json!(131_062)));
    let (status, answer) = business.post(message("to", CUSTOMER)).await;
    assert_eq!(status, 200, "{answer}");
}

#[tokio::test]
async fn a_customer_who_changes_the_number_is_announced_to_those_who_know_them() {
    let business = Business::open().await;
    change(&business, CUSTOMER, json!({"bsuid": USER, "name": "Ann"})).await;
    business.customer_writes(json!({"text": "Hi"})).await;
    business
        .control("POST", "clock", json!({"advance_s": 90_000}))
        .await;
    change(&business, CUSTOMER, json!({"phone": NEW_NUMBER})).await;
    let notice = crate::business::eventually(|| notices(&business).pop()).await;
    assert!(notice.get("contacts").is_none());
    assert_eq!(notice["metadata"]["phone_number_id"], NUMBER);
    let message = &notice["messages"][0];
    assert_eq!(
        (&message["from"], &message["from_user_id"]),
        (&json!(CUSTOMER), &json!(USER))
    );
    let expected = json!({
        "body": format!("Ann changed from {CUSTOMER} to {NEW_NUMBER}"),
        "type": "user_changed_number", "wa_id": NEW_NUMBER,
    });
    assert_eq!(message["system"], expected);

    // Nobody has written anything: no window, and nothing on the phone.
    assert_eq!(business.phone().await.len(), 1);
    let wamid = business.send(text("Still there?")).await;
    let failed = business.webhook.status(&wamid, "failed").await;
    assert_eq!(failed["statuses"][0]["recipient_id"], NEW_NUMBER);
    let heard = writes(&business, NEW_NUMBER).await;
    assert_eq!(heard["messages"][0]["from"], NEW_NUMBER);
    change(&business, NEW_NUMBER, json!({"phone": NEW_NUMBER})).await;
    writes(&business, NEW_NUMBER).await;
    assert_eq!(notices(&business).len(), 1);
}

#[tokio::test]
async fn a_new_user_id_is_announced_too() {
    let business = Business::open().await;
    writes(&business, USER).await;
    change(&business, USER, json!({"bsuid": "NL.7"})).await;
    let notice = crate::business::eventually(|| notices(&business).pop()).await;
    let message = &notice["messages"][0];
    assert_eq!(message["from_user_id"], USER);
    assert!(message.get("from").is_none());
    assert_eq!(
        (&message["system"]["type"], &message["system"]["user_id"]),
        (&json!("user_changed_user_id"), &json!("NL.7"))
    );
    assert_eq!(
        writes(&business, "NL.7").await["contacts"][0]["user_id"],
        "NL.7"
    );
}

#[tokio::test]
async fn nobody_is_told_of_a_customer_whom_they_do_not_know() {
    let business = Business::open().await;
    change(&business, CUSTOMER, json!({})).await;
    change(&business, CUSTOMER, json!({"phone": NEW_NUMBER})).await;
    let heard = writes(&business, CUSTOMER).await;
    assert_eq!(heard["messages"][0]["from"], NEW_NUMBER);
    assert_eq!(notices(&business), Vec::<Value>::new());
}
