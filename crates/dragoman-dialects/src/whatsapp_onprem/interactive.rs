//! Buttons, lists, products and flows. They are what the Cloud API takes; the limits that clients
//! know by their own codes are checked here.

use dragoman_core::Raw;
use serde_json::Value;

use super::fields::Fields;
use super::render::Fault;

const TOO_MANY_SECTIONS: i64 = 2015;
const TOO_MANY_ROWS: i64 = 2016;
const TOO_MANY_PRODUCTS: i64 = 2023;
const BAD_HEADER: i64 = 2036;

/// Reads an `interactive` object.
///
/// # Errors
/// 1008, 1009, 2015, 2016, 2023, 2036.
pub(super) fn interactive(fields: &Fields<'_>) -> Result<Raw, Fault> {
    let kind = fields.required_text("type")?;
    let action = fields.required_object("action")?;
    match kind {
        "button" => buttons(&action)?,
        "list" => list(&action)?,
        "product_list" => products(&action)?,
        "product" | "catalog_message" | "flow" | "location_request_message" | "address_message" => {
        }
        _ => {
            return Err(Fault::invalid(
                &fields.name("type"),
                "is none that can be sent",
            ));
        }
    }
    if kind != "product" {
        fields.required_object("body")?.required_text("text")?;
    }
    header(fields, kind)?;
    if let Some(footer) = fields.object_at("footer")? {
        footer.text("text")?;
    }
    Ok(Raw::new(Value::Object(fields.object().clone()).to_string()))
}

fn header(fields: &Fields<'_>, kind: &str) -> Result<(), Fault> {
    let given = match fields.object_at("header")? {
        Some(header) => Some(header.required_text("type")?),
        None => None,
    };
    let fits = match (kind, given) {
        ("product_list", given) => given == Some("text"),
        ("product", given) => given.is_none(),
        ("list", given) => matches!(given, None | Some("text")),
        (_, given) => matches!(given, None | Some("text" | "image" | "video" | "document")),
    };
    if fits {
        return Ok(());
    }
    let details = format!("a message of type {kind} cannot have this header");
    Err(Fault::of_request(BAD_HEADER, details))
}

fn buttons(action: &Fields<'_>) -> Result<(), Fault> {
    let buttons = action.objects("buttons")?;
    match buttons.len() {
        0 => Err(Fault::missing(&action.name("buttons"))),
        1..=3 => Ok(()),
        _ => Err(Fault::invalid(
            &action.name("buttons"),
            "has more than 3 entries",
        )),
    }
}

fn list(action: &Fields<'_>) -> Result<(), Fault> {
    action.required_text("button")?;
    let rows = entries(action, "rows")?;
    if (1..=10).contains(&rows) {
        return Ok(());
    }
    let details = format!("{rows} rows where 1 to 10 are expected");
    Err(Fault::of_request(TOO_MANY_ROWS, details))
}

fn products(action: &Fields<'_>) -> Result<(), Fault> {
    action.required_text("catalog_id")?;
    let products = entries(action, "product_items")?;
    if (1..=30).contains(&products) {
        return Ok(());
    }
    let details = format!("{products} products where 1 to 30 are expected");
    Err(Fault::of_request(TOO_MANY_PRODUCTS, details))
}

/// How many entries of this name the sections have together.
fn entries(action: &Fields<'_>, key: &str) -> Result<usize, Fault> {
    let sections = action.objects("sections")?;
    if !(1..=10).contains(&sections.len()) {
        let details = format!("{} sections where 1 to 10 are expected", sections.len());
        return Err(Fault::of_request(TOO_MANY_SECTIONS, details));
    }
    sections
        .iter()
        .try_fold(0, |sum, section| Ok(sum + section.objects(key)?.len()))
}
