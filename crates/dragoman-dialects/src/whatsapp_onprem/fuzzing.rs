//! Bytes from anywhere, where a program that speaks the On-Premises API is expected.

use axum::body::Bytes;
use axum::response::IntoResponse;

use super::messages::parse;
use super::wire::Body;

/// The body of a call that sends, or that says what was read.
pub fn send(body: &[u8]) {
    match Body(Bytes::copy_from_slice(body)).message() {
        Err(fault) => drop(fault.into_response()),
        Ok(object) => {
            let _ = parse::read_mark(&object);
            if let Err(fault) = parse::wanted(&object) {
                let status = fault.into_response().status();
                assert!(status.is_client_error(), "{status}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use dragoman_testkit::fuzz::check;

    #[test]
    fn any_body_is_read_or_refused() {
        check("onprem_send", super::send);
    }
}
