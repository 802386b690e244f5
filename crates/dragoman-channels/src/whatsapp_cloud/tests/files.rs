//! Files on their way to Meta and from it.

use dragoman_core::outcome::{Failure, NotTaken, Slow};
use dragoman_core::ports::{ANSWER_LIMIT, FileBytes, Method, Reach, Uploaded};
use serde_json::{Value, json};

use super::providing::provider;
use super::*;

const MIB: usize = 1024 * 1024;
const BYTES_URL: &str = "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=900";

fn picture() -> FileBytes {
    FileBytes {
        mime_type: "image/jpeg".into(),
        filename: Some("a.jpg".into()),
        bytes: b"JFIF".to_vec(),
    }
}

async fn upload(http: &Scripted) -> Result<Uploaded, NotTaken> {
    let uploaded = provider().upload(http, &channel(), picture()).await;
    assert!(!format!("{uploaded:?}").contains("EAAaccess"));
    uploaded
}

async fn download(http: &Scripted) -> Result<FileBytes, NotTaken> {
    let file = provider().download(http, &channel(), "900").await;
    assert!(!format!("{file:?} {:?}", http.asked()).contains("EAAaccess"));
    file
}

/// What Meta says of the file `abc`.
fn described() -> Value {
    json!({
        "messaging_product": "whatsapp",
        "url": BYTES_URL,
        "mime_type": "image/jpeg",
        "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "file_size": "3",
        "id": "900"
    })
}

fn described_with(name: &str, value: Value) -> Scripted {
    let mut described = described();
    described[name] = value;
    Scripted::answers(200, described.to_string())
}

fn found() -> Scripted {
    Scripted::answers(200, described().to_string())
}

#[tokio::test]
async fn a_file_goes_up_as_a_form_and_is_known_by_an_id() {
    let http = Scripted::answers(200, r#"{"id":"900"}"#);
    let expected = Uploaded {
        provider_id: "900".into(),
        lasts: Duration::from_secs(29 * 24 * 3600),
    };
    assert_eq!(upload(&http).await, Ok(expected));
    let request = http.asked().remove(0);
    assert_eq!(request.method, Method::Post);
    assert_eq!(
        request.url,
        "https://graph.facebook.com/v23.0/100000000000001/media"
    );
    let [authorization, (_, content_type)] = &request.headers[..] else {
        panic!("{} headers", request.headers.len());
    };
    assert_eq!(authorization.1, "Bearer EAAaccess");
    let boundary = content_type
        .strip_prefix("multipart/form-data; boundary=")
        .unwrap();
    let body = String::from_utf8(request.body).unwrap();
    let parts: Vec<&str> = body.split(boundary).collect();
    let named = |name: &str| format!("\r\ncontent-disposition: form-data; name=\"{name}\"");
    assert_eq!(
        parts,
        [
            "--",
            &format!("{}\r\n\r\nwhatsapp\r\n--", named("messaging_product")),
            &format!("{}\r\n\r\nimage/jpeg\r\n--", named("type")),
            &format!(
                "{}; filename=\"a.jpg\"\r\ncontent-type: image/jpeg\r\n\r\nJFIF\r\n--",
                named("file")
            ),
            "--\r\n",
        ]
    );
}

#[tokio::test]
async fn an_upload_that_proves_nothing_is_repeated() {
    for http in [
        Scripted::answers(200, "{}"),
        Scripted::answers(200, r#"{"id":""}"#),
        Scripted::answers(200, "<html>"),
        Scripted::answers(502, "<html>Bad Gateway</html>"),
        Scripted::ends(Err(HttpError::Lost("timeout".into()))),
        Scripted::ends(Err(HttpError::NotSent("refused".into()))),
    ] {
        let not_taken = upload(&http).await.unwrap_err();
        assert_eq!(
            (not_taken.again, not_taken.slow),
            (Again::Backoff, Slow::Message)
        );
    }
}

#[tokio::test]
async fn an_upload_is_refused_by_graphs_table() {
    let refused = async |code: i64| {
        let error =
            json!({"error": {"code": code, "type": "OAuthException", "message": "EAAaccess"}});
        let http = Scripted::answers(400, error.to_string());
        let not_taken = upload(&http).await.unwrap_err();
        (not_taken.again, not_taken.slow)
    };
    assert_eq!(refused(100).await, (Again::Never, Slow::Message));
    assert_eq!(refused(130_429).await, (Again::Backoff, Slow::Channel));
    assert_eq!(refused(190).await, (Again::Backoff, Slow::Broken));
    // Of the wrong type: the same bytes would be refused again.
    assert_eq!(refused(131_053).await, (Again::Never, Slow::Message));
}

#[tokio::test]
async fn a_customers_file_comes_in_two_steps() {
    let http = found().then(200, "abc");
    let expected = FileBytes {
        mime_type: "image/jpeg".into(),
        filename: None,
        bytes: b"abc".to_vec(),
    };
    assert_eq!(download(&http).await, Ok(expected));
    let asked = http.asked();
    assert_eq!(
        asked[0].url,
        "https://graph.facebook.com/v23.0/900?phone_number_id=100000000000001"
    );
    assert_eq!(
        (asked[0].reach, asked[0].answer_limit),
        (Reach::Operator, ANSWER_LIMIT)
    );
    assert_eq!(asked[1].url, BYTES_URL);
    assert_eq!(
        (asked[1].reach, asked[1].answer_limit),
        (Reach::Public, 100 * MIB + 1)
    );
    for request in asked {
        assert_eq!(request.method, Method::Get);
        let bearer = ("authorization".into(), "Bearer EAAaccess".to_owned());
        assert!(request.headers.contains(&bearer));
    }
}

#[tokio::test]
async fn an_id_cannot_leave_its_place_in_the_address() {
    let http = found().then(200, "abc");
    let file = provider().download(&http, &channel(), "../me?x=").await;
    assert!(file.is_ok());
    assert_eq!(
        http.asked()[0].url,
        "https://graph.facebook.com/v23.0/..%2Fme%3Fx%3D?phone_number_id=100000000000001"
    );
}

#[tokio::test]
async fn the_token_only_goes_where_it_cannot_be_read_on_the_way() {
    for url in [
        "http://lookaside.fbsbx.com/a",
        "http://graph.facebook.com/a",
        "https://graph.facebook.com@example.com/a",
        "/a",
    ] {
        let http = described_with("url", json!(url));
        let not_taken = download(&http).await.unwrap_err();
        assert_eq!(not_taken.again, Again::Never, "{url}");
        assert_eq!(http.asked().len(), 1, "{url}");
    }
}

#[tokio::test]
async fn an_emulator_may_keep_the_bytes_itself() {
    let channel = with("graph_url", "http://127.0.0.1:8081");
    let http = described_with("url", json!("http://127.0.0.1:8081/media/900")).then(200, "abc");
    provider().download(&http, &channel, "900").await.unwrap();
    assert_eq!(http.asked()[1].reach, Reach::Operator);
}

#[tokio::test]
async fn an_address_that_is_gone_is_asked_for_once_more() {
    let again = described().to_string();
    let http = found().then(404, "").then(200, &*again).then(200, "abc");
    assert_eq!(&download(&http).await.unwrap().bytes, b"abc");
    assert_eq!(http.asked().len(), 4);
    let http = found().then(404, "").then(200, again).then(404, "");
    assert_eq!(download(&http).await.unwrap_err().again, Again::Never);
}

#[tokio::test]
async fn a_file_that_meta_does_not_have_never_comes() {
    for code in [100, 131_052] {
        let error = json!({"error": {"code": code, "error_subcode": 33,
            "type": "GraphMethodException", "message": "Unsupported get request"}});
        let http = Scripted::answers(400, error.to_string());
        let not_taken = download(&http).await.unwrap_err();
        assert_eq!(
            (not_taken.failure.code, not_taken.again),
            (code, Again::Never)
        );
        let http = found().then(400, error.to_string());
        assert_eq!(download(&http).await.unwrap_err().again, Again::Never);
    }
    let nowhere = Scripted::answers(404, "");
    assert_eq!(download(&nowhere).await.unwrap_err().again, Again::Never);
}

#[tokio::test]
async fn a_file_that_does_not_come_now_may_come_later() {
    let expired = json!({"error": {"code": 190, "type": "OAuthException"}}).to_string();
    let lost = || Err(HttpError::Lost("timeout".into()));
    for http in [
        Scripted::answers(401, expired),
        Scripted::answers(502, "<html>"),
        Scripted::answers(200, "<html>"),
        Scripted::ends(lost()),
        found().then(503, ""),
        found().then(302, ""),
        found().then_ends(lost()),
        found().then(200, "abd"),
    ] {
        let not_taken = download(&http).await.unwrap_err();
        assert_eq!(
            (not_taken.again, not_taken.slow),
            (Again::Backoff, Slow::Message)
        );
    }
}

#[tokio::test]
async fn a_file_without_a_digest_is_taken_as_it_comes() {
    let http = described_with("sha256", json!(null)).then(200, "abd");
    assert!(download(&http).await.is_ok());
}

#[tokio::test]
async fn a_file_of_a_hundred_mebibytes_is_the_largest() {
    let too_large = Failure::new(0, "the file is larger than 100 MiB");
    for size in [json!(100 * MIB + 1), json!((100 * MIB + 1).to_string())] {
        let http = described_with("file_size", size);
        let not_taken = download(&http).await.unwrap_err();
        assert_eq!(
            (&not_taken.failure, not_taken.again),
            (&too_large, Again::Never)
        );
        assert_eq!(http.asked().len(), 1);
    }
    let unsized_file = |length: usize| {
        let described = json!({"url": BYTES_URL, "mime_type": "video/mp4"});
        Scripted::answers(200, described.to_string()).then(200, vec![0; length])
    };
    let cut_off = download(&unsized_file(100 * MIB + 1)).await.unwrap_err();
    assert_eq!((cut_off.failure, cut_off.again), (too_large, Again::Never));
    assert!(download(&unsized_file(100 * MIB)).await.is_ok());
}

#[tokio::test]
async fn the_type_that_was_announced_counts_before_the_answers() {
    let download = async |announced: Value| {
        let bytes = Answer {
            status: 200,
            retry_after: None,
            content_type: Some("image/png".into()),
            date: None,
            body: b"abc".to_vec(),
        };
        let http = described_with("mime_type", announced).then_ends(Ok(bytes));
        download(&http).await.unwrap().mime_type
    };
    assert_eq!(&*download(json!("image/jpeg")).await, "image/jpeg");
    assert_eq!(&*download(json!(null)).await, "image/png");
}
