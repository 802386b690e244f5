//! Templates and their values, in today's shape, the looser one of 2021, and as `hsm`.

use dragoman_core::Raw;
use dragoman_core::content::Kind;
use dragoman_core::template::{ButtonValue, HeaderValue, Parameter, TemplateMessage};
use serde_json::{Value, json};

use super::fields::{Fields, whole};
use super::media::{kind, media};
use super::render::Fault;

/// The number of values is not what the place takes.
const COUNT_MISMATCH: i64 = 2000;
/// A value is of a type that does not fit its place.
const FORMAT_MISMATCH: i64 = 2012;

const BUTTONS: [&str; 5] = ["quick_reply", "url", "copy_code", "catalog", "flow"];

/// Reads `{name, language, components}`. The namespace has lost its meaning and is ignored.
///
/// # Errors
/// 1008, 1009, 2000, 2012.
pub(super) fn template(fields: &Fields<'_>) -> Result<TemplateMessage, Fault> {
    let mut message = TemplateMessage {
        name: fields.required_text("name")?.into(),
        language: language(fields)?,
        header: None,
        body: Vec::new(),
        buttons: Vec::new(),
        rendered: "".into(),
    };
    for component in fields.objects("components")? {
        let word = component.required_text("type")?.to_ascii_lowercase();
        match word.as_str() {
            "header" => message.header = header(&component)?,
            "body" => message.body.extend(body(&component)?),
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

/// Reads `{element_name, language, localizable_params}`: every value is its text, which is what
/// WhatsApp shows of typed values, too.
///
/// # Errors
/// 1008, 1009.
pub(super) fn hsm(fields: &Fields<'_>) -> Result<TemplateMessage, Fault> {
    let values = fields.objects("localizable_params")?;
    let text = |value: &Fields<'_>| {
        value
            .required_word("default")
            .map(|text| Parameter::Text(text.into()))
    };
    Ok(TemplateMessage {
        name: fields.required_text("element_name")?.into(),
        language: language(fields)?,
        header: None,
        body: values.iter().map(text).collect::<Result<_, _>>()?,
        buttons: Vec::new(),
        rendered: "".into(),
    })
}

/// `{"policy", "code"}`; the only policy left is the default.
fn language(fields: &Fields<'_>) -> Result<Box<str>, Fault> {
    match fields.get("language") {
        Some(Value::String(code)) => Ok(code.as_str().into()),
        _ => {
            let language = fields.required_object("language")?;
            language.text("policy")?;
            Ok(language.required_text("code")?.into())
        }
    }
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
        ("location" | "product", _) => HeaderValue::Other(raw(parameter)),
        _ => HeaderValue::Text(value(parameter)?),
    };
    Ok(Some(value))
}

fn body(component: &Fields<'_>) -> Result<Vec<Parameter>, Fault> {
    component.objects("parameters")?.iter().map(value).collect()
}

/// A text, an amount or a date.
fn value(parameter: &Fields<'_>) -> Result<Parameter, Fault> {
    match type_of(parameter)? {
        "text" => Ok(Parameter::Text(parameter.required_word("text")?.into())),
        word @ ("currency" | "date_time") => typed(parameter, word),
        word => {
            let details = format!("{} cannot be {word} here", parameter.name("type"));
            Err(Fault::of_request(FORMAT_MISMATCH, details))
        }
    }
}

fn typed(parameter: &Fields<'_>, word: &str) -> Result<Parameter, Fault> {
    let fields = parameter.required_object(word)?;
    let fallback = fields.required_word("fallback_value")?;
    let mut inner = fields.object().clone();
    inner.insert("fallback_value".to_owned(), json!(fallback));
    if word == "currency" {
        fields.required_text("code")?;
        let amount = fields.get("amount_1000");
        let amount = amount.ok_or_else(|| Fault::missing(&fields.name("amount_1000")))?;
        let number = whole(amount)
            .ok_or_else(|| Fault::invalid(&fields.name("amount_1000"), "must be a whole number"))?;
        inner.insert("amount_1000".to_owned(), number.into());
    }
    Ok(Parameter::Typed {
        raw: Raw::new(json!({ "type": word, word: inner }).to_string()),
        fallback: fallback.into(),
    })
}

/// A button without parameters is as the template says, and is left out.
fn button(component: &Fields<'_>) -> Result<Option<ButtonValue>, Fault> {
    let sub_type = component.required_text("sub_type")?.to_ascii_lowercase();
    if !BUTTONS.contains(&sub_type.as_str()) {
        let name = component.name("sub_type");
        return Err(Fault::invalid(&name, "is no kind of button"));
    }
    let index = component.required_word("index")?;
    let index = index.trim().parse().ok().filter(|index: &u8| *index <= 9);
    let index =
        index.ok_or_else(|| Fault::invalid(&component.name("index"), "must be from 0 to 9"))?;
    let parameters = component.objects("parameters")?;
    let list = parameters
        .iter()
        .map(|fields| fields.object().clone().into());
    let list: Vec<Value> = list.collect();
    Ok((!list.is_empty()).then(|| ButtonValue {
        sub_type: sub_type.into(),
        index,
        parameters: Raw::new(Value::Array(list).to_string()),
    }))
}

fn type_of<'a>(parameter: &Fields<'a>) -> Result<&'a str, Fault> {
    parameter.required_text("type")
}

fn raw(parameter: &Fields<'_>) -> Raw {
    Raw::new(Value::Object(parameter.object().clone()).to_string())
}
