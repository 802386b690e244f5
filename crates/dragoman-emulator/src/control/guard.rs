//! Who may use the control addresses: programs of this machine, and pages that we served ourselves.
//!
//! A web page from elsewhere must not drive the emulator through the operator's browser, neither directly (`Origin`)
//! nor by a name that it lets point at this machine (`Host`).

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{Request, State as Shared};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::ControlError;
use crate::state::State;

pub(crate) async fn check(
    Shared(state): Shared<Arc<State>>,
    request: Request,
    next: Next,
) -> Response {
    if allowed(request.headers(), state.listen) {
        return next.run(request).await;
    }
    let refusal = ControlError {
        status: StatusCode::FORBIDDEN,
        message: "the control addresses answer this machine only".to_owned(),
    };
    refusal.into_response()
}

fn allowed(headers: &HeaderMap, listen: SocketAddr) -> bool {
    let Some(host) = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
    else {
        return false;
    };
    if !host_is_ours(host, listen.ip()) {
        return false;
    }
    match headers.get(header::ORIGIN).map(|origin| origin.to_str()) {
        None => true,
        Some(Ok(origin)) => origin
            .split_once("://")
            .is_some_and(|(_, from)| from.eq_ignore_ascii_case(host)),
        Some(Err(_)) => false,
    }
}

fn host_is_ours(host: &str, listen: IpAddr) -> bool {
    let name = without_port(host);
    if name.eq_ignore_ascii_case("localhost") {
        return true;
    }
    let address = name
        .trim_start_matches('[')
        .trim_end_matches(']')
        .parse::<IpAddr>();
    // Listening everywhere means that any address may be the listen address; a name still may not.
    address
        .is_ok_and(|address| address.is_loopback() || address == listen || listen.is_unspecified())
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        Some(_) | None => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(host: &str, origin: Option<&str>, listen: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().unwrap());
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, origin.parse().unwrap());
        }
        allowed(&headers, listen.parse().unwrap())
    }

    #[test]
    fn only_this_machine_and_its_own_page_are_let_in() {
        for (host, origin, listen, expected) in [
            ("127.0.0.1:8081", None, "127.0.0.1:8081", true),
            (
                "localhost:8081",
                Some("http://localhost:8081"),
                "127.0.0.1:8081",
                true,
            ),
            ("[::1]:8081", None, "127.0.0.1:8081", true),
            (
                "localhost:8081",
                Some("http://evil.example"),
                "127.0.0.1:8081",
                false,
            ),
            ("localhost:8081", Some("null"), "127.0.0.1:8081", false),
            (
                "evil.example:8081",
                Some("http://evil.example:8081"),
                "127.0.0.1:8081",
                false,
            ),
            ("10.0.0.5:8081", None, "10.0.0.5:8081", true),
            ("10.0.0.6:8081", None, "10.0.0.5:8081", false),
            ("10.0.0.6:8081", None, "0.0.0.0:8081", true),
        ] {
            assert_eq!(
                check(host, origin, listen),
                expected,
                "{host} {origin:?} {listen}"
            );
        }
    }
}
