//! Template messages, filled in.

use serde_json::Value;

use super::media::header;
use super::{Button, Header, Shown};
use crate::world::template::{component, fill, parameter_text};
use crate::world::{Template, button_parameters, parameters_of, words};

pub(super) fn shown(content: &Value, template: Option<&Template>) -> Shown {
    let none = Vec::new();
    let sent = content
        .get("components")
        .and_then(Value::as_array)
        .unwrap_or(&none);
    let parameters = |kind: &str| parameters_of(component(sent, kind));
    let (header, media) = parameters("header").first().map(header).unwrap_or_default();
    let Some(template) = template else {
        let values: Vec<_> = parameters("body").iter().map(parameter_text).collect();
        let text = format!(
            "[template {}] {}",
            words(content, "name"),
            values.join(", ")
        );
        return Shown {
            text: text.trim_end().to_owned(),
            header,
            media,
            ..Shown::default()
        };
    };
    let header = template.component_text("HEADER").map(|text| Header {
        kind: "text",
        text: fill(text, parameters("header")),
    });
    let buttons = template.buttons().iter().enumerate();
    Shown {
        text: fill(
            template.component_text("BODY").unwrap_or_default(),
            parameters("body"),
        ),
        header,
        media,
        footer: template.component_text("FOOTER").map(str::to_owned),
        buttons: buttons
            .filter_map(|(index, button)| template_button(button, button_parameters(sent, index)))
            .collect(),
        ..Shown::default()
    }
}

fn template_button(button: &Value, parameters: &[Value]) -> Option<Button> {
    let text = words(button, "text");
    let given = parameters.first().map(parameter_text);
    let button = match words(button, "type").to_ascii_uppercase().as_str() {
        "QUICK_REPLY" => Button {
            kind: "quick_reply",
            payload: Some(given.unwrap_or_else(|| text.clone())),
            text,
            ..Button::default()
        },
        "URL" => Button {
            kind: "url",
            url: Some(fill(&words(button, "url"), parameters)),
            text,
            ..Button::default()
        },
        "PHONE_NUMBER" => Button {
            kind: "phone_number",
            payload: Some(words(button, "phone_number")),
            text,
            ..Button::default()
        },
        "COPY_CODE" | "OTP" => Button {
            kind: "copy_code",
            text: if text.is_empty() {
                "Copy code".to_owned()
            } else {
                text
            },
            payload: given,
            ..Button::default()
        },
        "FLOW" => Button {
            kind: "flow",
            payload: Some(
                ["navigate_screen", "flow_name", "flow_id"].map(|key| words(button, key)),
            )
            .and_then(|names| names.into_iter().find(|name| !name.is_empty())),
            text,
            ..Button::default()
        },
        "CATALOG" | "MPM" | "SPM" => Button {
            kind: "catalog",
            text,
            ..Button::default()
        },
        _ => return None,
    };
    Some(button)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::world::shown;

    fn template() -> Template {
        let template = json!({
            "id": "9", "waba_id": "2", "name": "offer", "language": "en", "category": "MARKETING",
            "parameter_format": "POSITIONAL",
            "components": [
                {"type": "HEADER", "format": "IMAGE"},
                {"type": "BODY", "text": "Hello {{1}}!"},
                {"type": "FOOTER", "text": "Bye"},
                {"type": "BUTTONS", "buttons": [
                    {"type": "QUICK_REPLY", "text": "Yes"},
                    {"type": "URL", "text": "Look", "url": "https://shop.example/{{1}}"},
                ]},
            ],
        });
        serde_json::from_value(template).unwrap()
    }

    fn sent() -> Value {
        json!({"type": "template", "template": {"name": "offer", "language": {"code": "en"}, "components": [
            {"type": "header", "parameters": [{"type": "image", "image": {"link": "https://a.example/x%20y.jpg?q"}}]},
            {"type": "body", "parameters": [{"type": "text", "text": "Ann"}]},
            {"type": "button", "sub_type": "url", "index": "1", "parameters": [{"type": "text", "text": "42"}]},
        ]}})
    }

    #[test]
    fn a_template_shows_what_was_filled_in() {
        assert_eq!(
            serde_json::to_value(shown(&sent(), Some(&template()))).unwrap(),
            json!({
                "type": "template",
                "text": "Hello Ann!",
                "media": {"kind": "image", "link": "https://a.example/x%20y.jpg?q", "filename": "x y.jpg", "mime": "image/jpeg"},
                "footer": "Bye",
                "buttons": [
                    {"kind": "quick_reply", "text": "Yes", "payload": "Yes"},
                    {"kind": "url", "text": "Look", "url": "https://shop.example/42"},
                ],
            })
        );
    }

    #[test]
    fn an_unknown_template_shows_its_name_and_values() {
        assert_eq!(shown(&sent(), None).text, "[template offer] Ann");
    }
}
