//! The bodies of webhooks, as the Cloud API's reference describes them. Pure.

use serde_json::{Map, Value, json};

use crate::clock::UnixMillis;
use crate::graph::title;
use crate::world::{App, Customer, Message, News, Outbound, Status, TemplateNews};

/// What one webhook says.
pub(crate) fn body(app: &App, customer: &Customer, message: &Message, news: News) -> Value {
    let value = match (news, &message.outbound) {
        (News::Status { status, at }, Some(outbound)) => {
            status_value(customer, message, outbound, status, at)
        }
        (News::Status { .. } | News::CustomerWrote, _) => written_value(customer, message),
    };
    frame(app, value)
}

/// What became of a template.
pub(crate) fn template_body(news: &TemplateNews) -> Value {
    let TemplateNews { template, at, .. } = news;
    let reason = template
        .reason
        .as_deref()
        .or(match template.status.as_str() {
            "PENDING_DELETION" => None,
            _ => Some("NONE"),
        });
    let mut value = json!({
        "event": template.status,
        "message_template_id": template.id.parse::<u64>().unwrap_or_default(),
        "message_template_name": template.name,
        "message_template_language": template.language,
        "message_template_category": template.category,
        "reason": reason,
    });
    let title = match template.status.as_str() {
        "PAUSED" => Some("FIRST_PAUSE"),
        "DISABLED" => Some("DISABLED"),
        _ => None,
    };
    if let Some(title) = title {
        let description = format!("The template is {}.", template.status.to_ascii_lowercase());
        value["other_info"] = json!({"title": title, "description": description});
    }
    let change = json!({"field": "message_template_status_update", "value": value});
    json!({
        "object": "whatsapp_business_account",
        "entry": [{"id": template.waba_id, "time": at.seconds(), "changes": [change]}],
    })
}

fn frame(app: &App, mut value: Map<String, Value>) -> Value {
    value.insert("messaging_product".to_owned(), json!("whatsapp"));
    let metadata = json!({
        "display_phone_number": app.display_phone_number(),
        "phone_number_id": app.phone_number_id,
    });
    value.insert("metadata".to_owned(), metadata);
    json!({
        "object": "whatsapp_business_account",
        "entry": [{"id": app.waba_id, "changes": [{"field": "messages", "value": value}]}],
    })
}

fn written_value(customer: &Customer, message: &Message) -> Map<String, Value> {
    let wire = message
        .wire
        .as_ref()
        .map(|wire| serde_json::from_str(wire.get()));
    let mut object: Map<String, Value> = wire.and_then(Result::ok).unwrap_or_default();
    // A notice about a change says whom it came from before.
    if !object.contains_key("from") && !object.contains_key("from_user_id") {
        put(&mut object, "from", customer.shown_number());
        put(&mut object, "from_user_id", customer.bsuid.as_ref());
    }
    object.insert("id".to_owned(), json!(message.wamid));
    object.insert(
        "timestamp".to_owned(),
        json!(message.at.seconds().to_string()),
    );
    let mut value = Map::new();
    if !message.is_notice() {
        value.insert(
            "contacts".to_owned(),
            json!([contact(customer, customer.username.as_ref())]),
        );
    }
    value.insert("messages".to_owned(), json!([object]));
    value
}

fn status_value(
    customer: &Customer,
    message: &Message,
    outbound: &Outbound,
    status: Status,
    at: UnixMillis,
) -> Map<String, Value> {
    let mut object = Map::new();
    object.insert("id".to_owned(), json!(message.wamid));
    object.insert("status".to_owned(), json!(status.word()));
    object.insert("timestamp".to_owned(), json!(at.seconds().to_string()));
    put(&mut object, "recipient_id", customer.shown_number());
    let told_by_bsuid = status != Status::Failed || outbound.addressed_by_bsuid;
    put(
        &mut object,
        "recipient_user_id",
        customer.bsuid.as_ref().filter(|_| told_by_bsuid),
    );
    let token = outbound
        .token
        .as_ref()
        .filter(|_| !outbound.quirks.status_without_token);
    put(&mut object, "biz_opaque_callback_data", token);
    if matches!(status, Status::Sent | Status::Delivered) {
        object.insert("pricing".to_owned(), pricing(&outbound.category));
    }

    let mut value = Map::new();
    if status == Status::Failed {
        object.insert(
            "errors".to_owned(),
            json!([error_object(outbound.fate.unwrap_or(131_000))]),
        );
    } else {
        let username = customer
            .username
            .as_ref()
            .filter(|_| status != Status::Sent);
        value.insert("contacts".to_owned(), json!([contact(customer, username)]));
    }
    value.insert("statuses".to_owned(), json!([object]));
    value
}

fn pricing(category: &str) -> Value {
    let free = category == "service";
    let kind = if free {
        "free_customer_service"
    } else {
        "regular"
    };
    json!({"billable": !free, "pricing_model": "PMP", "type": kind, "category": category})
}

fn contact(customer: &Customer, username: Option<&String>) -> Value {
    let mut profile = Map::new();
    profile.insert("name".to_owned(), json!(customer.name));
    put(&mut profile, "username", username);
    let mut contact = Map::new();
    contact.insert("profile".to_owned(), Value::Object(profile));
    put(&mut contact, "wa_id", customer.shown_number());
    put(&mut contact, "user_id", customer.bsuid.as_ref());
    Value::Object(contact)
}

/// An error as webhooks carry it.
fn error_object(code: u32) -> Value {
    let title = title(code);
    let details = match code {
        131_047 => {
            "Message failed to send because more than 24 hours have passed since the customer last replied to this number."
        }
        131_026 => "Message Undeliverable.",
        131_053 => "Media link could not be fetched.",
        _ => title,
    };
    json!({
        "code": code,
        "title": title,
        "message": title,
        "error_data": {"details": details},
        "href": "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
    })
}

fn put(object: &mut Map<String, Value>, key: &str, value: Option<&String>) {
    if let Some(value) = value {
        object.insert(key.to_owned(), json!(value));
    }
}
