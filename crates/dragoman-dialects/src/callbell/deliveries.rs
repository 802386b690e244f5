//! `GET /webhooks/events`: what was told to the account's webhooks, and how they answered.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use dragoman_core::catalog::{Catalog, Subscription};
use dragoman_core::event::Event;
use dragoman_core::message::Stored;
use dragoman_core::ports::{
    self, Attempted, AttemptedDelivery, Delivered, Format, Happened, NewsView, View,
};
use dragoman_core::{Id, Tenant};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use super::caller::Caller;
use super::errors::Error;
use super::format::{CallbellFormat, NAME, Payload};
use super::handlers::QueryOf;
use super::lists::Page;
use super::params::{Params, wrong};
use super::{events, objects};
use crate::services::Services;

/// No further back than as many tries.
const KEPT: usize = 2000;
const MOST_PER_PAGE: usize = 100;
/// What stands for an event of which nothing is known any more.
const FORGOTTEN: &str = "unknown";

/// The newest try first, of every webhook of the account.
pub(super) async fn list(
    State(services): State<Arc<Services>>,
    caller: Caller,
    query: QueryOf,
) -> Result<Json<Value>, Error> {
    let params = Params::read(query);
    let wanted = Wanted::read(&params)?;
    let mut page = Page::read(&params)?;
    if let Some(size) = items(&params)? {
        page = page.sized(size);
    }
    let webhooks = webhooks(&caller.catalog, caller.account);
    let ids: Vec<Id> = webhooks.iter().map(|webhook| webhook.id).collect();
    let mut tries = services.store.last_deliveries(&ids, KEPT).await?;
    let format = CallbellFormat::new(services.links.clone());
    tries.retain(|one| wanted.takes(one, &format));
    let log = Log {
        services: &services,
        catalog: &caller.catalog,
        webhooks,
        format,
    };
    let mut shown = Vec::new();
    for one in page.of(&tries) {
        shown.push(log.entry(one).await?);
    }
    Ok(Json(
        json!({ "webhook_events": shown, "meta": page.meta(tries.len()) }),
    ))
}

/// How many entries a page shall have.
fn items(params: &Params) -> Result<Option<usize>, Error> {
    const FIELD: &str = "items";
    let must = || wrong(FIELD, format!("must be a number from 1 to {MOST_PER_PAGE}"));
    match params.count(FIELD).map_err(|_| must())? {
        Some(size) if size > MOST_PER_PAGE => Err(must()),
        size => Ok(size),
    }
}

fn webhooks(catalog: &Catalog, account: Tenant) -> Vec<&Subscription> {
    let mut all: Vec<_> = catalog.subscriptions.iter().collect();
    all.retain(|webhook| webhook.account == account && *webhook.format == *NAME);
    all
}

/// Which tries a program asks for.
struct Wanted<'a> {
    success: Option<bool>,
    names: Vec<&'a str>,
}

impl<'a> Wanted<'a> {
    fn read(params: &'a Params) -> Result<Self, Error> {
        let status = params.one_of("status", ["success", "failed"])?;
        let names = params.names("subscriptions");
        if let Some(unknown) = names.iter().find(|name| !events::ALL.contains(name)) {
            return Err(wrong("subscriptions", format!("unknown event {unknown}")));
        }
        Ok(Self {
            success: status.map(|status| status == "success"),
            names,
        })
    }

    fn takes(&self, one: &Delivered, format: &CallbellFormat) -> bool {
        let is_named = || {
            let happened = one.happened.as_ref();
            let name = happened.and_then(events::name);
            name.is_some_and(|name| self.names.contains(&name))
        };
        was_tried(&one.tried)
            && self
                .success
                .is_none_or(|success| success == is_success(&one.tried, format))
            && (self.names.is_empty() || is_named())
    }
}

/// What is only set aside has not been told to anybody.
const fn was_tried(tried: &AttemptedDelivery) -> bool {
    match tried.then {
        Attempted::Done | Attempted::Again { .. } | Attempted::Exhausted => true,
        Attempted::Overtaken => false,
    }
}

fn is_success(tried: &AttemptedDelivery, format: &CallbellFormat) -> bool {
    tried.status.is_some_and(|status| format.is_success(status))
}

/// A try as the original shows it. `payload` is without the envelope.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    event: &'static str,
    #[serde(serialize_with = "or_nothing")]
    payload: Option<Payload>,
    response: Answer,
    success: bool,
    created_at: String,
}

/// What the receiver answered. `code` is `null` where it did not.
#[derive(Serialize)]
struct Answer {
    body: String,
    code: Option<u16>,
    headers: Map<String, Value>,
}

/// What entries are made with.
struct Log<'a> {
    services: &'a Services,
    catalog: &'a Catalog,
    webhooks: Vec<&'a Subscription>,
    format: CallbellFormat,
}

impl Log<'_> {
    async fn entry(&self, one: &Delivered) -> Result<Entry, Error> {
        let (happened, tried) = (one.happened.as_ref(), &one.tried);
        let answer = tried.answer.as_ref();
        Ok(Entry {
            event: happened.and_then(events::name).unwrap_or(FORGOTTEN),
            payload: self.payload(one).await?,
            response: Answer {
                body: answer.map_or_else(String::new, |raw| raw.as_str().to_owned()),
                code: tried.status,
                headers: Map::new(),
            },
            success: is_success(tried, &self.format),
            created_at: objects::date(tried.at),
        })
    }

    /// Payloads are not kept: this one is told anew, of how things stand now.
    async fn payload(&self, one: &Delivered) -> Result<Option<Payload>, Error> {
        let mut webhooks = self.webhooks.iter();
        let webhook = webhooks.find(|webhook| webhook.id == one.subscription);
        let (Some(webhook), Some(happened)) = (webhook, &one.happened) else {
            return Ok(None);
        };
        Ok(match happened {
            Happened::Message(event, message) => self.of_message(event, message, webhook).await?,
            Happened::News(news, customer) => self.format.of_news(&NewsView {
                news,
                customer: customer.as_deref(),
                subscription: webhook,
                catalog: self.catalog,
            }),
        })
    }

    async fn of_message(
        &self,
        event: &Event,
        message: &Stored,
        subscription: &Subscription,
    ) -> Result<Option<Payload>, Error> {
        let earlier = message.inbound().and_then(|body| body.refers_to());
        let refers_to = match earlier {
            Some(id) => ports::earlier(&*self.services.store, message, id).await?,
            None => None,
        };
        let view = View {
            event,
            message,
            refers_to: refers_to.as_ref(),
            advertisement: None,
            subscription,
            catalog: self.catalog,
        };
        Ok(self.format.of_message(&view, self.services.clock.now()))
    }
}

/// `{}` for what is gone.
fn or_nothing<S: Serializer>(payload: &Option<Payload>, serializer: S) -> Result<S::Ok, S::Error> {
    match payload {
        Some(payload) => payload.serialize(serializer),
        None => serializer.serialize_map(Some(0))?.end(),
    }
}
