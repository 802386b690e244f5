use dragoman_core::Id;
use dragoman_core::catalog::Retiring;
use standardwebhooks::Webhook;

use super::*;

const NEW: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=";
const OLD: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
/// As the Callbell dialect makes them: 32 digits are 24 bytes too.
const CALLBELLS: &str = "whsec_0123456789abcdef0123456789abcdef";
const BODY: &[u8] = br#"{"type":"message.sent"}"#;

/// The verifier judges by the machine's clock.
fn now() -> Timestamp {
    let since = std::time::UNIX_EPOCH.elapsed().unwrap();
    Timestamp::from_seconds(since.as_secs() as i64)
}

fn subscription(secret: Option<&str>) -> Subscription {
    Subscription {
        id: Id::from_u128(1),
        account: Id::from_u128(2),
        channel: None,
        url: "https://app.example/hook".into(),
        format: "dragoman".into(),
        events: Vec::new(),
        secret: secret.map(Secret::new),
        retiring: None,
        concurrency: 4,
        ordered: false,
        settings: None,
        since: 0,
        trust: None,
        enabled: true,
        stopped: None,
        created_at: now(),
    }
}

fn signed(subscription: &Subscription) -> Vec<(Cow<'static, str>, String)> {
    let id = EventId { seq: 7, at: now() };
    headers(subscription, id, BODY, now())
}

fn is_taken(secret: &str, signed: &[(Cow<'static, str>, String)], body: &[u8]) -> bool {
    let mut headers = http::HeaderMap::new();
    for (name, value) in signed {
        headers.insert(
            name.parse::<http::HeaderName>().unwrap(),
            value.parse().unwrap(),
        );
    }
    let verifier = Webhook::new(secret).unwrap();
    verifier.verify(body, &headers).is_ok()
}

#[test]
fn an_independent_verifier_takes_the_bytes_that_were_signed_and_no_others() {
    for secret in [NEW, OLD, CALLBELLS] {
        let signed = signed(&subscription(Some(secret)));
        assert!(is_taken(secret, &signed, BODY), "{secret}");
        assert!(!is_taken(secret, &signed, b"{}"), "{secret}");
    }
    assert!(!is_taken(OLD, &signed(&subscription(Some(NEW))), BODY));
}

#[test]
fn an_old_secret_is_good_for_a_while_beside_the_new_one() {
    let until = |until| Subscription {
        retiring: Some(Retiring {
            secret: Secret::new(OLD),
            until,
        }),
        ..subscription(Some(NEW))
    };
    let rotating = signed(&until(now().plus(std::time::Duration::from_secs(60))));
    assert!(is_taken(NEW, &rotating, BODY) && is_taken(OLD, &rotating, BODY));
    let over = signed(&until(Timestamp::from_seconds(0)));
    assert!(is_taken(NEW, &over, BODY) && !is_taken(OLD, &over, BODY));
}

#[test]
fn a_secret_of_another_form_signs_nothing() {
    for secret in [
        None,
        Some("plain"),
        Some("whsec_"),
        Some("whsec_c2hvcnQ="),
        Some("whsec_~"),
    ] {
        assert_eq!(signed(&subscription(secret)), [], "{secret:?}");
    }
}
