//! The values of an `hsm`, which have other names than those of a template and mean the same.

use dragoman_core::template::Parameter;
use serde_json::{Map, Value};

use super::values::{currency, date, said, spelled, thousandths};
use crate::whatsapp_onprem::fields::Fields;
use crate::whatsapp_onprem::limits::TEMPLATE_BODY_ALONE;
use crate::whatsapp_onprem::render::Fault;

/// The days as they are numbered, from 1.
const DAYS: [&str; 7] = [
    "MONDAY",
    "TUESDAY",
    "WEDNESDAY",
    "THURSDAY",
    "FRIDAY",
    "SATURDAY",
    "SUNDAY",
];
const DAY: &str = "day_of_week";

/// Reads `{default, currency | date_time}`.
///
/// # Errors
/// 1008, 1009, 2004.
pub(in crate::whatsapp_onprem) fn localized(value: &Fields<'_>) -> Result<Parameter, Fault> {
    let text = said(value, "default")?;
    TEMPLATE_BODY_ALONE.check(&value.name("default"), &text)?;
    match (value.object_at("currency")?, value.object_at("date_time")?) {
        (None, None) => Ok(Parameter::Text(text)),
        (Some(money), None) => Ok(spelled("currency", amount(&money)?, &text)),
        (None, Some(time)) => Ok(spelled("date_time", moment(&time)?, &text)),
        (Some(_), Some(_)) => {
            let why = "cannot stand beside a currency";
            Err(Fault::invalid(&value.name("date_time"), why))
        }
    }
}

fn amount(money: &Fields<'_>) -> Result<Map<String, Value>, Fault> {
    let code = currency(money, "currency_code")?;
    Ok(Map::from_iter([
        ("code".to_owned(), code.into()),
        ("amount_1000".to_owned(), thousandths(money)?.into()),
    ]))
}

/// A date by its parts, or by the seconds since 1970.
fn moment(time: &Fields<'_>) -> Result<Map<String, Value>, Fault> {
    let parts = match time.object_at("component")? {
        Some(parts) => parts,
        None => {
            let seconds = time.required_object("unix_epoch")?;
            seconds.required_word("timestamp")?;
            seconds
        }
    };
    let mut given = parts.object().clone();
    if let Some(day) = parts.get(DAY).and_then(Value::as_str).and_then(numbered) {
        given.insert(DAY.to_owned(), day.into());
    }
    let mut spelled = given.clone();
    date(&parts.with(&given), &mut spelled)?;
    Ok(spelled)
}

/// The number of a day that is written out.
fn numbered(name: &str) -> Option<usize> {
    let mut days = DAYS.iter();
    let day = days.position(|day| day.eq_ignore_ascii_case(name.trim()))?;
    Some(day + 1)
}
