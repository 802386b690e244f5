//! What a phone shows of a message, made from the message's wire form.

use serde::Serialize;
use serde_json::Value;

use super::Template;
use super::template::{component, fill, parameter_text};

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Shown {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) media: Option<Media>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) header: Option<Header>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) footer: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) buttons: Vec<Button>,
}

/// A header of text; one of media is the message's media.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Header {
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    pub(crate) text: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Media {
    pub(crate) kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) link: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) filename: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) mime: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) caption: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Button {
    pub(crate) kind: &'static str,
    pub(crate) text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) payload: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<String>,
}

pub(crate) const MEDIA_KINDS: [&str; 5] = ["image", "video", "audio", "document", "sticker"];

/// `message` is what either side put on the wire; `template` what the emulator knows of the template it names.
pub(crate) fn shown(message: &Value, template: Option<&Template>) -> Shown {
    let kind = message
        .get("type")
        .and_then(Value::as_str)
        .unwrap_or("text");
    let content = message.get(kind).unwrap_or(&Value::Null);
    let mut shown = match kind {
        "interactive" => interactive(content),
        "template" => from_template(content, template),
        _ => Shown {
            text: plain_text(kind, content),
            ..Shown::default()
        },
    };
    if MEDIA_KINDS.contains(&kind) {
        shown.media = Some(media(kind, content));
    }
    kind.clone_into(&mut shown.kind);
    shown
}

fn plain_text(kind: &str, content: &Value) -> String {
    match kind {
        "text" => words(content, "body"),
        "reaction" => words(content, "emoji"),
        "button" => words(content, "text"),
        "image" | "video" | "document" => words(content, "caption"),
        "location" => {
            let coordinates = format!(
                "{}, {}",
                words(content, "latitude"),
                words(content, "longitude")
            );
            let parts = [
                words(content, "name"),
                words(content, "address"),
                coordinates,
            ];
            parts
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(", ")
        }
        "contacts" => {
            let cards = content.as_array().map_or(&[][..], Vec::as_slice);
            let names: Vec<_> = cards
                .iter()
                .map(|card| words(card.get("name").unwrap_or(&Value::Null), "formatted_name"))
                .collect();
            names.join(", ")
        }
        _ => String::new(),
    }
}

fn interactive(content: &Value) -> Shown {
    let body = content
        .get("body")
        .map(|body| words(body, "text"))
        .unwrap_or_default();
    let kind = words(content, "type");
    let reply = content.get(&kind).unwrap_or(&Value::Null);
    let text = match kind.as_str() {
        "button_reply" | "list_reply" => words(reply, "title"),
        "nfm_reply" => words(reply, "body"),
        _ if body.is_empty() => format!("[interactive {kind}]"),
        _ => body,
    };
    let action = content.get("action").unwrap_or(&Value::Null);
    let (header, media) = content.get("header").map(header).unwrap_or_default();
    Shown {
        text,
        header,
        media,
        footer: content.get("footer").map(|footer| words(footer, "text")),
        buttons: action_buttons(&kind, action),
        ..Shown::default()
    }
}

fn action_buttons(kind: &str, action: &Value) -> Vec<Button> {
    let list = |value: &Value, key: &str| {
        value
            .get(key)
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default()
    };
    match kind {
        "button" => list(action, "buttons")
            .iter()
            .filter_map(|button| button.get("reply"))
            .map(|reply| Button {
                kind: "reply",
                text: words(reply, "title"),
                id: Some(words(reply, "id")),
                ..Button::default()
            })
            .collect(),
        "list" => list(action, "sections")
            .iter()
            .flat_map(|section| list(section, "rows"))
            .map(|row| Button {
                kind: "list",
                text: words(&row, "title"),
                id: Some(words(&row, "id")),
                ..Button::default()
            })
            .collect(),
        "cta_url" => action
            .get("parameters")
            .map(|parameters| Button {
                kind: "url",
                text: words(parameters, "display_text"),
                url: Some(words(parameters, "url")),
                ..Button::default()
            })
            .into_iter()
            .collect(),
        _ => Vec::new(),
    }
}

fn from_template(content: &Value, template: Option<&Template>) -> Shown {
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
        _ => return None,
    };
    Some(button)
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

fn header(value: &Value) -> (Option<Header>, Option<Media>) {
    let kind = words(value, "type");
    if kind == "text" {
        let text = words(value, "text");
        return (Some(Header { kind: "text", text }), None);
    }
    let content = value
        .get(&kind)
        .filter(|_| MEDIA_KINDS.contains(&kind.as_str()));
    (None, content.map(|content| media(&kind, content)))
}

fn media(kind: &str, content: &Value) -> Media {
    let text = |key: &str| content.get(key).and_then(Value::as_str).map(str::to_owned);
    let link = text("link");
    let filename = text("filename").or_else(|| link.as_deref().and_then(last_segment));
    let mime =
        text("mime_type").or_else(|| filename.as_deref().and_then(mime_of).map(str::to_owned));
    Media {
        kind: kind.to_owned(),
        link,
        id: text("id"),
        filename,
        mime,
        caption: text("caption"),
    }
}

fn last_segment(link: &str) -> Option<String> {
    let link = url::Url::parse(link).ok()?;
    let segment = link.path_segments()?.next_back()?.replace('+', "%2B");
    let (decoded, _) = url::form_urlencoded::parse(segment.as_bytes()).next()?;
    Some(decoded.into_owned())
}

fn mime_of(filename: &str) -> Option<&'static str> {
    let (_, extension) = filename.rsplit_once('.')?;
    Some(match extension.to_ascii_lowercase().as_str() {
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "webp" => "image/webp",
        "mp4" => "video/mp4",
        "3gp" => "video/3gpp",
        "mp3" => "audio/mpeg",
        "ogg" => "audio/ogg",
        "aac" => "audio/aac",
        "amr" => "audio/amr",
        "m4a" => "audio/mp4",
        "pdf" => "application/pdf",
        "txt" => "text/plain",
        _ => return None,
    })
}

/// A string, or a number written as one; empty when absent.
pub(crate) fn words(value: &Value, key: &str) -> String {
    let Some(value) = value.get(key) else {
        return String::new();
    };
    match value.as_str() {
        Some(text) => text.to_owned(),
        None if value.is_number() => value.to_string(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

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
