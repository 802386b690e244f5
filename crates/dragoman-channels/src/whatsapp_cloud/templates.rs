//! Templates as Meta lists them → templates as we know them. Nothing here does IO.

use dragoman_core::content::Kind;
use dragoman_core::outcome::Failure;
use dragoman_core::ports::OfferedTemplate;
use dragoman_core::template::{Category, Header, TemplateStatus};
use serde_json::Value;

use super::{kept, wire};

/// What Meta shows for an authentication template whose fixed text it does not tell: the code.
const CODE_ALONE: &str = "{{1}}";

/// Reads one template. `None` for one that nobody could send: without name, language or text, or
/// with a header that we cannot fill.
pub(super) fn offered(template: &Value) -> Option<OfferedTemplate> {
    let category = category(text(template, "category").unwrap_or_default());
    let components = list(template, "components");
    let body = component(components, "BODY").and_then(|body| text(body, "text"));
    let fixed = (category == Category::Authentication).then_some(CODE_ALONE);
    let footer = component(components, "FOOTER").and_then(|footer| text(footer, "text"));
    Some(OfferedTemplate {
        name: text(template, "name")?.into(),
        language: text(template, "language")?.into(),
        category,
        status: status(text(template, "status").unwrap_or_default()),
        header: header(component(components, "HEADER"))?,
        body: body.or(fixed)?.into(),
        footer: footer.map(Into::into),
        buttons: labels(component(components, "BUTTONS")),
    })
}

/// The cursor of the page after this one. Only the cursor is taken from Meta's `next`, never the
/// address, so that an answer cannot send us, and our token, elsewhere.
///
/// # Errors
/// There is more, and no way to it.
pub(super) fn next(page: &kept::TemplatePage) -> Result<Option<Box<str>>, Failure> {
    let Some(paging) = page
        .paging
        .as_ref()
        .filter(|paging| paging.get("next").is_some())
    else {
        return Ok(None);
    };
    let cursor = paging
        .get("cursors")
        .and_then(|cursors| text(cursors, "after"));
    match cursor {
        Some(cursor) => Ok(Some(cursor.into())),
        None => Err(Failure::new(0, "a page of templates without a cursor")),
    }
}

/// An unknown word counts as `Utility`, which has neither the haste of a code nor the pacing of
/// marketing. To leave the template out would take it away from programs that send it.
fn category(word: &str) -> Category {
    match &*word.to_ascii_uppercase() {
        "MARKETING" => Category::Marketing,
        "AUTHENTICATION" => Category::Authentication,
        _ => Category::Utility,
    }
}

/// Only an approved template may be sent. A word that we do not know is no approval.
fn status(word: &str) -> TemplateStatus {
    match &*word.to_ascii_uppercase() {
        // Flagged: at risk of being paused, but sent until then. Reinstated: no longer at risk.
        "APPROVED" | "FLAGGED" | "REINSTATED" | "UNARCHIVED" => TemplateStatus::Approved,
        "REJECTED" | "LIMIT_EXCEEDED" => TemplateStatus::Rejected,
        "PAUSED" => TemplateStatus::Paused,
        "DISABLED" | "LOCKED" | "ARCHIVED" => TemplateStatus::Disabled,
        "DELETED" | "PENDING_DELETION" => TemplateStatus::Deleted,
        _ => TemplateStatus::Pending,
    }
}

fn header(header: Option<&Value>) -> Option<Header> {
    let Some(header) = header else {
        return Some(Header::None);
    };
    let format = text(header, "format")
        .unwrap_or("TEXT")
        .to_ascii_uppercase();
    match &*format {
        "TEXT" => text(header, "text").map(|text| Header::Text(text.into())),
        "IMAGE" => Some(Header::Media(Kind::Image)),
        "VIDEO" => Some(Header::Media(Kind::Video)),
        "DOCUMENT" => Some(Header::Media(Kind::Document)),
        "LOCATION" => Some(Header::Location),
        // Moving pictures and products.
        _ => None,
    }
}

/// Every button has a place in the list, so that its index stays its index.
fn labels(buttons: Option<&Value>) -> Vec<Box<str>> {
    let buttons = buttons.map_or(&[][..], |component| list(component, "buttons"));
    let label = |button| text(button, "text").or_else(|| text(button, "type"));
    let labels = buttons.iter().map(label);
    labels
        .map(|label| label.unwrap_or_default().into())
        .collect()
}

/// The component of a type, in whichever case it is written.
fn component<'a>(components: &'a [Value], kind: &str) -> Option<&'a Value> {
    let is_it = |component: &&Value| {
        text(component, "type").is_some_and(|found| found.eq_ignore_ascii_case(kind))
    };
    components.iter().find(is_it)
}

fn text<'a>(object: &'a Value, key: &str) -> Option<&'a str> {
    wire::filled(object.get(key).and_then(Value::as_str))
}

fn list<'a>(object: &'a Value, key: &str) -> &'a [Value] {
    let list = object.get(key).and_then(Value::as_array);
    list.map_or(&[], Vec::as_slice)
}
