//! The single values of a template.

use dragoman_core::Raw;
use dragoman_core::template::{ButtonValue, Parameter};
use serde_json::{Map, Value, json};

use super::template::misfit;
use crate::whatsapp_onprem::codes::COUNT_MISMATCH;
use crate::whatsapp_onprem::fields::{Fields, whole};
use crate::whatsapp_onprem::limits::COUPON_CODE;
use crate::whatsapp_onprem::render::Fault;

/// The parts of a date, all whole numbers. WhatsApp shows the text and ignores them.
const PARTS: [&str; 7] = [
    "day_of_week",
    "day_of_month",
    "year",
    "month",
    "hour",
    "minute",
    "timestamp",
];

/// A text, an amount or a date.
///
/// # Errors
/// 1008, 1009, 2012.
pub(in crate::whatsapp_onprem) fn value(parameter: &Fields<'_>) -> Result<Parameter, Fault> {
    match type_of(parameter)? {
        "text" => Ok(Parameter::Text(said(parameter, "text")?)),
        word @ "currency" => typed(parameter, word, amount),
        word @ "date_time" => typed(parameter, word, date),
        word => Err(misfit(parameter, word)),
    }
}

/// The word for what a parameter is.
///
/// # Errors
/// 1008, 1009.
pub(in crate::whatsapp_onprem) fn type_of<'a>(parameter: &Fields<'a>) -> Result<&'a str, Fault> {
    parameter.required_text("type")
}

/// A text that stands in a template: WhatsApp takes none that is empty.
///
/// # Errors
/// 1008, 1009.
pub(in crate::whatsapp_onprem) fn said(fields: &Fields<'_>, key: &str) -> Result<Box<str>, Fault> {
    let text = fields.required_word(key)?;
    if text.is_empty() {
        return Err(Fault::invalid(&fields.name(key), "is empty"));
    }
    Ok(text.into())
}

/// The object as it is.
pub(in crate::whatsapp_onprem) fn raw(parameter: &Fields<'_>) -> Raw {
    Raw::new(Value::Object(parameter.object().clone()).to_string())
}

/// Reads what fills one button. A button without parameters is as the template says, and is left
/// out.
///
/// # Errors
/// 1008, 1009, 2000, 2004, 2012.
pub(in crate::whatsapp_onprem) fn button(
    component: &Fields<'_>,
) -> Result<Option<ButtonValue>, Fault> {
    let sub_type = component.required_text("sub_type")?.to_ascii_lowercase();
    let takes = match sub_type.as_str() {
        "quick_reply" => "payload",
        "url" => "text",
        "copy_code" => "coupon_code",
        "catalog" | "flow" => "action",
        _ => {
            let name = component.name("sub_type");
            return Err(Fault::invalid(&name, "is no kind of button"));
        }
    };
    let index = component.required_word("index")?;
    let index = index.trim().parse().ok().filter(|index: &u8| *index <= 9);
    let index =
        index.ok_or_else(|| Fault::invalid(&component.name("index"), "must be from 0 to 9"))?;
    let parameters = component.objects("parameters")?;
    let parameter = match parameters.as_slice() {
        [] => return Ok(None),
        [parameter] => parameter,
        [_, _, ..] => {
            let details = "a button takes one parameter";
            return Err(Fault::of_request(COUNT_MISMATCH, details));
        }
    };
    let parameter = json!([pressed(parameter, takes)?]);
    Ok(Some(ButtonValue {
        sub_type: sub_type.into(),
        index,
        parameters: Raw::new(parameter.to_string()),
    }))
}

/// The parameter of a button, spelt as WhatsApp takes it.
fn pressed(parameter: &Fields<'_>, takes: &str) -> Result<Value, Fault> {
    let word = type_of(parameter)?;
    if word != takes {
        return Err(misfit(parameter, word));
    }
    let inner = match takes {
        "action" => Value::Object(parameter.required_object(takes)?.object().clone()),
        "coupon_code" => COUPON_CODE.required(parameter, takes)?.into(),
        _ => parameter.required_word(takes)?.into(),
    };
    Ok(json!({ "type": takes, takes: inner }))
}

/// A value with parts, checked and spelt by `parts`.
fn typed(
    parameter: &Fields<'_>,
    word: &str,
    parts: impl Fn(&Fields<'_>, &mut Map<String, Value>) -> Result<(), Fault>,
) -> Result<Parameter, Fault> {
    let fields = parameter.required_object(word)?;
    let fallback = said(&fields, "fallback_value")?;
    let mut inner = fields.object().clone();
    parts(&fields, &mut inner)?;
    Ok(spelled(word, inner, &fallback))
}

/// A value with parts, as WhatsApp takes it; `fallback` is what it shows.
pub(in crate::whatsapp_onprem) fn spelled(
    word: &str,
    mut inner: Map<String, Value>,
    fallback: &str,
) -> Parameter {
    inner.insert("fallback_value".to_owned(), fallback.into());
    Parameter::Typed {
        raw: Raw::new(json!({ "type": word, word: inner }).to_string()),
        fallback: fallback.into(),
    }
}

fn amount(fields: &Fields<'_>, inner: &mut Map<String, Value>) -> Result<(), Fault> {
    currency(fields, "code")?;
    inner.insert("amount_1000".to_owned(), thousandths(fields)?.into());
    Ok(())
}

/// The code of a currency.
///
/// # Errors
/// 1008, 1009.
pub(in crate::whatsapp_onprem) fn currency<'a>(
    fields: &Fields<'a>,
    key: &str,
) -> Result<&'a str, Fault> {
    let code = fields.required_text(key)?;
    if code.len() != 3 || !code.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        let why = "must be a currency such as EUR";
        return Err(Fault::invalid(&fields.name(key), why));
    }
    Ok(code)
}

/// An amount of money.
///
/// # Errors
/// 1008, 1009.
pub(in crate::whatsapp_onprem) fn thousandths(fields: &Fields<'_>) -> Result<i64, Fault> {
    let amount = number(fields, "amount_1000")?;
    amount.ok_or_else(|| Fault::missing(&fields.name("amount_1000")))
}

/// Spells the parts of a date as numbers.
///
/// # Errors
/// 1009.
pub(in crate::whatsapp_onprem) fn date(
    fields: &Fields<'_>,
    inner: &mut Map<String, Value>,
) -> Result<(), Fault> {
    for part in PARTS {
        let Some(number) = number(fields, part)? else {
            continue;
        };
        if part == "day_of_week" && !(1..=7).contains(&number) {
            return Err(Fault::invalid(&fields.name(part), "must be from 1 to 7"));
        }
        inner.insert(part.to_owned(), number.into());
    }
    match fields.text("calendar")? {
        None | Some("" | "GREGORIAN" | "SOLAR_HIJRI") => Ok(()),
        Some(_) => {
            let why = "must be GREGORIAN or SOLAR_HIJRI";
            Err(Fault::invalid(&fields.name("calendar"), why))
        }
    }
}

fn number(fields: &Fields<'_>, key: &str) -> Result<Option<i64>, Fault> {
    let given = fields.get(key);
    given
        .map(|given| {
            whole(given).ok_or_else(|| Fault::invalid(&fields.name(key), "must be a whole number"))
        })
        .transpose()
}
