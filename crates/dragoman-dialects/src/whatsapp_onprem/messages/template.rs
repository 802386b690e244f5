//! Templates and their values, in today's shape, the looser one of 2021, and as `hsm`.

use dragoman_core::content::Kind;
use dragoman_core::template::{HeaderValue, Parameter, TemplateMessage};
use serde_json::Value;

use super::localized::localized;
use super::media::{kind, media};
use super::parse::location;
use super::values::{button, raw, type_of, value};
use crate::whatsapp_onprem::codes::{COUNT_MISMATCH, FORMAT_MISMATCH};
use crate::whatsapp_onprem::fields::Fields;
use crate::whatsapp_onprem::limits::{
    Length, RETAILER_ID, TEMPLATE_BODY, TEMPLATE_BODY_ALONE, TEMPLATE_HEADER,
};
use crate::whatsapp_onprem::render::Fault;

/// How a language may be chosen. `fallback` was withdrawn, but a widely copied client still writes
/// it in an `hsm`.
const POLICIES: [&str; 1] = ["deterministic"];
const HSM_POLICIES: [&str; 2] = ["deterministic", "fallback"];

/// Reads `{name, language, components}`.
///
/// # Errors
/// 1008, 1009, 2000, 2004, 2012.
pub(in crate::whatsapp_onprem) fn template(fields: &Fields<'_>) -> Result<TemplateMessage, Fault> {
    let mut message = TemplateMessage {
        name: filled(fields, "name")?,
        language: language(fields, &POLICIES)?,
        header: None,
        body: Vec::new(),
        buttons: Vec::new(),
        rendered: "".into(),
    };
    let components = fields.objects("components")?;
    let body_limit = match components.len() {
        0 | 1 => TEMPLATE_BODY_ALONE,
        _ => TEMPLATE_BODY,
    };
    for component in components {
        let word = component.required_text("type")?.to_ascii_lowercase();
        match word.as_str() {
            "header" => message.header = header(&component)?,
            "body" => message.body.extend(body(&component, body_limit)?),
            "button" => message.buttons.extend(button(&component)?),
            "footer" => {}
            _ => {
                return Err(Fault::invalid(
                    &component.name("type"),
                    "must be header, body or button",
                ));
            }
        }
    }
    Ok(message)
}

/// Reads `{namespace, element_name, language, localizable_params}`.
///
/// # Errors
/// 1008, 1009, 2004.
pub(in crate::whatsapp_onprem) fn hsm(fields: &Fields<'_>) -> Result<TemplateMessage, Fault> {
    fields.required_text("namespace")?;
    let name = filled(fields, "element_name")?;
    let language = language(fields, &HSM_POLICIES)?;
    if fields.get("localizable_params").is_none() {
        return Err(Fault::missing(&fields.name("localizable_params")));
    }
    let values = fields.objects("localizable_params")?;
    let values = values.iter().map(localized);
    Ok(TemplateMessage {
        name,
        language,
        header: None,
        body: values.collect::<Result<_, Fault>>()?,
        buttons: Vec::new(),
        rendered: "".into(),
    })
}

fn filled(fields: &Fields<'_>, key: &str) -> Result<Box<str>, Fault> {
    match fields.required_text(key)? {
        "" => Err(Fault::invalid(&fields.name(key), "is empty")),
        text => Ok(text.into()),
    }
}

/// `{"policy", "code"}`, or the code alone.
fn language(fields: &Fields<'_>, policies: &[&str]) -> Result<Box<str>, Fault> {
    if fields.get("language").is_some_and(Value::is_string) {
        return filled(fields, "language");
    }
    let language = fields.required_object("language")?;
    let policy = language.text("policy")?.filter(|policy| !policy.is_empty());
    if policy.is_some_and(|policy| !policies.contains(&policy)) {
        let why = "must be deterministic";
        return Err(Fault::invalid(&language.name("policy"), why));
    }
    filled(&language, "code")
}

fn header(component: &Fields<'_>) -> Result<Option<HeaderValue>, Fault> {
    let parameters = component.objects("parameters")?;
    let parameter = match parameters.as_slice() {
        [] => return Ok(None),
        [parameter] => parameter,
        [_, _, ..] => {
            return Err(Fault::of_request(
                COUNT_MISMATCH,
                "a header takes one parameter",
            ));
        }
    };
    let word = type_of(parameter)?;
    let value = match (word, kind(word)) {
        (_, Some(kind @ (Kind::Image | Kind::Video | Kind::Document))) => {
            // The collection of 2021 has the file's fields in the parameter itself.
            let inner = parameter.object_at(word)?;
            let mut file = media(inner.as_ref().unwrap_or(parameter), kind)?;
            file.caption = None;
            HeaderValue::Media(kind, file)
        }
        ("location", _) => {
            place(&parameter.required_object(word)?)?;
            HeaderValue::Other(raw(parameter))
        }
        ("product", _) => {
            product(&parameter.required_object(word)?)?;
            HeaderValue::Other(raw(parameter))
        }
        _ => HeaderValue::Text(within(parameter, TEMPLATE_HEADER)?),
    };
    Ok(Some(value))
}

/// A point on the map; above a template it has to say what is there.
fn place(fields: &Fields<'_>) -> Result<(), Fault> {
    location(fields)?;
    filled(fields, "name")?;
    filled(fields, "address").map(drop)
}

/// An article of the catalog; without a catalog it is of the one that belongs to the number.
fn product(fields: &Fields<'_>) -> Result<(), Fault> {
    RETAILER_ID.required(fields, "product_retailer_id")?;
    fields.word("catalog_id").map(drop)
}

fn body(component: &Fields<'_>, limit: Length) -> Result<Vec<Parameter>, Fault> {
    let parameters = component.objects("parameters")?;
    parameters
        .iter()
        .map(|parameter| within(parameter, limit))
        .collect()
}

fn within(parameter: &Fields<'_>, limit: Length) -> Result<Parameter, Fault> {
    let value = value(parameter)?;
    limit.check(&parameter.name("text"), value.shown())?;
    Ok(value)
}

/// A value of a type that does not fit its place.
pub(in crate::whatsapp_onprem) fn misfit(parameter: &Fields<'_>, word: &str) -> Fault {
    let details = format!("{} cannot be {word} here", parameter.name("type"));
    Fault::of_request(FORMAT_MISMATCH, details)
}
