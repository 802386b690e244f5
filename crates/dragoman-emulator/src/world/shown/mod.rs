//! What a phone shows of a message, made from the message's wire form.

mod interactive;
mod media;
mod template;

use serde::Serialize;
use serde_json::Value;

pub(crate) use self::media::{MEDIA_KINDS, Media};
use super::{Template, words};

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
    /// What opens the list whose rows are the buttons.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) menu: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) products: Vec<Product>,
}

/// Something of a catalog, which only its owner knows more of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Product {
    pub(crate) id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) section: Option<String>,
}

/// A header of text; one of media is the message's media.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Header {
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    pub(crate) text: String,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<String>,
    /// The title above it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) section: Option<String>,
}

/// `message` is what either side put on the wire; `template` what the emulator knows of the template it names.
pub(crate) fn shown(message: &Value, template: Option<&Template>) -> Shown {
    let kind = message
        .get("type")
        .and_then(Value::as_str)
        .unwrap_or("text");
    let content = message.get(kind).unwrap_or(&Value::Null);
    let mut shown = match kind {
        "interactive" => interactive::shown(content),
        "template" => template::shown(content, template),
        _ => Shown {
            text: plain_text(kind, content),
            ..Shown::default()
        },
    };
    if MEDIA_KINDS.contains(&kind) {
        shown.media = Some(media::read(kind, content));
    }
    kind.clone_into(&mut shown.kind);
    shown
}

fn plain_text(kind: &str, content: &Value) -> String {
    match kind {
        "text" | "system" => words(content, "body"),
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
        "order" => {
            let items = content.get("product_items").and_then(Value::as_array);
            let lines: Vec<_> = items
                .into_iter()
                .flatten()
                .map(|item| {
                    let quantity = words(item, "quantity");
                    format!("{quantity} × {}", words(item, "product_retailer_id"))
                })
                .collect();
            [vec![words(content, "text")], lines]
                .concat()
                .join("\n")
                .trim()
                .to_owned()
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
