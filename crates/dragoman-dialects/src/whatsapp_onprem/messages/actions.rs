//! What a customer can choose from in an interactive message.

use std::collections::HashSet;

use serde_json::Value;

use super::interactive::{Form, says_nothing};
use crate::whatsapp_onprem::codes::BAD_CHARACTER;
use crate::whatsapp_onprem::fields::Fields;
use crate::whatsapp_onprem::limits::{
    BUTTONS, FLOW_BUTTON, LIST_BUTTON, PRODUCTS, REPLY_ID, REPLY_TITLE, RETAILER_ID,
    ROW_DESCRIPTION, ROW_ID, ROW_TITLE, ROWS, SECTION_TITLE, SECTIONS,
};
use crate::whatsapp_onprem::render::Fault;
use crate::whatsapp_onprem::wire::FOREIGN;

/// Checks an `action` object.
///
/// # Errors
/// 1008, 1009, 1010, 2015, 2016, 2017, 2023.
pub(in crate::whatsapp_onprem) fn check(form: Form, action: &Fields<'_>) -> Result<(), Fault> {
    match form {
        Form::List => list(action),
        Form::Buttons => buttons(action),
        Form::Product => {
            filled(action, "catalog_id")?;
            RETAILER_ID
                .required(action, "product_retailer_id")
                .map(drop)
        }
        Form::Products => products(action),
        Form::Catalog => catalog(action),
        Form::Flow => flow(action),
        Form::Place => named(action, "send_location"),
        Form::Postal => {
            named(action, "address_message")?;
            let parameters = action.required_object("parameters")?;
            one_of(&parameters, "country", &["IN", "SG"])
        }
    }
}

fn list(action: &Fields<'_>) -> Result<(), Fault> {
    LIST_BUTTON.required(action, "button")?;
    let rows = entries(action, "rows")?;
    ROWS.check(rows.len())?;
    let mut ids = HashSet::new();
    for row in rows {
        let id = ROW_ID.required(&row, "id")?;
        if !ids.insert(id) {
            return Err(twice(&row, "id"));
        }
        ROW_TITLE.required(&row, "title")?;
        ROW_DESCRIPTION.word(&row, "description")?;
    }
    Ok(())
}

fn buttons(action: &Fields<'_>) -> Result<(), Fault> {
    let buttons = action.objects("buttons")?;
    if buttons.is_empty() {
        return Err(Fault::missing(&action.name("buttons")));
    }
    BUTTONS.check(buttons.len())?;
    let (mut ids, mut titles) = (HashSet::new(), HashSet::new());
    for button in buttons {
        one_of(&button, "type", &["reply"])?;
        let reply = button.required_object("reply")?;
        let id = REPLY_ID.required(&reply, "id")?;
        if id.trim() != id {
            return Err(bad_character(&reply, "id", "begins or ends with a space"));
        }
        if !ids.insert(id) {
            return Err(twice(&reply, "id"));
        }
        if !titles.insert(REPLY_TITLE.required(&reply, "title")?) {
            return Err(twice(&reply, "title"));
        }
    }
    Ok(())
}

fn products(action: &Fields<'_>) -> Result<(), Fault> {
    filled(action, "catalog_id")?;
    let products = entries(action, "product_items")?;
    PRODUCTS.check(products.len())?;
    for product in products {
        RETAILER_ID.required(&product, "product_retailer_id")?;
    }
    Ok(())
}

/// The entries of all sections. A section may do without a title only when it is alone.
fn entries<'a>(action: &Fields<'a>, key: &str) -> Result<Vec<Fields<'a>>, Fault> {
    let sections = action.objects("sections")?;
    SECTIONS.check(sections.len())?;
    let mut entries = Vec::new();
    for section in &sections {
        let title = SECTION_TITLE.word(section, "title")?;
        if sections.len() > 1 && title.is_none_or(|title| title.is_empty()) {
            return Err(Fault::missing(&section.name("title")));
        }
        let own = section.objects(key)?;
        if own.is_empty() && sections.len() > 1 {
            return Err(Fault::missing(&section.name(key)));
        }
        entries.extend(own);
    }
    Ok(entries)
}

fn catalog(action: &Fields<'_>) -> Result<(), Fault> {
    named(action, "catalog_message")?;
    if let Some(parameters) = action.object_at("parameters")? {
        RETAILER_ID.word(&parameters, "thumbnail_product_retailer_id")?;
    }
    Ok(())
}

/// Later descriptions let the token, the screen and the data go, and take a name for the id. What
/// says anything to a flow has to name the screen: WhatsApp refuses it otherwise.
fn flow(action: &Fields<'_>) -> Result<(), Fault> {
    named(action, "flow")?;
    let parameters = action.required_object("parameters")?;
    let label = FLOW_BUTTON.required(&parameters, "flow_cta")?;
    if label.chars().any(is_emoji) {
        return Err(bad_character(&parameters, "flow_cta", "has an emoji"));
    }
    match parameters.word("flow_name")? {
        None => filled(&parameters, "flow_id")?,
        Some(_) if parameters.get("flow_id").is_some() => {
            let why = "cannot stand beside an id";
            return Err(Fault::invalid(&parameters.name("flow_name"), why));
        }
        Some(_) => {}
    }
    if parameters.required_word("flow_message_version")? != "3" {
        let name = parameters.name("flow_message_version");
        return Err(Fault::invalid(&name, "must be 3"));
    }
    parameters.word("flow_token")?;
    optional_one_of(&parameters, "mode", &["draft", "published"])?;
    optional_one_of(&parameters, "flow_action", &["navigate", "data_exchange"])?;
    let Some(payload) = parameters.object_at(FOREIGN)? else {
        return Ok(());
    };
    if parameters.text("flow_action")? == Some("data_exchange") {
        return Err(Fault::superfluous(&parameters.name(FOREIGN)));
    }
    let screen = payload.text("screen")?;
    if screen.is_none_or(str::is_empty) && !says_nothing(payload.object()) {
        return Err(Fault::missing(&payload.name("screen")));
    }
    match payload.get("data") {
        None => Ok(()),
        Some(Value::Object(data)) if !data.is_empty() => Ok(()),
        Some(_) => {
            let why = "must be an object that is not empty";
            Err(Fault::invalid(&payload.name("data"), why))
        }
    }
}

fn is_emoji(c: char) -> bool {
    matches!(c, '\u{1f000}'..='\u{1faff}' | '\u{2600}'..='\u{27bf}' | '\u{2b00}'..='\u{2bff}' | '\u{fe0f}')
}

fn named(action: &Fields<'_>, name: &str) -> Result<(), Fault> {
    one_of(action, "name", &[name])
}

fn one_of(fields: &Fields<'_>, key: &str, words: &[&str]) -> Result<(), Fault> {
    fields.required_text(key)?;
    optional_one_of(fields, key, words)
}

fn optional_one_of(fields: &Fields<'_>, key: &str, words: &[&str]) -> Result<(), Fault> {
    match fields.text(key)? {
        Some(word) if !words.contains(&word) => {
            let why = format!("must be {}", words.join(" or "));
            Err(Fault::invalid(&fields.name(key), &why))
        }
        Some(_) | None => Ok(()),
    }
}

fn filled(fields: &Fields<'_>, key: &str) -> Result<(), Fault> {
    if fields.required_word(key)?.is_empty() {
        return Err(Fault::invalid(&fields.name(key), "is empty"));
    }
    Ok(())
}

fn twice(fields: &Fields<'_>, key: &str) -> Fault {
    Fault::invalid(&fields.name(key), "is there twice")
}

fn bad_character(fields: &Fields<'_>, key: &str, why: &str) -> Fault {
    Fault::of_request(BAD_CHARACTER, format!("{} {why}", fields.name(key)))
}
