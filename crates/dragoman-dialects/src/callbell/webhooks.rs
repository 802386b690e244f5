//! The webhook of a program, which the program itself makes, replaces and takes away.
//!
//! An account of the original has one. Here every token has one: programs with tokens of their own
//! do not take each other's away.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use dragoman_core::catalog::{Catalog, Change, Subscription};
use dragoman_core::ports::edit;
use dragoman_core::{Id, Raw, Secret};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::caller::Caller;
use super::errors::{Error, FieldErrors};
use super::form::{Form, Noted, REQUIRED};
use super::format::{EVENTS, NAME};
use super::handlers::Body;
use super::json::{Json as Given, Object};
use super::{objects, parse};
use crate::endpoint;
use crate::services::Services;

/// As many deliveries to one webhook may run at once.
const CONCURRENCY: u16 = 4;

/// `POST /webhooks/subscribe`. Subscribing again changes what there is: what waits for the old
/// address goes to the new one, and the secret stays.
pub(super) async fn subscribe(
    State(services): State<Arc<Services>>,
    caller: Caller,
    Body(body): Body,
) -> Result<Json<Value>, Error> {
    let wish = Wish::read(&parse::object(&body)?).map_err(Error::Fields)?;
    let webhook = edit(&*services.store, |catalog| {
        let mut known = made_here(catalog, &caller).filter(|(webhook, owner)| {
            owner.is_replaced_by(&caller, catalog) || *webhook.url == *wish.url
        });
        let webhook = match known.next() {
            Some((webhook, _)) => webhook.clone(),
            None => first(&services, &caller),
        };
        let webhook = Subscription {
            url: wish.url.clone(),
            events: wish.events.clone(),
            settings: Some(Owner::of(&caller).raw()),
            enabled: true,
            ..webhook
        };
        // Nobody is told twice at the same address.
        let mut changes: Vec<_> = known.map(removal).collect();
        changes.push(Change::Subscription(webhook.clone()));
        Ok::<_, Error>((changes, webhook))
    })
    .await?;
    Ok(Json(json!({ "webhook": shown(&webhook) })))
}

/// `DELETE /webhooks/unsubscribe`.
pub(super) async fn unsubscribe(
    State(services): State<Arc<Services>>,
    caller: Caller,
) -> Result<Json<Value>, Error> {
    edit(&*services.store, |catalog| {
        let known = made_here(catalog, &caller);
        let mine = known.filter(|(_, owner)| owner.is_replaced_by(&caller, catalog));
        let changes: Vec<_> = mine.map(removal).collect();
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
        if !EVENTS.contains(&name) {
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

/// The token that a webhook was made with.
#[derive(Serialize, Deserialize)]
struct Owner {
    token: String,
}

impl Owner {
    fn of(caller: &Caller) -> Self {
        Self {
            token: caller.token.simple(),
        }
    }

    fn raw(&self) -> Raw {
        Raw::new(json!(self).to_string())
    }

    /// Whether this caller speaks for it: with the same token, or because its token is gone.
    fn is_replaced_by(&self, caller: &Caller, catalog: &Catalog) -> bool {
        let is_owner = |token: Id| token.simple() == self.token;
        is_owner(caller.token) || !catalog.tokens.iter().any(|token| is_owner(token.id))
    }
}

/// The account's webhooks that were made by this API. Those of an operator are not a program's to
/// change.
fn made_here<'a>(
    catalog: &'a Catalog,
    caller: &Caller,
) -> impl Iterator<Item = (&'a Subscription, Owner)> + use<'a> {
    let account = caller.account;
    let all = catalog.subscriptions.iter();
    all.filter(move |webhook| webhook.account == account && *webhook.format == *NAME)
        .filter_map(|webhook| {
            let settings = webhook.settings.as_ref()?;
            Some((webhook, serde_json::from_str(settings.as_str()).ok()?))
        })
}

fn removal((webhook, _): (&Subscription, Owner)) -> Change {
    Change::RemoveSubscription(webhook.id)
}

/// A first webhook: it hears of nothing that was before its time.
fn first(services: &Services, caller: &Caller) -> Subscription {
    Subscription {
        id: services.fresh_id(),
        account: caller.account,
        channel: None,
        url: "".into(),
        format: NAME.into(),
        events: Vec::new(),
        secret: Some(Secret::new(format!(
            "whsec_{:032x}",
            services.random.bits()
        ))),
        concurrency: CONCURRENCY,
        settings: None,
        since: services.store.last_event(),
        enabled: true,
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
