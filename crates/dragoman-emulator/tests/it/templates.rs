//! Templates: made, listed, judged and deleted; and who hears of it.

use serde_json::{Value, json};

use crate::business::{Business, CUSTOMER, NUMBER, WABA};

const TEMPLATES: &str = "v23.0/200000000000001/message_templates";

async fn make(business: &Business, name: &str, language: &str) -> String {
    let template = json!({
        "name": name, "language": language, "category": "UTILITY",
        "components": [{"type": "BODY", "text": format!("This is {name}")}],
    });
    let (status, made) = business.call("POST", TEMPLATES, template).await;
    assert_eq!(status, 200, "{made}");
    made["id"].as_str().unwrap().to_owned()
}

async fn list(business: &Business, query: &str) -> Value {
    let path = format!("{TEMPLATES}?{query}");
    let (status, listed) = business.call("GET", &path, Value::Null).await;
    assert_eq!(status, 200, "{listed}");
    listed
}

fn names(listed: &Value) -> Vec<&str> {
    let data = listed["data"].as_array().unwrap().iter();
    data.map(|template| template["name"].as_str().unwrap())
        .collect()
}

async fn judge(business: &Business, name: &str, verdict: Value) {
    business
        .control("PUT", &format!("templates/{WABA}/{name}"), verdict)
        .await;
}

async fn send(business: &Business, name: &str) -> (u16, Value) {
    let template = json!({"name": name, "language": {"code": "en"}});
    let message = json!({
        "messaging_product": "whatsapp", "to": CUSTOMER, "type": "template", "template": template,
    });
    business.post(message).await
}

#[tokio::test]
async fn a_list_is_read_page_by_page_in_both_directions() {
    let business = Business::open().await;
    for name in ["a", "b", "c", "d", "e"] {
        make(&business, name, "en").await;
    }
    let first = list(&business, "limit=2&fields=name,status").await;
    assert_eq!(names(&first), ["a", "b"]);
    assert!(first["paging"].get("previous").is_none());
    let next = first["paging"]["next"].as_str().unwrap();
    let authority = format!("http://{}/", business.emulator.addr);
    let (status, second) = business
        .call("GET", next.strip_prefix(&authority).unwrap(), Value::Null)
        .await;
    assert_eq!((status, names(&second)), (200, vec!["c", "d"]));

    let after = second["paging"]["cursors"]["after"].as_str().unwrap();
    let last = list(
        &business,
        &format!("limit=2&after={}", after.replace('=', "%3D")),
    )
    .await;
    assert_eq!(names(&last), ["e"]);
    assert!(last["paging"].get("next").is_none());
    let before = last["paging"]["cursors"]["before"].as_str().unwrap();
    let back = list(
        &business,
        &format!("limit=3&before={}", before.replace('=', "%3D")),
    )
    .await;
    assert_eq!(names(&back), ["b", "c", "d"]);
    for nonsense in ["limit=0", "limit=many", "after=!", "before=eA%3D%3D"] {
        let path = format!("{TEMPLATES}?{nonsense}");
        let (status, refused) = business.call("GET", &path, Value::Null).await;
        assert_eq!(
            (status, &refused["error"]["code"]),
            (400, &json!(100)),
            "{nonsense}"
        );
    }
}

#[tokio::test]
async fn a_list_is_filtered_by_whole_words() {
    let business = Business::open().await;
    make(&business, "order", "en").await;
    make(&business, "order", "en_US").await;
    make(&business, "order_late", "nl").await;
    judge(
        &business,
        "order_late",
        json!({"status": "pending_deletion"}),
    )
    .await;
    for (query, expected) in [
        ("name=order", vec!["order", "order"]),
        ("name_or_content=late", vec!["order_late"]),
        ("language=en", vec!["order"]),
        ("status=approved", vec!["order", "order"]),
        ("status=PENDING", vec![]),
        (
            "status=%5B%22PENDING_DELETION%22%2C%22PAUSED%22%5D",
            vec!["order_late"],
        ),
    ] {
        assert_eq!(names(&list(&business, query).await), expected, "{query}");
    }
}

#[tokio::test]
async fn whoever_listens_to_the_business_account_hears_what_becomes_of_templates() {
    let business = Business::open().await;
    // A second number at the same address is no second listener, one of another account is none.
    let second = json!({"waba_id": WABA, "access_token": "t", "app_secret": "app-secret",
        "verify_token": "verify me", "webhook_url": business.webhook_url});
    business
        .control("PUT", "apps/100000000000002", second.clone())
        .await;
    let mut other = second;
    other["waba_id"] = json!("300");
    other["webhook_url"] = json!(format!("{}?other", business.webhook_url));
    business.control("PUT", "apps/100000000000003", other).await;

    let id = make(&business, "order", "en").await;
    make(&business, "order", "en").await;
    make(&business, "order", "nl").await;
    business.webhook.told_of_templates(2).await;
    judge(
        &business,
        "order",
        json!({"language": "en", "status": "REJECTED", "reason": "SCAM"}),
    )
    .await;
    business.webhook.told_of_templates(3).await;
    judge(
        &business,
        "order",
        json!({"language": "en", "status": "PAUSED"}),
    )
    .await;
    judge(
        &business,
        "order",
        json!({"language": "en", "status": "PAUSED"}),
    )
    .await;
    business.webhook.told_of_templates(4).await;
    let (status, _) = business
        .call("DELETE", &format!("{TEMPLATES}?name=order"), Value::Null)
        .await;
    assert_eq!(status, 200);
    let told = business.webhook.told_of_templates(6).await;

    assert!(told.iter().all(|(account, _)| account == WABA), "{told:?}");
    let id: u64 = id.parse().unwrap();
    let expected = json!({
        "event": "REJECTED", "message_template_id": id, "message_template_name": "order",
        "message_template_language": "en", "message_template_category": "UTILITY", "reason": "SCAM",
    });
    assert_eq!(told[2].1, expected);
    assert_eq!(told[3].1["other_info"]["title"], "FIRST_PAUSE");
    let mut events: Vec<_> = told
        .iter()
        .map(|(_, value)| {
            let word = |key: &str| value[key].as_str().unwrap();
            (
                word("event"),
                word("message_template_language"),
                word("reason"),
            )
        })
        .collect();
    events.sort_unstable();
    let expected = [
        ("APPROVED", "en", "NONE"),
        ("APPROVED", "nl", "NONE"),
        ("DELETED", "en", "NONE"),
        ("DELETED", "nl", "NONE"),
        ("PAUSED", "en", "NONE"),
        ("REJECTED", "en", "SCAM"),
    ];
    assert_eq!(events, expected);
    assert!(names(&list(&business, "").await).is_empty());
}

#[tokio::test]
async fn one_language_of_a_template_is_deleted_by_its_id() {
    let business = Business::open().await;
    let english = make(&business, "order", "en").await;
    make(&business, "order", "nl").await;
    let path = format!("{TEMPLATES}?name=order&hsm_id={english}");
    assert_eq!(business.call("DELETE", &path, Value::Null).await.0, 200);
    assert_eq!(business.call("DELETE", &path, Value::Null).await.0, 400);
    assert_eq!(list(&business, "").await["data"][0]["language"], "nl");
}

#[tokio::test]
async fn only_an_approved_template_is_sent() {
    let business = Business::open().await;
    make(&business, "order", "en").await;
    for (status, expected) in [
        ("PAUSED", (400, 132_015)),
        ("DISABLED", (400, 132_016)),
        ("REJECTED", (404, 132_001)),
        ("PENDING", (404, 132_001)),
    ] {
        judge(&business, "order", json!({"status": status})).await;
        let (code, refused) = send(&business, "order").await;
        let (wanted, error) = expected;
        assert_eq!(
            (code, &refused["error"]["code"]),
            (wanted, &json!(error)),
            "{status}"
        );
    }
    judge(&business, "order", json!({"status": "APPROVED"})).await;
    assert_eq!(send(&business, "order").await.0, 200);
}

#[tokio::test]
async fn verdicts_and_what_is_owed_for_them_survive_a_restart() {
    let business = Business::open().await;
    business.webhook.be_deaf(true);
    make(&business, "order", "en").await;
    judge(
        &business,
        "order",
        json!({"status": "PAUSED", "reason": "ABUSIVE_CONTENT"}),
    )
    .await;
    make(&business, "offer", "en").await;
    let (status, _) = business
        .call("DELETE", &format!("{TEMPLATES}?name=offer"), Value::Null)
        .await;
    assert_eq!(status, 200);
    let business = business.restarted().await;
    business.webhook.be_deaf(false);
    let told = business.webhook.told_of_templates(4).await;
    let paused = told.iter().find(|(_, value)| value["event"] == "PAUSED");
    assert_eq!(paused.unwrap().1["reason"], "ABUSIVE_CONTENT");
    let listed = list(&business, "").await;
    assert_eq!(
        (names(&listed), &listed["data"][0]["status"]),
        (vec!["order"], &json!("PAUSED"))
    );
}

#[tokio::test]
async fn a_journal_from_before_there_were_verdicts_is_understood() {
    let data_dir = tempfile::tempdir().unwrap();
    let template = |name: &str| {
        json!({"template": {"id": name, "waba_id": WABA, "name": name, "language": "en",
            "category": "UTILITY", "parameter_format": "POSITIONAL",
            "components": [{"type": "BODY", "text": "Hi"}]}})
    };
    let deleted = json!({"template_deleted": {"waba_id": WABA, "name": "gone"}});
    let lines = [template("stays"), template("gone"), deleted].map(|line| format!("{line}\n"));
    std::fs::write(data_dir.path().join("journal.jsonl"), lines.concat()).unwrap();
    let business = Business::over(data_dir).await;
    let listed = list(&business, "").await;
    assert_eq!(
        (names(&listed), &listed["data"][0]["status"]),
        (vec!["stays"], &json!("APPROVED"))
    );
    assert!(business.webhook.templates().is_empty());
}

#[tokio::test]
async fn a_judged_template_has_to_exist() {
    let business = Business::open().await;
    make(&business, "order", "en").await;
    for (path, body) in [
        (
            format!("templates/{WABA}/other"),
            json!({"status": "PAUSED"}),
        ),
        (
            "templates/300/order".to_owned(),
            json!({"status": "PAUSED"}),
        ),
        (
            format!("templates/{WABA}/order"),
            json!({"status": "PAUSED", "language": "nl"}),
        ),
    ] {
        let (status, answer) = business
            .call("PUT", &format!("emulator/v1/{path}"), body)
            .await;
        assert_eq!(status, 404, "{answer}");
        assert!(answer["error"]["message"].is_string());
    }
}

#[tokio::test]
async fn a_number_tells_what_it_is_called() {
    let business = Business::open().await;
    let number = format!("v23.0/{NUMBER}");
    let (status, whole) = business.call("GET", &number, Value::Null).await;
    let expected = json!({
        "id": NUMBER, "display_phone_number": "+15550000001", "quality_rating": "GREEN",
        "verified_name": "Business +15550000001",
    });
    assert_eq!((status, whole), (200, expected));
    let path = format!("{number}?fields=display_phone_number");
    let (_, chosen) = business.call("GET", &path, Value::Null).await;
    assert_eq!(
        chosen,
        json!({"id": NUMBER, "display_phone_number": "+15550000001"})
    );
}

#[tokio::test]
async fn messages_of_a_paced_template_wait_for_the_verdict() {
    let business = Business::open().await;
    for (name, verdict, outcome) in [
        ("liked", json!({"paced": false}), "delivered"),
        ("disliked", json!({"status": "REJECTED"}), "failed"),
    ] {
        make(&business, name, "en").await;
        judge(&business, name, json!({"paced": true})).await;
        let (status, answer) = send(&business, name).await;
        assert_eq!(status, 200, "{answer}");
        let message = &answer["messages"][0];
        assert_eq!(message["message_status"], "held_for_quality_assessment");
        let wamid = message["id"].as_str().unwrap();

        let business = &business;
        assert_eq!(business.webhook.statuses(wamid), [""; 0]);
        judge(business, name, verdict).await;
        let heard = business.webhook.status(wamid, outcome).await;
        let error = &heard["statuses"][0]["errors"][0]["code"];
        assert_eq!(error.as_u64(), (outcome == "failed").then_some(132_015));
    }
    // Pacing by itself is no news.
    assert_eq!(business.webhook.told_of_templates(3).await.len(), 3);
}

#[tokio::test]
async fn a_held_message_is_held_over_a_restart() {
    let business = Business::open().await;
    make(&business, "slow", "en").await;
    judge(&business, "slow", json!({"paced": true})).await;
    let (_, answer) = send(&business, "slow").await;
    let wamid = answer["messages"][0]["id"].as_str().unwrap();
    let business = business.restarted().await;
    make(&business, "quick", "en").await;
    let (_, other) = send(&business, "quick").await;
    let other = other["messages"][0]["id"].as_str().unwrap();
    business.webhook.status(other, "delivered").await;
    assert_eq!(business.webhook.statuses(wamid), [""; 0]);
    judge(&business, "slow", json!({"paced": false})).await;
    business.webhook.status(wamid, "delivered").await;
}
