//! The script is stricter than the author of a test.

use std::time::Duration;

use dragoman_core::ports::{ANSWER_LIMIT, Reach};

use super::*;

const URL: &str = "https://graph.example.com/1/messages";

fn request(url: &str) -> Request {
    Request {
        method: Method::Post,
        url: url.to_owned(),
        headers: Vec::new(),
        body: b"{}".to_vec(),
        timeout: Duration::from_secs(1),
        reach: Reach::Operator,
        answer_limit: ANSWER_LIMIT,
        trust: None,
    }
}

async fn post(http: &ScriptedHttp, url: &str) -> Result<Answer, HttpError> {
    http.call(request(url)).await
}

#[tokio::test]
async fn answers_to_one_address_come_in_the_order_of_the_script() {
    let http = ScriptedHttp::new();
    http.answer(Method::Post, URL, 429, "slowly")
        .fail(
            Method::Post,
            "http://127.0.0.1:1/",
            HttpError::Lost("reset".into()),
        )
        .answer(Method::Post, URL, 200, "{}");
    assert_eq!(post(&http, URL).await.unwrap().status, 429);
    assert_eq!(post(&http, URL).await.unwrap().status, 200);
    assert!(post(&http, "http://127.0.0.1:1/").await.is_err());
    assert_eq!(http.requests().len(), 3);
}

#[tokio::test]
async fn a_file_comes_with_its_type_and_no_more_of_it_than_was_asked_for() {
    let http = ScriptedHttp::new();
    http.file(URL, "image/png", "0123456789");
    let request = Request {
        method: Method::Get,
        answer_limit: 4,
        ..request(URL)
    };
    let answer = http.call(request).await.unwrap();
    assert_eq!(answer.content_type.as_deref(), Some("image/png"));
    assert_eq!(answer.body, b"0123");
}

#[tokio::test]
#[should_panic(
    expected = "scripted answers not used: [\"Post https://graph.example.com/1/messages\"]"
)]
async fn an_answer_that_nobody_asked_for_fails_the_test() {
    ScriptedHttp::new().answer(Method::Post, URL, 200, "");
}

#[tokio::test]
#[should_panic(expected = "no scripted answer to Post https://graph.example.com/1/messages")]
async fn a_request_without_an_answer_fails_the_test() {
    let http = ScriptedHttp::new();
    drop(post(&http, URL).await);
}

#[tokio::test]
#[should_panic(expected = "no scripted answer to Post https://graph.example.com/1/messages")]
async fn a_request_without_an_answer_fails_the_test_also_from_a_task_that_nobody_watches() {
    let http = std::sync::Arc::new(ScriptedHttp::new());
    let shared = http.clone();
    let task = tokio::spawn(async move { drop(post(&shared, URL).await) });
    assert!(task.await.is_err());
}

#[tokio::test]
#[should_panic(expected = "no scripted answer to Post https://graph.facebook.com/1/messages")]
async fn another_host_is_refused_even_when_it_is_scripted() {
    let http = ScriptedHttp::new();
    let url = "https://graph.facebook.com/1/messages";
    http.answer(Method::Post, url, 200, "");
    drop(post(&http, url).await);
}

#[test]
fn only_the_loopback_interface_and_the_example_name_are_allowed() {
    for url in [
        "http://127.0.0.1:8081/x",
        "http://[::1]:80/",
        "https://example.com?x=1",
        "http://localhost:1",
    ] {
        assert!(is_allowed(url), "{url}");
    }
    for url in [
        "http://10.0.0.1/",
        "https://badexample.com/",
        "https://127.0.0.1.evil.org/",
        "example.com",
    ] {
        assert!(!is_allowed(url), "{url}");
    }
    assert!(!is_allowed("http://example.com@evil.org/"));
}
