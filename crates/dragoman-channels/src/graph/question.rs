//! Asking the Graph API for something that it keeps, and telling it to change that. Both may be
//! repeated.

use std::time::Duration;

use dragoman_core::Timestamp;
use dragoman_core::outcome::Failure;
use dragoman_core::ports::{ANSWER_LIMIT, Http, HttpError, Method, Reach, Request};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::answer;

/// For the whole exchange: a lost answer must not hold a slot for longer.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A request without a body, by the bearer of the token.
pub(crate) fn request(method: Method, url: String, access_token: &str) -> Request {
    Request {
        method,
        url,
        headers: vec![("authorization".into(), format!("Bearer {access_token}"))],
        body: Vec::new(),
        timeout: TIMEOUT,
        reach: Reach::Operator,
        answer_limit: ANSWER_LIMIT,
        trust: None,
    }
}

/// A POST of an object.
pub(crate) fn post(url: String, access_token: &str, object: &impl Serialize) -> Request {
    let body = serde_json::to_vec(object).expect("objects have names for their fields");
    with_body(url, access_token, "application/json", body)
}

/// A POST of one field of a form.
pub(crate) fn post_field(url: String, access_token: &str, name: &str, value: &str) -> Request {
    let body = format!("{name}={}", encoded(value)).into_bytes();
    let kind = "application/x-www-form-urlencoded";
    with_body(url, access_token, kind, body)
}

/// Asks at an address and reads the answer.
///
/// # Errors
/// See [`call`].
pub(crate) async fn ask<T: DeserializeOwned>(
    http: &dyn Http,
    url: String,
    access_token: &str,
) -> Result<T, Failure> {
    call(http, request(Method::Get, url, access_token), access_token).await
}

/// Has something changed. Only Graph's `{"success": true}` says that it was, whatever stands beside
/// that.
///
/// # Errors
/// See [`call`].
pub(crate) async fn tell(
    http: &dyn Http,
    request: Request,
    access_token: &str,
) -> Result<(), Failure> {
    let told: Told = call(http, request, access_token).await?;
    if told.success {
        Ok(())
    } else {
        Err(Failure::new(0, "the provider did not do it"))
    }
}

/// Sends a request and reads the answer. `access_token` is hidden in failures.
///
/// # Errors
/// Nobody answered, Graph answered with an error, or the answer has another shape.
pub(crate) async fn call<T: DeserializeOwned>(
    http: &dyn Http,
    request: Request,
    access_token: &str,
) -> Result<T, Failure> {
    let (told, _) = dated(http, request, access_token).await?;
    Ok(told)
}

/// The same, with Graph's clock when it answered.
///
/// # Errors
/// See [`call`].
pub(crate) async fn dated<T: DeserializeOwned>(
    http: &dyn Http,
    request: Request,
    access_token: &str,
) -> Result<(T, Option<Timestamp>), Failure> {
    let answer = http.call(request).await.map_err(not_reached)?;
    if !(200..300).contains(&answer.status) {
        return Err(answer::failure(&answer, access_token));
    }
    let told = serde_json::from_slice(&answer.body).map_err(|_| {
        let details = format!("status {} with a body of another shape", answer.status);
        Failure::new(0, "the provider's answer is not understood").because(details)
    })?;
    Ok((told, answer.date))
}

/// What no answer at all means.
pub(crate) fn not_reached(error: HttpError) -> Failure {
    let (HttpError::NotSent(why) | HttpError::Lost(why)) = error;
    Failure::new(0, "provider not reachable").because(why)
}

/// Text as it may stand in an address, or in a form.
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

#[derive(Deserialize)]
struct Told {
    success: bool,
}

fn with_body(url: String, access_token: &str, kind: &str, body: Vec<u8>) -> Request {
    let mut request = request(Method::Post, url, access_token);
    request
        .headers
        .push(("content-type".into(), kind.to_owned()));
    Request { body, ..request }
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
