//! `/v1/settings/application`: what the client has set, and the webhook that follows from it.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use dragoman_core::catalog::{Catalog, Change, OnpremSettings, Subscription};
use dragoman_core::ports::{Format, edit};
use serde_json::json;

use super::application::Application;
use super::caller::{Caller, ThisChannel};
use super::render::{Fault, answer, done};
use super::wire::Body;
use super::{Onprem, OnpremFormat};

/// Everything, defaults included.
pub(super) async fn show(State(house): State<Onprem>, caller: Caller) -> Result<Response, Fault> {
    caller.admin()?;
    let catalog = house.services.store.catalog();
    let channel = catalog.channel(caller.channel.id);
    let number = channel.and_then(|channel| channel.phone.as_deref());
    let shown = current(&catalog, caller.channel).shown(number.unwrap_or_default());
    Ok(answer(
        StatusCode::OK,
        json!({ "settings": { "application": shown } }),
    ))
}

/// Takes over what is sent and leaves the rest as it is.
pub(super) async fn change(
    State(house): State<Onprem>,
    caller: Caller,
    body: Body,
) -> Result<Response, Fault> {
    caller.admin()?;
    let sent = body.object_or_nothing()?;
    edit(&*house.services.store, |catalog| {
        let before = current(catalog, caller.channel);
        let after = before.with(&sent)?;
        let mut changes = vec![Change::OnpremSettings(OnpremSettings {
            channel: caller.channel.id,
            application: after.raw(),
            webhook_ca: None,
        })];
        match after.url() {
            Some(url) => {
                let known = webhook(catalog, caller.channel).cloned();
                let webhook = known.unwrap_or_else(|| first_webhook(&house, caller.channel));
                changes.push(Change::Subscription(following(webhook, &after, url)));
            }
            // A webhook that an operator made is not this client's to take away.
            None if before.url().is_none() => {}
            None => changes.extend(removal(catalog, caller.channel)),
        }
        Ok::<_, Fault>((changes, ()))
    })
    .await?;
    Ok(done())
}

/// Back to the defaults.
pub(super) async fn reset(State(house): State<Onprem>, caller: Caller) -> Result<Response, Fault> {
    caller.admin()?;
    edit(&*house.services.store, |catalog| {
        let mut changes = vec![Change::RemoveOnpremSettings(caller.channel.id)];
        if current(catalog, caller.channel).url().is_some() {
            changes.extend(removal(catalog, caller.channel));
        }
        Ok::<_, Fault>((changes, ()))
    })
    .await?;
    Ok(done())
}

fn current(catalog: &Catalog, channel: ThisChannel) -> Application {
    let mut settings = catalog.onprem_settings.iter();
    let kept = settings.find(|settings| settings.channel == channel.id);
    Application::read(kept.map(|settings| &settings.application))
}

fn webhook(catalog: &Catalog, channel: ThisChannel) -> Option<&Subscription> {
    catalog.subscriptions.iter().find(|subscription| {
        subscription.channel == Some(channel.id)
            && subscription.account == channel.account
            && *subscription.format == *OnpremFormat.name()
    })
}

fn removal(catalog: &Catalog, channel: ThisChannel) -> Option<Change> {
    webhook(catalog, channel).map(|found| Change::RemoveSubscription(found.id))
}

/// A first webhook: it hears of nothing that was before its time.
fn first_webhook(house: &Onprem, channel: ThisChannel) -> Subscription {
    let services = &house.services;
    Subscription {
        id: services.fresh_id(),
        account: channel.account,
        channel: Some(channel.id),
        url: "".into(),
        format: OnpremFormat.name().into(),
        events: Vec::new(),
        secret: None,
        concurrency: 1,
        settings: None,
        trust: None,
        since: services.store.last_event(),
        enabled: true,
        created_at: services.clock.now(),
    }
}

/// The webhook as the settings want it. What waits for an old address goes to the new one, as the
/// original's queue did.
fn following(webhook: Subscription, application: &Application, url: &str) -> Subscription {
    Subscription {
        url: url.into(),
        concurrency: application.concurrency(),
        settings: Some(application.raw()),
        enabled: true,
        ..webhook
    }
}
