//! `/v1/configs`: what hosts of the original had beside its nodes.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use dragoman_core::catalog::Catalog;
use dragoman_core::ports::edit;
use dragoman_core::template::{Category, Header, Template, TemplateStatus};
use serde_json::{Map, Value, json};

use super::{changing, headers};
use crate::whatsapp_onprem::Onprem;
use crate::whatsapp_onprem::caller::{Admin, Caller};
use crate::whatsapp_onprem::fields::Fields;
use crate::whatsapp_onprem::render::{Fault, answer};
use crate::whatsapp_onprem::wire::{Body, Query};

/// The most templates of an answer.
const MOST: usize = 1000;

/// Where webhooks go.
pub(in crate::whatsapp_onprem) async fn webhook(
    State(house): State<Onprem>,
    admin: Admin,
) -> Result<Response, Fault> {
    let application = changing::current(&house.services.store.catalog(), admin.channel);
    let url = application.url().unwrap_or_default();
    Ok(told(url, &application.headers()))
}

/// Sends webhooks elsewhere, as `webhooks.url` of the settings does, and with these headers; with
/// none where none are named.
pub(in crate::whatsapp_onprem) async fn set_webhook(
    State(house): State<Onprem>,
    admin: Admin,
    body: Body,
) -> Result<Response, Fault> {
    let object = body.object()?;
    let fields = Fields::root(&object);
    let url = fields.required_text("url")?;
    let headers = fields.get("headers").cloned().unwrap_or(json!({}));
    let headers = headers::read(&headers).map_err(|why| Fault::invalid("headers", &why))?;
    let sent = json!({ "webhooks": { "url": url, "headers": headers } });
    let sent = sent.as_object().expect("it was just made one");
    edit(&*house.services.store, |catalog| {
        let after = changing::current(catalog, admin.channel).with(sent)?;
        let changes = changing::becoming(&house, catalog, admin.channel, &after);
        Ok::<_, Fault>((changes, ()))
    })
    .await?;
    Ok(told(url.trim(), &headers))
}

/// The headers by their names: what they say is a secret between the client and its receiver.
fn told(url: &str, headers: &Map<String, Value>) -> Response {
    let headers = headers::hidden(headers);
    answer(StatusCode::OK, json!({ "url": url, "headers": headers }))
}

/// The channel's templates, as we know them.
pub(in crate::whatsapp_onprem) async fn templates(
    State(house): State<Onprem>,
    caller: Caller,
    query: Query,
) -> Result<Response, Fault> {
    let catalog = house.services.store.catalog();
    let own = own(&catalog, &caller);
    let limit = query.number("limit")?.unwrap_or(MOST).min(MOST);
    let offset = query.number("offset")?.unwrap_or(0);
    let shown = own.iter().skip(offset).take(limit);
    let shown: Vec<Value> = shown.map(|template| listed(template)).collect();
    Ok(answer(
        StatusCode::OK,
        json!({
            "count": shown.len(),
            "limit": limit,
            "offset": offset,
            "total": own.len(),
            "waba_templates": shown,
        }),
    ))
}

fn own<'a>(catalog: &'a Catalog, caller: &Caller) -> Vec<&'a Template> {
    let mut own = catalog.templates_of(caller.channel.id);
    own.sort_by(|one, other| (&one.name, &one.language).cmp(&(&other.name, &other.language)));
    own
}

fn listed(template: &Template) -> Value {
    json!({
        "name": template.name,
        "language": template.language,
        "category": category(template.category),
        "status": status(template.status),
        "components": components(template),
    })
}

fn components(template: &Template) -> Vec<Value> {
    let mut components = Vec::new();
    components.extend(header(&template.header));
    components.push(json!({ "type": "BODY", "text": template.body }));
    if let Some(footer) = &template.footer {
        components.push(json!({ "type": "FOOTER", "text": footer }));
    }
    if !template.buttons.is_empty() {
        let buttons = template.buttons.iter().map(|text| json!({ "text": text }));
        let buttons: Vec<Value> = buttons.collect();
        components.push(json!({ "type": "BUTTONS", "buttons": buttons }));
    }
    components
}

fn header(header: &Header) -> Option<Value> {
    match header {
        Header::None => None,
        Header::Text(text) => Some(json!({ "type": "HEADER", "format": "TEXT", "text": text })),
        Header::Media(kind) => {
            let format = kind.word().to_uppercase();
            Some(json!({ "type": "HEADER", "format": format }))
        }
        Header::Location => Some(json!({ "type": "HEADER", "format": "LOCATION" })),
    }
}

const fn category(category: Category) -> &'static str {
    match category {
        Category::Marketing => "MARKETING",
        Category::Utility => "UTILITY",
        Category::Authentication => "AUTHENTICATION",
    }
}

const fn status(status: TemplateStatus) -> &'static str {
    match status {
        TemplateStatus::Approved => "approved",
        TemplateStatus::Pending => "pending",
        TemplateStatus::Rejected => "rejected",
        TemplateStatus::Paused => "paused",
        TemplateStatus::Disabled => "disabled",
        TemplateStatus::Deleted => "deleted",
    }
}
