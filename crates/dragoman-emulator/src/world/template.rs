//! Templates as they were created, and what their reviewer thinks of them.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::message::is_false;
use super::words;

/// Only with this status a template may be sent.
pub(crate) const APPROVED: &str = "APPROVED";

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Template {
    pub(crate) id: String,
    pub(crate) waba_id: String,
    pub(crate) name: String,
    pub(crate) language: String,
    pub(crate) category: String,
    /// `POSITIONAL` or `NAMED`.
    pub(crate) parameter_format: String,
    /// The creation components, as they came.
    pub(crate) components: Vec<Value>,
    /// The reviewer's verdict.
    #[serde(default = "approved")]
    pub(crate) status: String,
    /// Why it is as it is, where the reviewer said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
    /// Messages are held until it is known what customers think of the first ones.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) paced: bool,
}

/// Who does not say otherwise approves.
pub(crate) fn approved() -> String {
    APPROVED.to_owned()
}

impl Template {
    /// Whether both have the same verdict.
    pub(crate) fn is_judged_as(&self, other: &Self) -> bool {
        self.status == other.status && self.reason == other.reason
    }

    /// The component of a type, whichever case it was written in.
    pub(crate) fn component(&self, kind: &str) -> Option<&Value> {
        component(&self.components, kind)
    }

    pub(crate) fn component_text(&self, kind: &str) -> Option<&str> {
        self.component(kind)?.get("text")?.as_str()
    }

    /// `TEXT`, `IMAGE`, …; `None` without a header.
    pub(crate) fn header_format(&self) -> Option<String> {
        let header = self.component("HEADER")?;
        Some(
            header
                .get("format")
                .and_then(Value::as_str)
                .unwrap_or("TEXT")
                .to_ascii_uppercase(),
        )
    }

    pub(crate) fn buttons(&self) -> &[Value] {
        self.component("BUTTONS")
            .and_then(|component| component.get("buttons"))
            .and_then(Value::as_array)
            .map_or(&[], Vec::as_slice)
    }
}

pub(crate) fn component<'a>(components: &'a [Value], kind: &str) -> Option<&'a Value> {
    components.iter().find(|component| {
        component
            .get("type")
            .and_then(Value::as_str)
            .is_some_and(|found| found.eq_ignore_ascii_case(kind))
    })
}

/// The parameters that were sent for the button at an index, which is a number or a string of one.
pub(crate) fn button_parameters(sent: &[Value], index: usize) -> &[Value] {
    let button = sent.iter().find(|component| {
        words(component, "type").eq_ignore_ascii_case("button")
            && words(component, "index") == index.to_string()
    });
    parameters_of(button)
}

pub(crate) fn parameters_of(component: Option<&Value>) -> &[Value] {
    component
        .and_then(|component| component.get("parameters"))
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// The names between `{{` and `}}`, each once, in order of appearance.
pub(crate) fn variables(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("{{") {
        let Some((name, tail)) = after.split_once("}}") else {
            break;
        };
        let name = name.trim();
        if !found.contains(&name) {
            found.push(name);
        }
        rest = tail;
    }
    found
}

/// Puts the parameters of a sent component into the text: by name where they have one, else by number.
pub(crate) fn fill(text: &str, parameters: &[Value]) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((name, tail)) = after.split_once("}}") else {
            break;
        };
        filled.push_str(before);
        match value_of(name.trim(), parameters) {
            Some(value) => filled.push_str(&value),
            None => {
                filled.push_str("{{");
                filled.push_str(name);
                filled.push_str("}}");
            }
        }
        rest = tail;
    }
    filled.push_str(rest);
    filled
}

fn value_of(name: &str, parameters: &[Value]) -> Option<String> {
    let named = parameters
        .iter()
        .find(|parameter| parameter.get("parameter_name").and_then(Value::as_str) == Some(name));
    let numbered = || parameters.get(name.parse::<usize>().ok()?.checked_sub(1)?);
    named.or_else(numbered).map(parameter_text)
}

/// What a parameter shows; dates and amounts show their fallback, as the Cloud API does.
pub(crate) fn parameter_text(parameter: &Value) -> String {
    let text = ["text", "payload", "coupon_code"]
        .iter()
        .find_map(|key| parameter.get(*key));
    let fallback = || {
        ["currency", "date_time"]
            .iter()
            .find_map(|key| parameter.get(*key)?.get("fallback_value"))
    };
    let value = text.or_else(fallback);
    match value.and_then(Value::as_str) {
        Some(text) => text.to_owned(),
        None => value.map(Value::to_string).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn parameters_fill_the_text_by_number_or_by_name() {
        let numbered = [
            json!({"type":"text","text":"Ann"}),
            json!({"type":"text","text":"{{1}}"}),
        ];
        assert_eq!(
            fill("Hi {{1}}, {{2}} and {{3}}", &numbered),
            "Hi Ann, {{1}} and {{3}}"
        );
        let named = [json!({"type":"text","parameter_name":"city","text":"Delft"})];
        assert_eq!(fill("From {{ city }}.", &named), "From Delft.");
        let amount = [
            json!({"type":"currency","currency":{"fallback_value":"$ 5","code":"USD","amount_1000":5000}}),
        ];
        assert_eq!(fill("{{1}}", &amount), "$ 5");
    }

    #[test]
    fn a_variable_counts_once() {
        assert_eq!(variables("{{1}} {{2}} {{1}} {{"), ["1", "2"]);
    }
}
