//! Callers who do not keep to the rules.

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::business::{Business, CUSTOMER, NUMBER, text};

/// Writes all of a body before it looks at the answer, then asks for something else on the same connection.
async fn write_on(business: &Business, method: &str, path: &str, bytes: usize) -> (u16, Value) {
    let address = business.emulator.addr;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "{method} /{path} HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\nContent-Length: {bytes}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&vec![b' '; bytes]).await.unwrap();
    let answer = read_answer(&mut stream).await;

    let next = format!("GET /emulator/v1/clock HTTP/1.1\r\nHost: {address}\r\n\r\n");
    stream.write_all(next.as_bytes()).await.unwrap();
    assert_eq!(read_answer(&mut stream).await.0, 200, "{method} {path}");
    answer
}

async fn read_answer(stream: &mut TcpStream) -> (u16, Value) {
    let mut read = Vec::new();
    loop {
        assert_ne!(stream.read_buf(&mut read).await.unwrap(), 0, "closed");
        let text = String::from_utf8_lossy(&read);
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "));
        if body.len() < length.unwrap().parse().unwrap() {
            continue;
        }
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        return (status, serde_json::from_str(body).unwrap_or_default());
    }
}

#[tokio::test]
async fn who_writes_too_much_hears_so_at_the_end() {
    let business = Business::open().await;
    let large = 30 << 20;
    for path in [format!("v23.0/{NUMBER}/messages"), "123".to_owned()] {
        let (status, answer) = write_on(&business, "POST", &path, large).await;
        assert_eq!((status, &answer["error"]["code"]), (413, &json!(100)));
    }
    for (method, path) in [
        ("PUT", format!("apps/{NUMBER}")),
        ("PUT", format!("customers/{CUSTOMER}")),
        ("POST", format!("customers/{CUSTOMER}/messages")),
        ("PUT", "faults".to_owned()),
        ("POST", "clock".to_owned()),
    ] {
        let path = format!("emulator/v1/{path}");
        let (status, answer) = write_on(&business, method, &path, large).await;
        assert_eq!(status, 413, "{path}");
        assert!(answer["error"]["message"].is_string(), "{path}: {answer}");
    }
    assert!(business.ledger().await.is_empty());
}

#[tokio::test]
async fn a_body_that_nobody_asked_for_does_no_harm() {
    let business = Business::open().await;
    let bytes = 3 << 20;
    for (method, path, expected) in [
        ("GET", "emulator/v1/requests".to_owned(), 200),
        (
            "POST",
            format!("emulator/v1/customers/{CUSTOMER}/read"),
            404,
        ),
        ("POST", "emulator/v1/nothing".to_owned(), 404),
        ("POST", "emulator/v1/requests".to_owned(), 405),
        ("GET", String::new(), 200),
    ] {
        let (status, _) = write_on(&business, method, &path, bytes).await;
        assert_eq!(status, expected, "{method} {path}");
    }
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_in_words_and_changes_nothing() {
    let business = Business::open().await;
    business.customer_writes(json!({"text": "Hi"})).await;
    let app = |key: &str, value: Value| {
        let mut app = json!({"waba_id": "2", "access_token": "t"});
        app[key] = value;
        ("PUT", "apps/300", app)
    };
    let customer = |change: Value| ("PUT", "customers/31612345678", change);
    let message = |message: Value| ("POST", "customers/31612345678/messages", message);
    let verdict = |verdict: Value| ("PUT", "templates/200000000000001/order", verdict);
    let fault = |rule: Value| ("PUT", "faults", json!({"rules": [rule]}));
    let ahead = |by: Value| ("POST", "clock", json!({"advance_s": by}));
    for (method, path, body) in [
        ("PUT", "apps/300", json!([])),
        ("PUT", "apps/300", json!({})),
        (
            "PUT",
            "apps/three",
            json!({"waba_id": "2", "access_token": "t"}),
        ),
        app("waba_id", json!(2)),
        app("webhook_url", json!(7)),
        app("webhook_url", json!("https://example.com/in")),
        app("webhook_url", json!("")),
        app("display_phone_number", json!("unlisted")),
        ("PUT", "customers/john", json!({})),
        ("PUT", "customers/%ff", json!({})),
        customer(json!("offline")),
        customer(json!({"online": "no"})),
        customer(json!({"phone": 31612345678_u64})),
        customer(json!({"phone": "abc"})),
        customer(json!({"bsuid": "31612345678"})),
        customer(json!({"hides_number": true})),
        customer(json!({"hides_number": "yes"})),
        verdict(json!({})),
        verdict(json!({"status": "SPLENDID"})),
        verdict(json!({"status": "DELETED"})),
        message(json!("Hi")),
        message(json!({})),
        message(json!({"text": 5})),
        message(json!({"type": 5})),
        message(json!({"type": "text", "text": 5})),
        message(json!({"type": "location", "location": [1, 2]})),
        message(json!({"type": "contacts", "contacts": {}})),
        message(json!({"type": "image", "image": {"bytes_base64": "%"}})),
        message(json!({"type": "image", "image": {"mime_type": "image\npng"}})),
        message(json!({"type": "image", "image": {"link": "file:///etc/hosts"}})),
        message(json!({"text": "Hi", "context": "wamid.X"})),
        message(json!({"text": "Hi", "referral": true})),
        message(json!({"text": "Hi", "phone_number_id": 100_000_000_000_001_u64})),
        message(json!({"text": "Hi", "phone_number_id": "main"})),
        ("POST", "customers/john/read", Value::Null),
        ("GET", "customers/john/messages", Value::Null),
        ("PUT", "faults", json!({"seed": -1})),
        ("PUT", "faults", json!({"rules": {}})),
        fault(json!({"rate": 2, "do": {"kind": "error"}})),
        fault(json!({"do": {"kind": "delay", "delay_ms": -1}})),
        fault(json!({"do": {"kind": "delay", "delay_ms": 1e18}})),
        ahead(json!(-1)),
        ahead(json!(1.5)),
        ahead(json!("1")),
        ahead(json!(1e18)),
        ahead(json!(1_000_000_000_000_000_000_u64)),
        ahead(json!(u64::MAX)),
        ("POST", "clock", Value::Null),
        ("GET", "requests?after=-1", Value::Null),
        ("GET", "requests?after=99999999999999999999", Value::Null),
    ] {
        let call = format!("{method} {path} {body}");
        let (status, answer) = business
            .call(method, &format!("emulator/v1/{path}"), body)
            .await;
        assert_eq!(status, 400, "{call}: {answer}");
        assert!(answer["error"]["message"].is_string(), "{call}: {answer}");
    }
    assert_eq!(business.phone().await.len(), 1);
    let clock = business.control("GET", "clock", Value::Null).await;
    assert_eq!(clock["offset_s"], 0);
    business.send(text("All is well")).await;
}

#[tokio::test]
async fn who_registers_a_number_last_has_it() {
    let business = Business::open().await;
    let other = Business::open().await;
    let app = other.app();
    business
        .control("PUT", &format!("apps/{NUMBER}"), app)
        .await;
    let wamid = business
        .customer_writes(json!({"text": "Who is there?"}))
        .await;
    other.webhook.message(&wamid).await;
    assert!(business.webhook.values().is_empty());
}

#[tokio::test]
async fn no_two_businesses_have_the_same_phone_number() {
    let business = Business::open().await;
    let app = json!({"waba_id": "2", "access_token": "t", "display_phone_number": "+31 20 123"});
    business.control("PUT", "apps/300", app.clone()).await;
    business.control("PUT", "apps/300", app.clone()).await;
    let (status, answer) = business.call("PUT", "emulator/v1/apps/400", app).await;
    assert_eq!(
        (status, &answer["error"]["message"]),
        (400, &json!("3120123 is the number of 300"))
    );
}

#[tokio::test]
async fn a_customer_cannot_take_the_name_of_another() {
    let business = Business::open().await;
    business.control("PUT", "customers/US.1", json!({})).await;
    for change in [
        json!({"bsuid": "US.1"}),
        json!({"phone": CUSTOMER}),
        json!({"wa_id": CUSTOMER}),
    ] {
        let taken = business.customer_writes(json!({"text": "Hi"})).await;
        let (status, answer) = business
            .call("PUT", "emulator/v1/customers/49170", change.clone())
            .await;
        assert_eq!(status, 400, "{change} {answer}");
        assert_eq!(business.phone().await.last().unwrap()["id"], taken);
    }
    let own = json!({"phone": CUSTOMER, "bsuid": "NL.7"});
    business
        .control("PUT", &format!("customers/{CUSTOMER}"), own.clone())
        .await;
    business
        .control("PUT", &format!("customers/{CUSTOMER}"), own)
        .await;
}

#[tokio::test]
async fn uploaded_pages_are_kept_from_acting() {
    let business = Business::open().await;
    let form = "--b\r\nContent-Disposition: form-data; name=\"messaging_product\"\r\n\r\nwhatsapp\r\n\
        --b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.html\"\r\nContent-Type: text/html\r\n\r\n\
        <script>\r\n--b--\r\n";
    let (_, uploaded) = business.upload(&format!("{NUMBER}/media"), form).await;
    let id = uploaded["id"].as_str().unwrap();
    let (_, file) = business.call("GET", id, Value::Null).await;
    let shown = format!("http://{}/emulator/v1/media/{id}", business.emulator.addr);
    for address in [file["url"].as_str().unwrap(), &shown] {
        let answer = business.fetch(address).await;
        assert_eq!(
            answer.headers["content-security-policy"],
            "sandbox; default-src 'none'"
        );
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
        assert_eq!(answer.text, "<script>");
    }
}
