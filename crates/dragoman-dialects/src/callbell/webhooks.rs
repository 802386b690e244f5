//! The webhook of a program, which the program itself makes, replaces and takes away.
//!
//! An account of the original has one. Here every token has one, so that programs with tokens of
//! their own do not take each other's away.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use dragoman_core::catalog::{Catalog, Change, Subscription};
use dragoman_core::ports::edit;
use dragoman_core::{Id, Raw, Secret, Tenant, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::caller::Caller;
use super::errors::{Error, FieldErrors};
use super::form::{Form, Noted, REQUIRED};
use super::format::NAME;
use super::handlers::{self, Body, QueryOf};
use super::json::{Json as Given, Object};
use super::{events, objects, parse};
use crate::endpoint;
use crate::idempotency;
use crate::services::Services;

/// The path under which idempotency keys are kept.
const PATH: &str = "/v1/webhooks/subscribe";

/// As many deliveries to one webhook may run at once.
const CONCURRENCY: u16 = 4;

/// `POST /webhooks/subscribe`. Subscribing again changes what there is: what waits for the old
/// address goes to the new one, and the secret stays. A program whose old token is gone takes its
/// webhook over, at the same address. With an `Idempotency-Key` a repetition changes nothing.
pub(super) async fn subscribe(
    State(services): State<Arc<Services>>,
    caller: Caller,
    key: idempotency::Header,
    Body(body): Body,
) -> Result<Response, Error> {
    let key = handlers::key(&key, &caller, PATH, &body)?;
    let request = key.as_ref().map(Id::of_request);
    let wish = Wish::read(&parse::object(&body)?).map_err(Error::Fields)?;
    let (webhook, replayed) = edit(&*services.store, |catalog| {
        let now = services.clock.now();
        let known = || made_here(catalog, caller.account);
        let mine = known().find(|(_, owner)| owner.is(caller.token));
        let left = || {
            let is_left = |owner: &Owner| owner.is_gone(catalog, now);
            known().find(|(webhook, owner)| *webhook.url == *wish.url && is_left(owner))
        };
        let webhook = match mine.or_else(left) {
            Some((webhook, owner)) if owner.is_replayed(request)? => {
                return Ok((Vec::new(), (webhook.clone(), true)));
            }
            Some((webhook, _)) => webhook.clone(),
            None => first(&services, &caller),
        };
        let webhook = Subscription {
            url: wish.url.clone(),
            events: wish.events.clone(),
            settings: Some(Owner::of(&caller, request).raw()),
            ..webhook.resumed()
        };
        let change = Change::Subscription(webhook.clone());
        Ok::<_, Error>((vec![change], (webhook, false)))
    })
    .await?;
    let mut response = Json(json!({ "webhook": shown(&webhook) })).into_response();
    if replayed {
        handlers::mark_replayed(&mut response);
    }
    Ok(response)
}

/// `DELETE /webhooks/unsubscribe`: the caller's own; with `url` in the query those at this address,
/// whichever token they were made with.
pub(super) async fn unsubscribe(
    State(services): State<Arc<Services>>,
    caller: Caller,
    query: QueryOf,
) -> Result<Json<Value>, Error> {
    let query = query.map(|Query(query)| query).unwrap_or_default();
    let url = query.get("url").filter(|url| !url.is_empty());
    edit(&*services.store, |catalog| {
        let known = made_here(catalog, caller.account);
        let meant = known.filter(|(webhook, owner)| match url {
            Some(url) => *webhook.url == **url,
            None => owner.is(caller.token),
        });
        let changes: Vec<_> = meant
            .map(|(webhook, _)| Change::RemoveSubscription(webhook.id))
            .collect();
        if changes.is_empty() {
            return Err(Error::NotFound);
        }
        Ok((changes, ()))
    })
    .await?;
    Ok(Json(json!({ "status": "webhook was destroyed" })))
}

/// What a program asks for.
struct Wish {
    url: Box<str>,
    events: Vec<Box<str>>,
}

impl Wish {
    fn read(body: &Object<'_>) -> Result<Self, FieldErrors> {
        let mut form = Form::new(body);
        let (url, events) = (url(&mut form), events(&mut form));
        match (url, events) {
            (Ok(url), Ok(events)) => Ok(Self { url, events }),
            (Err(Noted), _) | (_, Err(Noted)) => Err(form.into_errors()),
        }
    }
}

fn url(form: &mut Form<'_>) -> Result<Box<str>, Noted> {
    let url = form.required("url")?;
    if !endpoint::is_callable(url) {
        return Err(form.note("url", "must be an http or https URL"));
    }
    Ok(url.into())
}

/// A list of names, or one text with commas between them: the documents have both. Each counts
/// once.
fn events(form: &mut Form<'_>) -> Result<Vec<Box<str>>, Noted> {
    const FIELD: &str = "subscriptions";
    let names: Vec<&str> = match form.value(FIELD) {
        Some(Given::List(names)) => {
            let texts = names.iter().map(|name| form.string(FIELD, Some(name)));
            texts
                .filter_map(Result::transpose)
                .collect::<Result<_, _>>()?
        }
        given => {
            let text = form.string(FIELD, given)?.unwrap_or_default();
            text.split(',').map(str::trim).collect()
        }
    };
    let mut events: Vec<Box<str>> = Vec::new();
    for name in names.into_iter().filter(|name| !name.is_empty()) {
        if !events::ALL.contains(&name) {
            return Err(form.note(FIELD, format!("unknown event {name}")));
        }
        if !events.iter().any(|known| **known == *name) {
            events.push(name.into());
        }
    }
    if events.is_empty() {
        return Err(form.note(FIELD, REQUIRED));
    }
    Ok(events)
}

/// The token that a webhook was made with, and the last call about it that had an idempotency key.
#[derive(Serialize, Deserialize)]
struct Owner {
    token: String,
    /// See [`Id::of_request`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    request: Option<String>,
}

impl Owner {
    fn of(caller: &Caller, request: Option<Id>) -> Self {
        Self {
            token: caller.token.simple(),
            request: request.map(Id::simple),
        }
    }

    /// Whether this very call was the last one. With its key and another body it is none.
    fn is_replayed(&self, request: Option<Id>) -> Result<bool, Error> {
        let last: Option<Id> = self.request.as_ref().and_then(|last| last.parse().ok());
        match (last, request) {
            (Some(last), Some(request)) if last == request => Ok(true),
            (Some(last), Some(request)) if request.shares_key(last) => Err(Error::KeyReused),
            (Some(_) | None, _) => Ok(false),
        }
    }

    fn raw(&self) -> Raw {
        Raw::new(json!(self).to_string())
    }

    fn is(&self, token: Id) -> bool {
        token.simple() == self.token
    }

    /// Whether nobody can call with that token any more.
    fn is_gone(&self, catalog: &Catalog, now: Timestamp) -> bool {
        let mut tokens = catalog.tokens.iter();
        let token = tokens.find(|token| self.is(token.id));
        token.is_none_or(|token| token.expires_at.is_some_and(|end| end <= now))
    }
}

/// The account's webhooks that were made by this API. Those of an operator are not a program's to
/// change.
fn made_here(catalog: &Catalog, account: Tenant) -> impl Iterator<Item = (&Subscription, Owner)> {
    let all = catalog.subscriptions.iter();
    all.filter(move |webhook| webhook.account == account && *webhook.format == *NAME)
        .filter_map(|webhook| {
            let settings = webhook.settings.as_ref()?;
            Some((webhook, serde_json::from_str(settings.as_str()).ok()?))
        })
}

/// A first webhook: it hears of nothing that was before its time.
fn first(services: &Services, caller: &Caller) -> Subscription {
    Subscription {
        id: services.fresh_id(),
        account: caller.account.id(),
        channel: None,
        url: "".into(),
        format: NAME.into(),
        events: Vec::new(),
        secret: Some(Secret::new(format!(
            "whsec_{:032x}",
            services.random.bits()
        ))),
        retiring: None,
        concurrency: CONCURRENCY,
        ordered: false,
        settings: None,
        trust: None,
        since: services.store.last_event(),
        enabled: true,
        stopped: None,
        created_at: services.clock.now(),
    }
}

/// With the secret, which the original makes in its dashboard: who may subscribe may know it.
fn shown(webhook: &Subscription) -> Value {
    json!({
        "url": webhook.url,
        "subscriptions": webhook.events,
        "createdAt": objects::spaced_date(webhook.created_at),
        "enabled": webhook.enabled,
        "secret": webhook.secret.as_ref().map(Secret::reveal),
    })
}
