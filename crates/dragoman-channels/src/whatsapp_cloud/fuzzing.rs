//! Bytes from anywhere, where Meta's or a customer's are expected.

use dragoman_core::ports::{Answer, FileBytes};
use hmac::{Hmac, KeyInit, Mac};
use serde::de::IgnoredAny;
use sha2::Sha256;

use super::{multipart, receive, wire};
use crate::graph::{self, Codes};

const SECRET: &str = "geheim";

/// The body of a webhook whose signature is good.
pub fn webhook(body: &[u8]) {
    if let Ok(received) = receive::read(body) {
        let is_json = serde_json::from_slice::<IgnoredAny>(body).is_ok();
        assert!(is_json, "{received:?}");
    }
}

/// What stands in the header of a webhook's signature: only the one of the body is good.
pub fn signature(header: &[u8]) {
    let body = b"{}";
    let header = String::from_utf8_lossy(header);
    let mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("any length will do");
    let mac = mac.chain_update(body).finalize().into_bytes();
    let hex: String = mac.iter().map(|byte| format!("{byte:02x}")).collect();
    let good = format!("sha256={hex}");
    let is_good = header.trim().eq_ignore_ascii_case(&good) && header.contains("sha256=");
    assert_eq!(graph::is_signed(SECRET, Some(&header), body), is_good);
    assert!(!graph::is_signed("", Some(&header), body));
}

/// An answer to a POST: three digits of its status, and its body.
pub fn answer(status_and_body: &[u8]) {
    let (status, body) = status_and_body.split_at(status_and_body.len().min(3));
    let status = std::str::from_utf8(status).ok();
    let answer = Answer {
        status: status.and_then(|digits| digits.parse().ok()).unwrap_or(200),
        retry_after: None,
        content_type: None,
        date: None,
        body: body.to_vec(),
    };
    let judged = format!("{:?}", Codes::default().judge(&answer, 0, "EAAaccess"));
    assert!(!judged.contains("EAAaccess"), "{judged}");
    if let Ok(taken) = serde_json::from_slice::<wire::Taken<'_>>(body) {
        let _: Option<wire::TakenMessage<'_>> = wire::part(taken.messages.first().copied());
    }
}

/// A file on its way to Meta: two lines for its type and its name, then its bytes. Whatever they
/// are, the form has one file and ends once.
pub fn multipart(file: &[u8]) {
    let mut parts = file.splitn(3, |byte| *byte == b'\n');
    let mut text = || String::from_utf8_lossy(parts.next().unwrap_or_default()).into_owned();
    let (mime_type, filename) = (text(), text());
    let bytes = parts.next().unwrap_or_default().to_vec();
    let form = multipart::form(
        &[("messaging_product", "whatsapp")],
        FileBytes {
            mime_type: mime_type.into(),
            filename: Some(filename.into()),
            bytes,
        },
    );
    let (_, boundary) = form
        .content_type
        .split_once("boundary=")
        .expect("it has one");
    let edge = format!("--{boundary}");
    let windows = form.body.windows(edge.len());
    assert_eq!(
        windows.filter(|window| *window == edge.as_bytes()).count(),
        3
    );
    let head = String::from_utf8_lossy(&form.body);
    let (head, _) = head
        .split_once("\r\ncontent-type: ")
        .expect("a file has a type");
    assert_eq!(head.matches("\r\n").count(), 5, "{head:?}");
}

#[cfg(test)]
mod tests {
    use dragoman_testkit::fuzz::check;

    #[test]
    fn any_webhook_is_read_or_refused() {
        check("webhook", super::webhook);
    }

    #[test]
    fn no_signature_is_good_but_the_one() {
        check("signature", super::signature);
    }

    #[test]
    fn any_answer_is_judged_and_shows_no_token() {
        check("answer", super::answer);
    }

    #[test]
    fn no_file_leaves_its_place_in_a_form() {
        check("multipart", super::multipart);
    }
}
