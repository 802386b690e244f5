//! `GET /{waba-id}/message_templates`: filters and pages.

use std::ops::Range;

use axum::Json;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use url::form_urlencoded::Serializer;

use super::view;
use crate::graph::{Caller, GraphError};
use crate::state::State;
use crate::world::Template;

/// Where nobody asks for another number.
const ON_A_PAGE: usize = 25;

pub(in crate::graph) fn list(state: &State, waba_id: &str, caller: &Caller) -> Response {
    let held = state.hold();
    let of_account = held
        .templates
        .iter()
        .filter(|template| template.waba_id == waba_id);
    let found: Vec<_> = of_account
        .filter(|template| fits(template, caller))
        .collect();
    let span = match span(caller, found.len()) {
        Ok(span) => span,
        Err(error) => return error.into_response(),
    };
    let data: Vec<_> = found[span.clone()]
        .iter()
        .map(|template| view(template))
        .collect();
    let mut answer = json!({"data": data, "paging": paging(caller, waba_id, &span, found.len())});
    if caller.query("summary").is_some() {
        answer["summary"] = json!({
            "total_count": found.len(),
            "message_template_count": found.len(),
            "message_template_limit": 6000,
            "are_translations_complete": true,
        });
    }
    Json(answer).into_response()
}

/// Fields are not chosen among: all are shown.
fn fits(template: &Template, caller: &Caller) -> bool {
    let one_of = |key: &str, word: &str| caller.query(key).is_none_or(|words| names(words, word));
    let content = template.component_text("BODY").unwrap_or_default();
    let contains = |part: &str| template.name.contains(part) || content.contains(part);
    one_of("status", &template.status)
        && one_of("category", &template.category)
        && one_of("language", &template.language)
        && caller
            .query("name")
            .is_none_or(|name| name == template.name)
        && caller.query("name_or_content").is_none_or(contains)
}

/// Whether a filter names a word: `["APPROVED","PAUSED"]`, `APPROVED,PAUSED` or `approved`.
fn names(filter: &str, word: &str) -> bool {
    let listed: Vec<String> = serde_json::from_str(filter).unwrap_or_else(|_| {
        filter
            .split(',')
            .map(|part| part.trim().to_owned())
            .collect()
    });
    listed
        .iter()
        .any(|listed| listed.eq_ignore_ascii_case(word))
}

/// What of the list stands on the page that is asked for.
fn span(caller: &Caller, length: usize) -> Result<Range<usize>, GraphError> {
    let limit = match caller.query("limit") {
        None => ON_A_PAGE,
        Some(limit) => {
            let limit = limit.parse().ok().filter(|limit: &usize| *limit > 0);
            limit.ok_or_else(|| GraphError::parameter("Param limit must be a positive integer"))?
        }
    };
    match (place(caller, "after")?, place(caller, "before")?) {
        (Some(after), _) => {
            let start = after.min(length);
            Ok(start..start.saturating_add(limit).min(length))
        }
        (None, Some(before)) => {
            let end = before.min(length);
            Ok(end.saturating_sub(limit)..end)
        }
        (None, None) => Ok(0..limit.min(length)),
    }
}

/// The place in the list that a cursor means.
fn place(caller: &Caller, key: &str) -> Result<Option<usize>, GraphError> {
    let Some(cursor) = caller.query(key) else {
        return Ok(None);
    };
    let bytes = STANDARD.decode(cursor).unwrap_or_default();
    let place = std::str::from_utf8(&bytes)
        .ok()
        .and_then(|digits| digits.parse().ok());
    match place {
        Some(place) => Ok(Some(place)),
        None => Err(GraphError::parameter("Invalid cursors values")),
    }
}

fn cursor(place: usize) -> String {
    STANDARD.encode(place.to_string())
}

/// Cursors always; addresses only where there is more.
fn paging(caller: &Caller, waba_id: &str, span: &Range<usize>, length: usize) -> Value {
    let (before, after) = (cursor(span.start), cursor(span.end));
    let mut paging = json!({"cursors": {"before": before, "after": after}});
    if span.end < length {
        paging["next"] = json!(link(caller, waba_id, ("after", &after)));
    }
    if span.start > 0 {
        paging["previous"] = json!(link(caller, waba_id, ("before", &before)));
    }
    paging
}

/// The same question about another page.
fn link(caller: &Caller, waba_id: &str, (key, cursor): (&str, &str)) -> String {
    let mut query = Serializer::new(String::new());
    query.extend_pairs(caller.query_without(&["after", "before", "access_token"]));
    query.append_pair(key, cursor);
    format!(
        "http://{}/{waba_id}/message_templates?{}",
        caller.host,
        query.finish()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_names_whole_words() {
        for (filter, expected) in [
            ("PENDING", true),
            ("pending", true),
            (r#"["APPROVED","PENDING"]"#, true),
            ("APPROVED, PENDING", true),
            ("PENDING_DELETION", false),
            ("[]", false),
            ("", false),
        ] {
            assert_eq!(names(filter, "PENDING"), expected, "{filter}");
        }
    }
}
