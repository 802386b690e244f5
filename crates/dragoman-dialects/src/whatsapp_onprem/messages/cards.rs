//! Contact cards.

use dragoman_core::Raw;
use serde_json::{Map, Value};
use time::Date;
use time::macros::format_description;

use crate::whatsapp_onprem::fields::Fields;
use crate::whatsapp_onprem::limits::CARDS;
use crate::whatsapp_onprem::render::Fault;

/// The arrays of a card, with what their entries say. What else programs write there, WhatsApp
/// does not know.
const LISTS: [(&str, &[&str]); 4] = [
    (
        "addresses",
        &[
            "street",
            "city",
            "state",
            "zip",
            "country",
            "country_code",
            "type",
        ],
    ),
    ("emails", &["email", "type"]),
    ("phones", &["phone", "type", "wa_id"]),
    ("urls", &["url", "type"]),
];
const ORGANISATION: [&str; 3] = ["company", "department", "title"];
/// A name has at least one of these.
const PARTS: [&str; 5] = ["first_name", "last_name", "middle_name", "suffix", "prefix"];

/// Reads the `contacts` of a message, to be passed on.
///
/// # Errors
/// 1008, 1009.
pub(in crate::whatsapp_onprem) fn contacts(fields: &Fields<'_>) -> Result<Raw, Fault> {
    let cards = fields.objects("contacts")?;
    if cards.is_empty() {
        return Err(Fault::missing("contacts"));
    }
    CARDS.check(cards.len())?;
    let cards = cards.iter().map(card).collect::<Result<Vec<_>, _>>()?;
    Ok(Raw::new(Value::Array(cards).to_string()))
}

fn card(fields: &Fields<'_>) -> Result<Value, Fault> {
    let mut card = Map::new();
    card.insert("name".to_owned(), name(&fields.required_object("name")?)?);
    for (list, keys) in LISTS {
        let entries = fields.objects(list)?;
        let entries = entries.iter().map(|entry| match list {
            "phones" => phone(entry, keys),
            _ => words(entry, keys).map(Value::Object),
        });
        let entries = entries.collect::<Result<Vec<_>, _>>()?;
        if !entries.is_empty() {
            card.insert(list.to_owned(), entries.into());
        }
    }
    if let Some(organisation) = fields.object_at("org")? {
        card.insert(
            "org".to_owned(),
            words(&organisation, &ORGANISATION)?.into(),
        );
    }
    if let Some(day) = fields.text("birthday")?.filter(|day| !day.is_empty()) {
        let is_signed = day.starts_with(['+', '-']);
        if is_signed || Date::parse(day, format_description!("[year]-[month]-[day]")).is_err() {
            let why = "must be a day such as 1970-12-31";
            return Err(Fault::invalid(&fields.name("birthday"), why));
        }
        card.insert("birthday".to_owned(), day.into());
    }
    Ok(Value::Object(card))
}

fn name(fields: &Fields<'_>) -> Result<Value, Fault> {
    let whole = fields.required_word("formatted_name")?;
    if whole.is_empty() {
        return Err(Fault::invalid(&fields.name("formatted_name"), "is empty"));
    }
    let mut name = words(fields, &PARTS)?;
    if name.is_empty() {
        return Err(Fault::missing(&fields.name("first_name")));
    }
    name.insert("formatted_name".to_owned(), whole.into());
    Ok(Value::Object(name))
}

/// A number, also with the key that the documentation's own sample misspells.
fn phone(fields: &Fields<'_>, keys: &[&str]) -> Result<Value, Fault> {
    let mut phone = words(fields, keys)?;
    if let Some(wa_id) = fields.word("wa-id")? {
        phone.entry("wa_id").or_insert_with(|| wa_id.into());
    }
    if let (None, Some(wa_id)) = (phone.get("phone"), phone.get("wa_id")) {
        let number = format!("+{}", wa_id.as_str().unwrap_or_default());
        phone.insert("phone".to_owned(), number.into());
    }
    Ok(Value::Object(phone))
}

/// Those of the fields that say something.
fn words(fields: &Fields<'_>, keys: &[&str]) -> Result<Map<String, Value>, Fault> {
    let mut words = Map::new();
    for key in keys {
        if let Some(word) = fields.word(key)?.filter(|word| !word.is_empty()) {
            words.insert((*key).to_owned(), word.into());
        }
    }
    Ok(words)
}
