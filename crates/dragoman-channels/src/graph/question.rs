//! Asking the Graph API for something that it keeps. A question changes nothing and may be repeated.

use std::time::Duration;

use dragoman_core::outcome::Failure;
use dragoman_core::ports::{ANSWER_LIMIT, Http, HttpError, Method, Reach, Request};
use serde::de::DeserializeOwned;

use super::answer;

/// For the whole exchange.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Asks at an address and reads the answer.
///
/// # Errors
/// Nobody answered, Graph answered with an error, or the answer has another shape.
pub(crate) async fn ask<T: DeserializeOwned>(
    http: &dyn Http,
    url: String,
    access_token: &str,
) -> Result<T, Failure> {
    let request = Request {
        method: Method::Get,
        url,
        headers: vec![("authorization", format!("Bearer {access_token}"))],
        body: Vec::new(),
        timeout: TIMEOUT,
        reach: Reach::Operator,
        answer_limit: ANSWER_LIMIT,
        trust: None,
    };
    let answer = http.call(request).await.map_err(not_reached)?;
    if !(200..300).contains(&answer.status) {
        return Err(answer::failure(&answer, access_token));
    }
    serde_json::from_slice(&answer.body).map_err(|_| {
        let details = format!("status {} with a body of another shape", answer.status);
        Failure::new(0, "the provider's answer is not understood").because(details)
    })
}

/// Text as it may stand in the query of an address.
pub(crate) fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

fn not_reached(error: HttpError) -> Failure {
    let (HttpError::NotSent(why) | HttpError::Lost(why)) = error;
    Failure::new(0, "provider not reachable").because(why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_leave_its_place_in_a_query() {
        assert_eq!(encoded("QVFI-_.~"), "QVFI-_.~");
        assert_eq!(encoded("a=&b/?#%é "), "a%3D%26b%2F%3F%23%25%C3%A9%20");
    }
}
