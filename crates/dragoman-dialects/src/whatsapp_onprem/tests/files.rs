//! Files that clients upload, fetch and delete.

use axum::body::Body;
use axum::http::{HeaderMap, Request};
use dragoman_core::Id;
use dragoman_core::file::File;
use dragoman_core::ports::{Files, Objects};
use dragoman_testkit::tenant;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::attachments::keep;
use super::client::Client;
use super::doubles::{ACCOUNT, DEMO, NOW};
use crate::whatsapp_onprem::limits::UPLOAD;

const PATH: &str = "/onprem/demo/v1/media";
pub(super) const PNG: &[u8] = b"\x89PNG\r\n\x1a\nrest";

/// A status and the first error's code, or the id of the file.
type Uploaded = Result<String, (u16, i64)>;

pub(super) async fn upload(client: &Client, content_type: &str, bytes: &[u8]) -> Uploaded {
    let headers = [("content-type", content_type)];
    let headers = if content_type.is_empty() {
        &[][..]
    } else {
        &headers
    };
    let answer = client.raw("POST", PATH, bytes.to_vec(), headers).await;
    let body: Value = serde_json::from_slice(&answer.2).unwrap();
    match body["media"][0]["id"].as_str() {
        Some(id) => Ok(id.to_owned()),
        None => Err((answer.0, body["errors"][0]["code"].as_i64().unwrap())),
    }
}

async fn fetch(client: &Client, id: &str) -> (u16, HeaderMap, Vec<u8>) {
    let path = format!("{PATH}/{id}");
    client.raw("GET", &path, Vec::new(), &[]).await
}

#[tokio::test]
async fn what_was_uploaded_is_fetched_again_by_both_spellings_of_its_id() {
    let client = Client::logged_in("clerk").await;
    let id = upload(&client, "image/png", PNG).await.unwrap();
    assert_eq!((id.len(), id.to_lowercase()), (36, id.clone()));
    for spelling in [id.clone(), id.replace('-', "")] {
        let (status, headers, bytes) = fetch(&client, &spelling).await;
        assert_eq!((status, bytes.as_slice()), (200, PNG));
        assert_eq!(headers["content-type"], "image/png");
        assert_eq!(headers["content-length"], "12");
        assert_eq!(headers["content-disposition"], "attachment");
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert!(
            headers["content-security-policy"]
                .to_str()
                .unwrap()
                .contains("sandbox")
        );
    }
}

#[tokio::test]
async fn fetching_a_file_is_using_it() {
    let client = Client::logged_in("clerk").await;
    let id = upload(&client, "image/png", PNG).await.unwrap();
    client.house.clock.shift(std::time::Duration::from_secs(60));
    fetch(&client, &id).await;
    let kept = client
        .house
        .files
        .file(tenant(ACCOUNT), id.parse().unwrap())
        .await;
    let kept = kept.unwrap().unwrap();
    assert_eq!((kept.created_at, kept.channel), (NOW, DEMO));
    assert_eq!(kept.used_at.since(NOW).as_secs(), 60);
}

#[tokio::test]
async fn a_form_with_one_file_is_taken_apart() {
    let client = Client::logged_in("clerk").await;
    let form = b"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"r\xc3\xa9sum\xc3\xa9.pdf\"\r\n\
        Content-Type: application/pdf\r\n\r\n%PDF\r\n--b--\r\n";
    let form_type = "multipart/form-data; boundary=b";
    let id = upload(&client, form_type, form).await.unwrap();
    let (_, headers, bytes) = fetch(&client, &id).await;
    assert_eq!(bytes, b"%PDF");
    assert_eq!(headers["content-type"], "application/pdf");
    let named = "attachment; filename*=UTF-8''r%C3%A9sum%C3%A9%2Epdf";
    assert_eq!(headers["content-disposition"], named);
    assert_eq!(upload(&client, form_type, b"x").await, Err((400, 1025)));
    let odd = b"--b\r\nContent-Type: text/plain; x=\0\r\n\r\nx\r\n--b--";
    assert_eq!(upload(&client, form_type, odd).await, Err((400, 1009)));
    let odd = b"--b\r\nContent-Disposition: x; filename=\"a\0\"\r\n\r\nx\r\n--b--";
    let id = upload(&client, form_type, odd).await.unwrap();
    let (_, headers, _) = fetch(&client, &id).await;
    assert_eq!(headers["content-disposition"], "attachment");
}

#[tokio::test]
async fn what_cannot_be_a_file_is_refused() {
    let client = Client::logged_in("clerk").await;
    for (content_type, bytes, expected) in [
        ("image/png", &b""[..], (400, 1008)),
        ("", PNG, (400, 1008)),
        ("png", PNG, (400, 1009)),
        ("image/", PNG, (400, 1009)),
        ("application/x-www-form-urlencoded", PNG, (400, 1009)),
        ("image/jpeg", PNG, (400, 1014)),
        ("IMAGE/PNG; x=y", b"\xff\xd8\xff", (400, 1014)),
        ("image/webp", b"RIFF1234WAVE", (400, 1014)),
    ] {
        let refused = upload(&client, content_type, bytes).await;
        assert_eq!(refused, Err(expected), "{content_type}");
    }
    let large = vec![0; UPLOAD + 1];
    let refused = upload(&client, "text/plain", &large).await;
    assert_eq!(refused, Err((413, 1025)));
}

#[tokio::test]
async fn when_files_fill_the_memory_the_next_one_is_told_to_come_again() {
    let client = Client::logged_in("clerk").await;
    let id = Id::from_u128(79);
    keep(&client, 79, "text/plain", 256 << 20, b"x").await;
    let request = Request::get(format!("{PATH}/{}", id.dashed()))
        .header("authorization", &client.authorization)
        .body(Body::empty());
    let unread = client
        .router
        .clone()
        .oneshot(request.unwrap())
        .await
        .unwrap();
    assert_eq!(unread.status().as_u16(), 200);
    assert_eq!(upload(&client, "image/png", PNG).await, Err((503, 1016)));
    let (status, headers, _) = fetch(&client, &id.dashed()).await;
    assert_eq!((status, headers.contains_key("retry-after")), (503, true));
    drop(unread);
    assert!(upload(&client, "image/png", PNG).await.is_ok());
}

#[tokio::test]
async fn a_deleted_file_is_gone() {
    let client = Client::logged_in("clerk").await;
    let id = upload(&client, "text/plain; charset=utf-8", b"Hi")
        .await
        .unwrap();
    let path = format!("{PATH}/{id}");
    assert_eq!(client.call("DELETE", &path, "").await.status, 200);
    for method in ["GET", "DELETE"] {
        assert_eq!(client.call(method, &path, "").await.code(), (404, 1006));
    }
}

#[tokio::test]
async fn anothers_file_is_like_one_that_there_is_not() {
    let client = Client::logged_in("clerk").await;
    let neighbour = Id::from_u128(80);
    let of_another_account = kept(&client, 77, Id::from_u128(99), DEMO).await;
    let of_another_channel = kept(&client, 79, ACCOUNT, neighbour).await;
    let nobodys = Id::from_u128(78).dashed();
    for id in [
        of_another_account,
        of_another_channel,
        nobodys,
        "x".to_owned(),
    ] {
        let path = format!("{PATH}/{id}");
        for method in ["GET", "DELETE"] {
            let answer = client.call(method, &path, "").await;
            assert_eq!(answer.code(), (404, 1006), "{method} {id}");
            assert_eq!(answer.details(), "There is no such file.");
        }
        let message = json!({ "to": "31612345678", "type": "image", "image": { "id": id } });
        let refused = client.send(message).await;
        assert_eq!(
            (refused.code(), refused.details()),
            ((400, 1006), "image.id is unknown")
        );
    }
}

async fn kept(client: &Client, id: u128, account: Id, channel: Id) -> String {
    let id = Id::from_u128(id);
    let foreign = File {
        id,
        account,
        channel,
        mime_type: "image/png".into(),
        size: 1,
        sha256: [0; 32],
        filename: None,
        created_at: NOW,
        used_at: NOW,
    };
    client.house.files.keep_file(foreign).await.unwrap();
    client.house.files.put(id, vec![1]).await.unwrap();
    id.dashed()
}
