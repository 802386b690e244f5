//! Files of either side.

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dragoman_emulator::Config;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::business::{Business, CUSTOMER, NUMBER, config};

const DAY_S: u64 = 24 * 3600;

async fn upload(business: &Business, mime: &str, content: &str) -> (u16, Value) {
    let form = format!(
        "--b\r\nContent-Disposition: form-data; name=\"messaging_product\"\r\n\r\nwhatsapp\r\n\
        --b\r\nContent-Disposition: form-data; name=\"type\"\r\n\r\n{mime}\r\n\
        --b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"cat\"\r\n\r\n{content}\r\n--b--\r\n"
    );
    business
        .upload(&format!("v23.0/{NUMBER}/media"), &form)
        .await
}

async fn uploaded(business: &Business, mime: &str) -> String {
    let (status, answer) = upload(business, mime, "meow").await;
    assert_eq!(status, 200, "{answer}");
    answer["id"].as_str().unwrap().to_owned()
}

async fn described(business: &Business, id: &str) -> (u16, Value) {
    business
        .call("GET", &format!("v23.0/{id}"), Value::Null)
        .await
}

async fn later(business: &Business, seconds: u64) {
    business
        .control("POST", "clock", json!({"advance_s": seconds}))
        .await;
}

async fn send(business: &Business, kind: &str, content: Value) -> (u16, Value) {
    let message =
        json!({"messaging_product": "whatsapp", "to": CUSTOMER, "type": kind, kind: content});
    business.post(message).await
}

#[tokio::test]
async fn a_file_is_fetched_by_two_hops_within_five_minutes() {
    let business = Business::open().await;
    let id = uploaded(&business, "image/png").await;
    let (_, file) = described(&business, &id).await;
    let url = file["url"].as_str().unwrap();
    let fetched = business.fetch(url).await;
    assert_eq!((fetched.status, fetched.text.as_str()), (200, "meow"));
    assert_eq!(fetched.headers["content-type"], "image/png");
    assert_eq!(business.fetch_as("wrong", url).await.status, 401);
    let forged = url.replace("ext=", "ext=9");
    assert_eq!(business.fetch(&forged).await.status, 404);

    later(&business, 300).await;
    assert_eq!(business.fetch(url).await.status, 404);
    let (_, again) = described(&business, &id).await;
    assert_eq!(
        business.fetch(again["url"].as_str().unwrap()).await.status,
        200
    );
}

#[tokio::test]
async fn calls_about_files_misbehave_when_a_rule_names_them() {
    let business = Business::open().await;
    let misbehave = async |call: &str, fault: Value| {
        let rule = json!({"match": {"call": call}, "do": fault, "times": 1});
        let plan = json!({"rules": [rule]});
        business.control("PUT", "faults", plan).await;
    };
    misbehave("upload", json!({"kind": "error", "code": 131_016})).await;
    let (status, answer) = upload(&business, "image/png", "meow").await;
    assert!(status >= 400, "{answer}");
    assert_eq!(answer["error"]["code"], 131_016);
    let id = uploaded(&business, "image/png").await;

    misbehave("look_up", json!({"kind": "page_502"})).await;
    let path = format!("v23.0/{id}");
    let page = business.call_as("business-token", "GET", &path, Value::Null);
    assert_eq!(page.await.unwrap().0, 502);
    let (status, file) = described(&business, &id).await;
    assert_eq!(status, 200, "{file}");

    let url = file["url"].as_str().unwrap();
    misbehave("download", json!({"kind": "error", "code": 131_052})).await;
    assert!(business.fetch(url).await.status >= 400);
    assert_eq!(business.fetch(url).await.text, "meow");

    misbehave("look_up", json!({"kind": "lost_answer"})).await;
    let lost = business.call_as("business-token", "GET", &path, Value::Null);
    assert_eq!(lost.await, None);
}

#[tokio::test]
async fn a_file_belongs_to_one_number_until_it_is_deleted() {
    let business = Business::open().await;
    let id = uploaded(&business, "image/png").await;
    let path = format!("v23.0/{id}");
    let (status, _) = business
        .call_as("wrong", "GET", &path, Value::Null)
        .await
        .unwrap();
    assert_eq!(status, 401);
    let of = |number: &str| format!("{path}?phone_number_id={number}");
    for (method, number, expected) in [
        ("GET", "777", 400),
        ("DELETE", "777", 400),
        ("GET", NUMBER, 200),
        ("DELETE", NUMBER, 200),
        ("GET", NUMBER, 400),
    ] {
        let (status, answer) = business.call(method, &of(number), Value::Null).await;
        assert_eq!(status, expected, "{method} {number}: {answer}");
    }
    let (status, refused) = send(&business, "image", json!({"id": id})).await;
    assert_eq!((status, &refused["error"]["code"]), (400, &json!(131_009)));
}

#[tokio::test]
async fn an_upload_lives_a_month_over_restarts() {
    let business = Business::open().await;
    let id = uploaded(&business, "image/png").await;
    later(&business, 30 * DAY_S - 600).await;
    let business = business.restarted().await;
    let (_, file) = described(&business, &id).await;
    assert_eq!(
        business.fetch(file["url"].as_str().unwrap()).await.text,
        "meow"
    );
    later(&business, 600).await;
    assert_eq!(described(&business, &id).await.0, 400);
}

#[tokio::test]
async fn uploads_keep_the_size_of_their_type() {
    let business = Business::open().await;
    for (mime, limit) in [
        ("image/png", 5 << 20),
        ("image/webp", 100 << 10),
        ("audio/ogg", 16 << 20),
    ] {
        let (status, _) = upload(&business, mime, &"x".repeat(limit)).await;
        assert_eq!(status, 200, "{mime}");
        let (status, refused) = upload(&business, mime, &"x".repeat(limit + 1)).await;
        assert_eq!(
            (status, &refused["error"]["code"]),
            (400, &json!(131_053)),
            "{mime}"
        );
    }
    for (mime, content) in [("image/png", ""), ("picture", "x")] {
        let (status, refused) = upload(&business, mime, content).await;
        assert_eq!(
            (status, &refused["error"]["code"]),
            (400, &json!(131_009)),
            "{mime}"
        );
    }
}

#[tokio::test]
async fn a_file_of_another_kind_is_taken_and_fails() {
    let business = Business::open().await;
    business.customer_writes(json!({"text": "Hi"})).await;
    let picture = uploaded(&business, "image/png").await;
    for (kind, content) in [
        ("video", json!({"id": picture})),
        ("audio", json!({"id": picture, "voice": true})),
    ] {
        let (status, answer) = send(&business, kind, content).await;
        assert_eq!(status, 200, "{answer}");
        let wamid = answer["messages"][0]["id"].as_str().unwrap();
        let failed = business.webhook.status(wamid, "failed").await;
        assert_eq!(
            failed["statuses"][0]["errors"][0]["code"], 131_053,
            "{kind}"
        );
    }
    let (_, answer) = send(&business, "document", json!({"id": picture})).await;
    let wamid = answer["messages"][0]["id"].as_str().unwrap();
    business.webhook.status(wamid, "delivered").await;
}

#[tokio::test]
async fn a_customer_sends_a_file_and_the_business_fetches_it() {
    let business = Business::open().await;
    let document = json!({"type": "document", "document": {
        "bytes_base64": STANDARD.encode("hello"), "mime_type": "text/plain", "filename": "a.txt", "caption": "Read",
    }});
    let wamid = business.customer_writes(document).await;
    let heard = business.webhook.message(&wamid).await["messages"][0]["document"].clone();
    let id = heard["id"].as_str().unwrap().to_owned();
    assert_eq!(
        heard,
        json!({
            "id": id, "mime_type": "text/plain", "filename": "a.txt", "caption": "Read",
            "sha256": "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=",
        })
    );
    let (_, file) = described(&business, &id).await;
    assert_eq!(
        business.fetch(file["url"].as_str().unwrap()).await.text,
        "hello"
    );
    let shown = business.phone().await.pop().unwrap();
    assert_eq!(shown["media"]["id"], id.as_str());
    let picture = business.get(&format!("emulator/v1/media/{id}")).await;
    assert_eq!(picture.text, "hello");

    later(&business, 7 * DAY_S).await;
    assert_eq!(described(&business, &id).await.0, 400);
}

#[tokio::test]
async fn a_customer_sends_a_file_without_any_bytes_of_their_own() {
    let business = Business::open().await;
    for (kind, mime) in [
        ("image", "image/png"),
        ("sticker", "image/webp"),
        ("audio", "audio/amr"),
        ("video", "video/mp4"),
        ("document", "application/pdf"),
    ] {
        let wamid = business
            .customer_writes(json!({"type": kind, kind: {}}))
            .await;
        let heard = business.webhook.message(&wamid).await;
        let content = &heard["messages"][0][kind];
        assert_eq!(content["mime_type"], mime, "{content}");
        assert_eq!(content["voice"].is_boolean(), kind == "audio", "{content}");
        assert_eq!(
            content["animated"].is_boolean(),
            kind == "sticker",
            "{content}"
        );
        let (status, file) = described(&business, content["id"].as_str().unwrap()).await;
        assert_eq!((status, &file["mime_type"]), (200, &json!(mime)));
    }
}

#[tokio::test]
async fn the_page_sends_a_file_as_a_form() {
    let business = Business::open().await;
    let asked = business.customer_writes(json!({"text": "Hi"})).await;
    let form = format!(
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"cat.jpg\"\r\nContent-Type: image/jpeg\r\n\r\nmeow\r\n\
        --b\r\nContent-Disposition: form-data; name=\"caption\"\r\n\r\nLook\r\n\
        --b\r\nContent-Disposition: form-data; name=\"context\"\r\n\r\n{asked}\r\n--b--\r\n"
    );
    let path = format!("emulator/v1/customers/{CUSTOMER}/messages");
    let (status, answer) = business.upload(&path, &form).await;
    assert_eq!(status, 200, "{answer}");
    let heard = business
        .webhook
        .message(answer["id"].as_str().unwrap())
        .await;
    let message = &heard["messages"][0];
    assert_eq!(
        (&message["type"], &message["image"]["caption"]),
        (&json!("image"), &json!("Look"))
    );
    assert_eq!(message["context"]["id"], asked.as_str());
    let (_, file) = described(&business, message["image"]["id"].as_str().unwrap()).await;
    assert_eq!(file["file_size"], 4);
}

/// A server with one picture, at `/cat`.
async fn pictures() -> String {
    let cat = || async { ([(CONTENT_TYPE, "image/png")], "meow") };
    let router = Router::new().route("/cat", get(cat));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    format!("http://{addr}")
}

#[tokio::test]
async fn a_link_has_to_lead_to_a_file_of_its_kind() {
    let mut business = Business::open().await;
    business.emulator.stop().await;
    let fetching = Config {
        fetch_links: true,
        ..config(business.data_dir.path())
    };
    business.emulator = dragoman_emulator::start(fetching).await.unwrap();
    business.customer_writes(json!({"text": "Hi"})).await;
    let server = pictures().await;
    for (kind, path, outcome) in [
        ("image", "cat", "delivered"),
        ("document", "cat", "delivered"),
        ("video", "cat", "failed"),
        ("image", "dog", "failed"),
    ] {
        let link = format!("{server}/{path}");
        let (status, answer) = send(&business, kind, json!({"link": link})).await;
        assert_eq!(status, 200, "{answer}");
        let wamid = answer["messages"][0]["id"].as_str().unwrap();
        business.webhook.status(wamid, outcome).await;
    }
}

#[tokio::test]
async fn a_customer_sends_what_lies_at_a_link() {
    let business = Business::open().await;
    let link = format!("{}/cat", pictures().await);
    let wamid = business
        .customer_writes(json!({"type": "document", "document": {"link": link}}))
        .await;
    let heard = business.webhook.message(&wamid).await;
    let document = &heard["messages"][0]["document"];
    assert!(document.get("link").is_none(), "{document}");
    assert_eq!(document["mime_type"], "image/png");
    let (_, file) = described(&business, document["id"].as_str().unwrap()).await;
    assert_eq!(file["file_size"], 4);
}
