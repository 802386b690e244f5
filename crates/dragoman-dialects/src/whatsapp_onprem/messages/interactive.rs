//! Buttons, lists, products and flows: what surrounds their action. They are what the Cloud API
//! takes; what clients know by a code of its own is checked here.

use dragoman_core::Raw;
use dragoman_core::content::{Interactive, Kind, Media};
use serde_json::{Map, Value};

use super::actions;
use super::media::{kind, media};
use crate::whatsapp_onprem::codes::BAD_HEADER;
use crate::whatsapp_onprem::fields::Fields;
use crate::whatsapp_onprem::limits::{BODY, FOOTER, HEADER};
use crate::whatsapp_onprem::render::Fault;
use crate::whatsapp_onprem::wire::FOREIGN;

/// The fields that are arrays. One object stands for an array of one, as everywhere.
const LISTS: [&str; 4] = ["buttons", "sections", "rows", "product_items"];

/// Where they may be left out, programs write them empty, and WhatsApp takes them only filled.
const VAIN: [&str; 2] = ["title", "description"];

/// What an interactive message offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::whatsapp_onprem) enum Form {
    List,
    Buttons,
    Product,
    Products,
    Catalog,
    Flow,
    Place,
    Postal,
}

impl Form {
    fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "list" => Self::List,
            "button" => Self::Buttons,
            "product" => Self::Product,
            "product_list" => Self::Products,
            "catalog_message" => Self::Catalog,
            "flow" => Self::Flow,
            "location_request_message" => Self::Place,
            "address_message" => Self::Postal,
            _ => return None,
        })
    }

    /// Whether it may have a header of this type, or none.
    fn bears(self, header: Option<&str>) -> bool {
        match self {
            Self::Products => header == Some("text"),
            Self::Product | Self::Catalog | Self::Place => header.is_none(),
            Self::List | Self::Postal => matches!(header, None | Some("text")),
            Self::Buttons | Self::Flow => {
                matches!(header, None | Some("text" | "image" | "video" | "document"))
            }
        }
    }
}

/// Reads an `interactive` object.
///
/// # Errors
/// 1008, 1009, 1010, 2015, 2016, 2017, 2023, 2036.
pub(in crate::whatsapp_onprem) fn interactive(fields: &Fields<'_>) -> Result<Interactive, Fault> {
    let word = fields.required_text("type")?;
    let form = Form::from_word(word)
        .ok_or_else(|| Fault::invalid(&fields.name("type"), "is none that can be sent"))?;
    let action = fields.required_object("action")?;
    let header = header(fields, form, word)?;
    body(fields, form)?;
    if let Some(footer) = fields.object_at("footer")? {
        let text = FOOTER.word(&footer, "text")?;
        if form == Form::Place && text.is_some_and(|text| !text.is_empty()) {
            return Err(Fault::superfluous(&fields.name("footer")));
        }
    }
    actions::check(form, &action)?;
    Ok(Interactive {
        raw: raw(fields.object(), header.is_some()),
        header,
    })
}

/// Answers the header when it is a file.
fn header(fields: &Fields<'_>, form: Form, word: &str) -> Result<Option<(Kind, Media)>, Fault> {
    let header = fields.object_at("header")?;
    let given = match &header {
        Some(header) => Some(header.required_text("type")?),
        None => None,
    };
    if !form.bears(given) {
        let details = format!("a message of type {word} cannot have this header");
        return Err(Fault::of_request(BAD_HEADER, details));
    }
    let (Some(header), Some(given)) = (header, given) else {
        return Ok(None);
    };
    let Some(kind) = kind(given) else {
        HEADER.required(&header, "text")?;
        return Ok(None);
    };
    let mut file = media(&header.required_object(given)?, kind)?;
    file.caption = None;
    Ok(Some((kind, file)))
}

fn body(fields: &Fields<'_>, form: Form) -> Result<(), Fault> {
    match (fields.object_at("body")?, form) {
        (None, Form::Product) => Ok(()),
        (None, _) => Err(Fault::missing(&fields.name("body"))),
        (Some(body), _) => BODY.required(&body, "text").map(drop),
    }
}

/// The object as the Cloud API takes it. A header that is a file goes a way of its own, and what
/// says nothing stays behind.
fn raw(object: &Map<String, Value>, has_file: bool) -> Raw {
    let mut object = object.clone();
    let is_object = |part: &mut Value| part.is_object();
    if has_file || !object.get_mut("header").is_some_and(is_object) {
        object.remove("header");
    }
    let footer = object.get("footer").and_then(|footer| footer.get("text"));
    if footer.is_none_or(|text| text == "") {
        object.remove("footer");
    }
    if !object.get_mut("body").is_some_and(is_object) {
        object.remove("body");
    }
    Raw::new(spelled("", &Value::Object(object)).to_string())
}

/// Whether the data of a flow names neither screen nor values: then the flow begins where it
/// begins.
pub(super) fn says_nothing(payload: &Map<String, Value>) -> bool {
    payload.values().all(|value| value.is_null() || value == "")
}

/// The same with text for every number and arrays where arrays belong, as programs whose language
/// hardly tells them apart write either, and without what is empty. The data of a flow is left as
/// it is.
fn spelled(key: &str, value: &Value) -> Value {
    match value {
        _ if key == FOREIGN => value.clone(),
        Value::Number(number) => number.to_string().into(),
        Value::Array(list) => list.iter().map(|value| spelled("", value)).collect(),
        Value::Object(object) => {
            let is_blank = |key: &str, value: &Value| match key {
                FOREIGN => match value {
                    // PHP writes an empty object as an empty array.
                    Value::Array(list) => list.is_empty(),
                    Value::Object(payload) => says_nothing(payload),
                    Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
                },
                _ => VAIN.contains(&key) && value == "",
            };
            let inner = object
                .iter()
                .filter(|(key, value)| !is_blank(key, value))
                .map(|(key, value)| (key.clone(), spelled(key, value)));
            let inner = Value::Object(inner.collect());
            if LISTS.contains(&key) {
                Value::Array(vec![inner])
            } else {
                inner
            }
        }
        Value::Null | Value::Bool(_) | Value::String(_) => value.clone(),
    }
}
