//! The forms that the values of a template have.

use serde_json::{Value, json};

use super::client::Client;

/// A message of this type to somebody, with this object.
fn of(kind: &str, object: Value) -> Value {
    json!({ "to": "31612345678", "type": kind, kind: object })
}

#[tokio::test]
async fn every_value_of_a_template_has_its_form() {
    let client = Client::logged_in("clerk").await;
    let body = |parameter: Value| json!({ "type": "body", "parameters": [parameter] });
    let button = |sub_type: &str, parameters: Value| json!({ "type": "button", "sub_type": sub_type, "index": 0, "parameters": parameters });
    let date = |part: &str, value: Value| {
        body(
            json!({ "type": "date_time", "date_time": { "fallback_value": "Today", part: value } }),
        )
    };
    let amount = |code: &str, amount: Value| {
        body(json!({ "type": "currency", "currency":
            { "fallback_value": "$1", "code": code, "amount_1000": amount } }))
    };
    let payload = json!({ "type": "payload", "payload": "p" });
    let text = json!({ "type": "text", "text": "t" });
    for (component, code) in [
        (date("day_of_week", json!(8)), 1009),
        (date("day_of_week", json!("0")), 1009),
        (date("year", json!("soon")), 1009),
        (date("calendar", json!("JULIAN")), 1009),
        (date("fallback_value", json!(null)), 1008),
        (amount("EURO", json!(1000)), 1009),
        (amount("EUR", json!(0.5)), 1009),
        (amount("EUR", json!(null)), 1008),
        (button("call", json!([payload])), 1009),
        (button("quick_reply", json!([text])), 2012),
        (button("url", json!([payload])), 2012),
        (button("url", json!([text, text])), 2000),
        (button("flow", json!([{ "type": "action" }])), 1008),
        (
            button(
                "copy_code",
                json!([{ "type": "coupon_code", "coupon_code": "" }]),
            ),
            1009,
        ),
        (
            json!({ "type": "header", "parameters": [text, text] }),
            2000,
        ),
        (
            json!({ "type": "header", "parameters": [{ "type": "location" }] }),
            1008,
        ),
        (json!({ "type": "carousel" }), 1009),
    ] {
        let message =
            json!({ "name": "n", "language": { "code": "en" }, "components": [component] });
        let refused = client.send(of("template", message.clone())).await;
        assert_eq!(refused.code(), (400, code), "{message}");
    }
}

#[tokio::test]
async fn a_language_is_chosen_in_one_way() {
    let client = Client::logged_in("clerk").await;
    for (policy, in_template, in_hsm) in [
        (json!("deterministic"), (201, 0), (201, 0)),
        (json!(""), (201, 0), (201, 0)),
        (json!(null), (201, 0), (201, 0)),
        // Withdrawn, but a widely copied client still writes it.
        (json!("fallback"), (400, 1009), (201, 0)),
        (json!("guess"), (400, 1009), (400, 1009)),
    ] {
        let language = json!({ "policy": policy, "code": "en" });
        let template = of("template", json!({ "name": "n", "language": language }));
        assert_eq!(client.send(template).await.code(), in_template, "{policy}");
        let hsm = of(
            "hsm",
            json!({ "namespace": "s", "element_name": "n", "language": language, "localizable_params": [] }),
        );
        assert_eq!(client.send(hsm).await.code(), in_hsm, "{policy}");
    }
    for (code, expected) in [("en", (201, 0)), ("", (400, 1009))] {
        let alone = of("template", json!({ "name": "n", "language": code }));
        assert_eq!(client.send(alone).await.code(), expected, "{code}");
    }
}
