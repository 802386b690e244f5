//! Bytes from anywhere, where a program that speaks Callbell's API is expected.

use std::collections::HashMap;

use axum::extract::Query;
use axum::http::Uri;
use dragoman_core::catalog::{Account, Catalog};
use dragoman_core::{Id, Timestamp};

use super::paging::{List, Part};
use super::params::Params;
use super::parse;

/// The body of a call that sends.
pub fn send(body: &[u8]) {
    if let Ok(object) = parse::object(body) {
        let account = Account {
            id: Id::from_u128(1),
            name: "anybody".into(),
            created_at: Timestamp::default(),
        };
        let refused = parse::send(&object, account.tenant(), &Catalog::default());
        assert!(refused.is_err(), "there is no channel");
    }
}

/// The query of a list. What is asked for is bounded.
pub fn query(text: &[u8]) {
    let text: String = text.iter().map(|byte| char::from(byte & 0x7f)).collect();
    let Ok(uri) = format!("/v1/contacts?{text}").parse::<Uri>() else {
        return;
    };
    let params = Params::read(Query::<HashMap<String, String>>::try_from_uri(&uri));
    for list in [List::Contacts, List::Messages] {
        if let Ok(part) = Part::read(&params, list) {
            assert_eq!(part.span().limit, 20, "{text}");
        }
    }
}

#[cfg(test)]
mod tests {
    use dragoman_testkit::fuzz::check;

    #[test]
    fn any_body_is_read_or_refused() {
        check("callbell_send", super::send);
    }

    #[test]
    fn any_query_of_a_list_is_read_or_refused() {
        check("callbell_query", super::query);
    }
}
