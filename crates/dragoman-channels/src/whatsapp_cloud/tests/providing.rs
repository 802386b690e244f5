//! What Meta keeps for a channel: lists in pages, a number, what was read, and errors.

use std::sync::LazyLock;

use dragoman_core::content::Kind;
use dragoman_core::outcome::Failure;
use dragoman_core::ports::{Method, OfferedTemplate, Provider, Sender};
use dragoman_core::template::{Category, Header, TemplateStatus};
use serde_json::{Value, json};

use super::*;

pub(super) fn provider() -> &'static dyn Provider {
    static DRIVER: LazyLock<WhatsappCloud> = LazyLock::new(WhatsappCloud::default);
    DRIVER.provider().expect("there are templates")
}

/// The object of an authorised POST.
pub(super) fn posted(request: &Request) -> Value {
    assert_eq!(request.method, Method::Post);
    let headers = [
        ("authorization".into(), "Bearer EAAaccess".to_owned()),
        ("content-type".into(), "application/json".to_owned()),
    ];
    assert_eq!(request.headers, headers);
    serde_json::from_slice(&request.body).unwrap()
}

async fn templates(http: &Scripted) -> Result<Vec<OfferedTemplate>, Failure> {
    provider().templates(http, &channel()).await
}

/// The template of which Meta says this.
async fn one(template: Value) -> Option<OfferedTemplate> {
    let page = json!({ "data": [template] }).to_string();
    let mut offered = templates(&Scripted::answers(200, &page)).await.unwrap();
    assert!(offered.len() <= 1);
    offered.pop()
}

fn plain(category: &str, status: &str, components: Value) -> Value {
    json!({"name": "a", "language": "en", "category": category, "status": status,
        "components": components})
}

#[tokio::test]
async fn every_page_is_asked_for_at_our_own_address() {
    let http = Scripted::answers(200, include_str!("../fixtures/templates_first_page.json"))
        .then(200, include_str!("../fixtures/templates_last_page.json"));
    let names = templates(&http).await.unwrap().into_iter();
    let names: Vec<String> = names.map(|template| template.name.into()).collect();
    assert_eq!(names, ["order", "photo", "code", "pickup"]);
    let first = "https://graph.facebook.com/v23.0/200000000000001/message_templates\
        ?fields=name,language,status,category,components&limit=100";
    let asked = http.asked();
    let urls: Vec<&str> = asked.iter().map(|request| &*request.url).collect();
    assert_eq!(urls, [first, &format!("{first}&after=QVFJ%2B%2F%3D")]);
    for request in &asked {
        assert_eq!(request.method, Method::Get);
        let bearer = ("authorization".into(), "Bearer EAAaccess".to_owned());
        assert_eq!(request.headers, [bearer]);
        assert!(!format!("{request:?}").contains("EAAaccess"));
    }
}

#[tokio::test]
async fn a_template_is_read_whole_and_those_beside_it_do_not_matter() {
    let page: Value =
        serde_json::from_str(include_str!("../fixtures/templates_first_page.json")).unwrap();
    let page = json!({ "data": page["data"] }).to_string();
    let offered = templates(&Scripted::answers(200, &page)).await.unwrap();
    let order = OfferedTemplate {
        name: "order".into(),
        language: "en_US".into(),
        category: Category::Utility,
        status: TemplateStatus::Approved,
        header: Header::Text("Order {{1}}".into()),
        body: "Hello {{1}}, your order is on its way.".into(),
        footer: Some("Reply STOP to stop".into()),
        buttons: vec!["Thanks".into(), "Follow it".into(), "COPY_CODE".into()],
    };
    let photo = OfferedTemplate {
        name: "photo".into(),
        language: "nl".into(),
        category: Category::Marketing,
        status: TemplateStatus::Paused,
        header: Header::Media(Kind::Image),
        body: "Look, {{first_name}}!".into(),
        footer: None,
        buttons: Vec::new(),
    };
    assert_eq!(offered, [order, photo]);
}

#[tokio::test]
async fn an_authentication_template_without_text_shows_the_code() {
    let page = include_str!("../fixtures/templates_last_page.json");
    let offered = templates(&Scripted::answers(200, page)).await.unwrap();
    let code = &offered[0];
    assert_eq!(
        (&*code.body, code.category),
        ("{{1}}", Category::Authentication)
    );
    assert_eq!(
        (&code.footer, &*code.buttons),
        (&None, &["Copy code".into()][..])
    );
}

#[tokio::test]
async fn every_header_is_known_or_its_template_left_out() {
    let header = async |header: Value| {
        let body = json!({"type": "BODY", "text": "Hi"});
        let read = one(plain("UTILITY", "APPROVED", json!([header, body]))).await;
        read.map(|template| template.header)
    };
    let of_format = async |format: &str| header(json!({"type": "HEADER", "format": format})).await;
    assert_eq!(header(json!({"type": "FOOTER"})).await, Some(Header::None));
    assert_eq!(of_format("VIDEO").await, Some(Header::Media(Kind::Video)));
    assert_eq!(
        of_format("DOCUMENT").await,
        Some(Header::Media(Kind::Document))
    );
    assert_eq!(of_format("location").await, Some(Header::Location));
    for format in ["TEXT", "GIF", "PRODUCT", "HOLOGRAM"] {
        assert_eq!(of_format(format).await, None, "{format}");
    }
}

#[tokio::test]
async fn only_what_meta_calls_approved_is_approved() {
    let body = json!([{"type": "BODY", "text": "Hi"}]);
    for (words, expected) in [
        (
            &[
                "APPROVED",
                "approved",
                "FLAGGED",
                "REINSTATED",
                "UNARCHIVED",
            ][..],
            TemplateStatus::Approved,
        ),
        (
            &["PENDING", "IN_APPEAL", "A_NEW_WORD", ""],
            TemplateStatus::Pending,
        ),
        (&["REJECTED", "LIMIT_EXCEEDED"], TemplateStatus::Rejected),
        (&["PAUSED"], TemplateStatus::Paused),
        (
            &["DISABLED", "LOCKED", "ARCHIVED"],
            TemplateStatus::Disabled,
        ),
        (&["PENDING_DELETION", "DELETED"], TemplateStatus::Deleted),
    ] {
        for word in words {
            let status = one(plain("UTILITY", word, body.clone()))
                .await
                .unwrap()
                .status;
            assert_eq!(status, expected, "{word}");
        }
    }
}

#[tokio::test]
async fn a_category_that_we_do_not_know_keeps_its_template() {
    let body = json!([{"type": "BODY", "text": "Hi"}]);
    for (word, expected) in [
        ("MARKETING", Category::Marketing),
        ("authentication", Category::Authentication),
        ("SERVICE_OF_TOMORROW", Category::Utility),
        ("", Category::Utility),
    ] {
        let category = one(plain(word, "APPROVED", body.clone()))
            .await
            .unwrap()
            .category;
        assert_eq!(category, expected, "{word}");
    }
    assert_eq!(one(plain("UTILITY", "APPROVED", json!([]))).await, None);
}

#[tokio::test]
async fn a_list_that_does_not_end_is_a_failure_and_not_a_part_of_it() {
    let page = |paging: Value| json!({"data": [], "paging": paging}).to_string();
    let lost = page(json!({"next": "https://graph.facebook.com/?after=x"}));
    let failure = templates(&Scripted::answers(200, &lost)).await.unwrap_err();
    assert_eq!(&*failure.title, "a page of templates without a cursor");

    let round = page(json!({"next": "https://graph.facebook.com/", "cursors": {"after": "a"}}));
    let mut http = Scripted::answers(200, &round);
    for _ in 1..500 {
        http = http.then(200, &round);
    }
    let failure = templates(&http).await.unwrap_err();
    assert_eq!(
        &*failure.title,
        "the provider's list of templates does not end"
    );
    assert_eq!(http.asked().len(), 500);
}

#[tokio::test]
async fn an_error_is_told_in_the_providers_words_without_the_token() {
    let failure = async |status, body: &str| {
        templates(&Scripted::answers(status, body))
            .await
            .unwrap_err()
    };
    let refused = failure(401, include_str!("../fixtures/answer_malformed_token.json")).await;
    assert_eq!(
        (refused.code, &*refused.title),
        (190, "Malformed access token ***")
    );
    let page = failure(502, "<html>Bad Gateway</html>").await;
    let expected = Failure::new(0, "the provider did not answer")
        .because("status 502 without graph's error envelope");
    assert_eq!(page, expected);
    let odd = failure(200, "[]").await;
    assert_eq!(&*odd.title, "the provider's answer is not understood");
    for error in [
        HttpError::NotSent("down".into()),
        HttpError::Lost("down".into()),
    ] {
        let failure = templates(&Scripted::ends(Err(error))).await.unwrap_err();
        assert_eq!(
            failure,
            Failure::new(0, "provider not reachable").because("down")
        );
    }
}

#[tokio::test]
async fn a_number_is_told_as_digits_or_not_at_all() {
    for (body, expected) in [
        (
            r#"{"display_phone_number":"+31 20 123-4567","id":"1"}"#,
            Some("31201234567"),
        ),
        (r#"{"id":"1"}"#, None),
        (r#"{"display_phone_number":"unknown"}"#, None),
    ] {
        let http = Scripted::answers(200, body);
        let sender = provider().sender(&http, &channel()).await.unwrap();
        assert_eq!(sender.phone.as_deref(), expected, "{body}");
        assert_eq!(
            http.asked()[0].url,
            "https://graph.facebook.com/v23.0/100000000000001\
             ?fields=display_phone_number,verified_name,status,quality_rating,is_pin_enabled"
        );
    }
}

#[tokio::test]
async fn what_meta_says_of_a_number_is_told_in_its_words() {
    let body = r#"{"display_phone_number":"+31201234567","verified_name":"Shop",
        "status":"CONNECTED","quality_rating":"GREEN","is_pin_enabled":true,"id":"1"}"#;
    let http = Scripted::answers(200, body);
    let expected = Sender {
        phone: Some("31201234567".into()),
        name: Some("Shop".into()),
        status: Some("CONNECTED".into()),
        has_pin: Some(true),
        quality: Some("GREEN".into()),
        clock: None,
    };
    assert_eq!(provider().sender(&http, &channel()).await, Ok(expected));
}

#[tokio::test]
async fn a_message_is_marked_as_read_where_messages_are_sent() {
    let http = Scripted::answers(200, r#"{"success":true}"#);
    let read = provider().mark_read(&http, &channel(), "wamid.IN1").await;
    assert_eq!(read, Ok(()));
    let asked = http.asked();
    assert_eq!(
        asked[0].url,
        "https://graph.facebook.com/v23.0/100000000000001/messages"
    );
    assert_eq!(
        posted(&asked[0]),
        json!({"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.IN1"})
    );
}

#[tokio::test]
async fn only_graphs_word_is_a_success() {
    let read = async |status, body: &str| {
        let http = Scripted::answers(status, body);
        provider().mark_read(&http, &channel(), "wamid.IN1").await
    };
    assert_eq!(read(200, r#"{"success":true,"data":[]}"#).await, Ok(()));
    let told = |title: &str| Err(Failure::new(0, title));
    assert_eq!(
        read(200, r#"{"success":false}"#).await,
        told("the provider did not do it")
    );
    for odd in [
        "<html>Sign in</html>",
        "{}",
        r#"{"success":"true"}"#,
        "true",
    ] {
        let failure = read(200, odd).await.unwrap_err();
        assert_eq!(&*failure.title, "the provider's answer is not understood");
    }
    let refused = read(401, include_str!("../fixtures/answer_malformed_token.json")).await;
    assert_eq!(&*refused.unwrap_err().title, "Malformed access token ***");
}

#[test]
fn channels_of_one_business_account_have_the_same_templates() {
    let shares = |one: &Channel, other: &Channel| provider().shares_templates(one, other);
    let meta = "https://graph.facebook.com/";
    assert!(shares(&channel(), &with("access_token", "other")));
    assert!(shares(&channel(), &with("graph_url", meta)));
    assert!(!shares(
        &channel(),
        &with("graph_url", "http://127.0.0.1:8081")
    ));
    assert!(!shares(&channel(), &with("waba_id", "200000000000002")));
    assert_eq!(provider().business(&channel()), "200000000000001");
}
