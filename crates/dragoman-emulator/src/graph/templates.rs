//! `/{waba-id}/message_templates`. Nobody reviews: what is created is approved.

use axum::Json;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde_json::{Value, json};

use super::{Caller, GraphError, success};
use crate::state::{State, fresh_number};
use crate::world::{Entry, Template, component, words};

const CATEGORIES: [&str; 3] = ["AUTHENTICATION", "MARKETING", "UTILITY"];

pub(super) fn list(state: &State, waba_id: &str, caller: &Caller) -> Response {
    let held = state.hold();
    let status_fits = caller
        .query("status")
        .is_none_or(|status| status.to_ascii_uppercase().contains("APPROVED"));
    let found: Vec<_> = held
        .templates
        .iter()
        .filter(|template| status_fits && template.waba_id == waba_id)
        .filter(|template| {
            caller
                .query("name")
                .is_none_or(|name| name == template.name)
        })
        .filter(|template| {
            caller
                .query("language")
                .is_none_or(|language| language.contains(&template.language))
        })
        .filter(|template| {
            let category = caller.query("category").map(str::to_ascii_uppercase);
            category.is_none_or(|category| category.contains(&template.category))
        })
        .collect();

    let number = |key: &str| {
        caller
            .query(key)
            .and_then(|value| value.parse::<usize>().ok())
    };
    let start = number("after").unwrap_or(0).min(found.len());
    let end = start
        .saturating_add(number("limit").unwrap_or(25).max(1))
        .min(found.len());
    let data: Vec<_> = found[start..end]
        .iter()
        .map(|template| view(template))
        .collect();
    let mut answer = json!({
        "data": data,
        "paging": {"cursors": {"before": start.to_string(), "after": end.to_string()}},
    });
    if end < found.len() {
        let limit = end - start;
        let host = state.listen;
        answer["paging"]["next"] = json!(format!(
            "http://{host}/{waba_id}/message_templates?limit={limit}&after={end}"
        ));
    }
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

/// Creating the very same template again answers with the one that exists, so that a set-up may be repeated.
pub(super) async fn create(state: &State, waba_id: &str, bytes: &Bytes) -> Response {
    let template = match read(waba_id, bytes) {
        Ok(template) => template,
        Err(error) => return error.into_response(),
    };
    let (answer, written) = {
        let mut held = state.hold();
        let same_name = held.templates.iter().find(|known| {
            known.waba_id == template.waba_id
                && known.name == template.name
                && known.language == template.language
        });
        let template = match same_name {
            Some(known) if known.components == template.components => known.clone(),
            Some(_) => {
                let details = "Content in this language already exists for this template name.";
                return GraphError::known(100)
                    .subcode(2_388_024)
                    .with(details)
                    .into_response();
            }
            None => {
                held.record(Entry::Template(template.clone()));
                template
            }
        };
        let answer =
            json!({"id": template.id, "status": "APPROVED", "category": template.category});
        (answer, state.written())
    };
    match written.await {
        Ok(()) => Json(answer).into_response(),
        Err(_) => GraphError::known(131_016).into_response(),
    }
}

pub(super) async fn delete(state: &State, waba_id: &str, caller: &Caller) -> Response {
    let Some(name) = caller.query("name") else {
        return GraphError::parameter("The parameter name is required.").into_response();
    };
    let written = {
        let mut held = state.hold();
        if !held
            .templates
            .iter()
            .any(|template| template.waba_id == waba_id && template.name == name)
        {
            return GraphError::known(100)
                .subcode(2_593_002)
                .with("Message template not found")
                .into_response();
        }
        held.record(Entry::TemplateDeleted {
            waba_id: waba_id.to_owned(),
            name: name.to_owned(),
        });
        state.written()
    };
    success(written).await
}

pub(super) fn view(template: &Template) -> Value {
    json!({
        "name": template.name,
        "parameter_format": template.parameter_format,
        "components": template.components,
        "language": template.language,
        "status": "APPROVED",
        "category": template.category,
        "id": template.id,
    })
}

fn read(waba_id: &str, bytes: &Bytes) -> Result<Template, GraphError> {
    let body: Value = serde_json::from_slice(bytes)
        .map_err(|error| GraphError::parameter("Invalid JSON").with(error.to_string()))?;
    let required = |key: &str| match words(&body, key) {
        word if word.is_empty() => Err(GraphError::parameter(&format!(
            "The parameter {key} is required."
        ))),
        word => Ok(word),
    };
    let name = required("name")?;
    let spelled = name
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if !spelled || name.len() > 512 {
        return Err(GraphError::invalid(
            "name may hold lower-case letters, digits and _, at most 512",
        ));
    }
    let category = required("category")?.to_ascii_uppercase();
    if !CATEGORIES.contains(&category.as_str()) {
        return Err(GraphError::parameter(
            "Param category must be one of {AUTHENTICATION, MARKETING, UTILITY}",
        ));
    }
    let components = body
        .get("components")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    let has_text =
        component(&components, "BODY").is_some_and(|body| !words(body, "text").is_empty());
    if !has_text && category != "AUTHENTICATION" {
        return Err(GraphError::missing("components: a BODY with text"));
    }
    let named = words(&body, "parameter_format").eq_ignore_ascii_case("named");
    Ok(Template {
        id: fresh_number(),
        waba_id: waba_id.to_owned(),
        language: required("language")?,
        name,
        category,
        parameter_format: if named { "NAMED" } else { "POSITIONAL" }.to_owned(),
        components,
    })
}
