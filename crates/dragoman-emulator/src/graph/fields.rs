//! The parameters of a call to a node: JSON, a form, or the query. Pure.

use serde_json::{Map, Value};

use super::{Caller, GraphError};
use crate::world::words;

/// What was given, wherever it stood; the body goes before the query.
#[derive(Debug)]
pub(super) struct Fields(Value);

impl Fields {
    pub(super) fn read(caller: &Caller, body: &[u8]) -> Result<Self, GraphError> {
        let given = |pairs: Vec<(String, String)>| -> Map<String, Value> {
            let texts = pairs.into_iter();
            texts
                .map(|(key, text)| (key, Value::String(text)))
                .collect()
        };
        let query = caller.query_without(&["access_token"]);
        let mut fields = given(query.cloned().collect());
        if caller
            .content_type
            .starts_with("application/x-www-form-urlencoded")
        {
            let form = url::form_urlencoded::parse(body).into_owned();
            fields.extend(given(form.collect()));
        } else if !body.trim_ascii().is_empty() {
            let object: Map<String, Value> = serde_json::from_slice(body)
                .map_err(|error| GraphError::parameter("Invalid JSON").with(error.to_string()))?;
            fields.extend(object);
        }
        Ok(Self(Value::Object(fields)))
    }

    pub(super) fn get(&self, key: &str) -> Option<&Value> {
        self.0.get(key).filter(|value| !value.is_null())
    }

    /// All of them, as one object.
    pub(super) fn all(&self) -> &Value {
        &self.0
    }

    /// Empty when absent.
    pub(super) fn words(&self, key: &str) -> String {
        words(&self.0, key)
    }

    pub(super) fn required(&self, key: &str) -> Result<String, GraphError> {
        match self.words(key) {
            word if word.is_empty() => Err(GraphError::parameter(&format!(
                "The parameter {key} is required."
            ))),
            word => Ok(word),
        }
    }

    pub(super) fn for_whatsapp(&self) -> Result<(), GraphError> {
        if self.required("messaging_product")? == "whatsapp" {
            return Ok(());
        }
        Err(GraphError::parameter(
            "Param messaging_product must be one of {WHATSAPP}",
        ))
    }
}
