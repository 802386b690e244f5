//! `/{waba-id}/message_templates`. What is created is approved at once, until a reviewer says otherwise.

mod list;

use std::sync::Arc;

use axum::Json;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde_json::{Value, json};

pub(super) use self::list::list;
use super::{Caller, GraphError, success};
use crate::reviews;
use crate::state::{State, fresh_number};
use crate::world::{Template, TemplateDeletion, Told, approved, component, words};

const CATEGORIES: [&str; 3] = ["AUTHENTICATION", "MARKETING", "UTILITY"];

/// Creating the very same template again answers with the one that exists, so that a set-up may be repeated.
pub(super) async fn create(state: &Arc<State>, waba_id: &str, bytes: &Bytes) -> Response {
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
                reviews::change(state, &mut held, template.clone());
                template
            }
        };
        let answer =
            json!({"id": template.id, "status": template.status, "category": template.category});
        (answer, state.written())
    };
    match written.await {
        Ok(()) => Json(answer).into_response(),
        Err(_) => GraphError::known(131_016).into_response(),
    }
}

/// All languages of a name, or with `hsm_id` the one that has it.
pub(super) async fn delete(state: &Arc<State>, waba_id: &str, caller: &Caller) -> Response {
    let Some(name) = caller.query("name") else {
        return GraphError::parameter("The parameter name is required.").into_response();
    };
    let deletion = TemplateDeletion {
        waba_id: waba_id.to_owned(),
        name: name.to_owned(),
        id: caller.query("hsm_id").map(str::to_owned),
        told: Told::default(),
    };
    let written = {
        let mut held = state.hold();
        if !reviews::delete(state, &mut held, deletion) {
            return GraphError::known(100)
                .subcode(2_593_002)
                .with("Message template not found")
                .into_response();
        }
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
        "status": template.status,
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
        status: approved(),
        reason: None,
        paced: false,
    })
}
