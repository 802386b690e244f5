//! `/v1/settings/application`: what the client has set, and the webhook that follows from it.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use dragoman_core::catalog::{Catalog, Change, OnpremSettings, Subscription};
use dragoman_core::ports::{Format, edit};
use serde_json::json;

use super::application::Application;
use crate::whatsapp_onprem::caller::{Admin, ThisChannel};
use crate::whatsapp_onprem::render::{Fault, answer, done};
use crate::whatsapp_onprem::wire::Body;
use crate::whatsapp_onprem::{Onprem, OnpremFormat};

/// Everything, defaults included.
pub(in crate::whatsapp_onprem) async fn show(
    State(house): State<Onprem>,
    admin: Admin,
) -> Result<Response, Fault> {
    let catalog = house.services.store.catalog();
    let channel = catalog.channel(admin.channel.id);
    let number = channel.and_then(|channel| channel.phone.as_deref());
    let shown = current(&catalog, admin.channel).shown(number.unwrap_or_default());
    Ok(answer(
        StatusCode::OK,
        json!({ "settings": { "application": shown } }),
    ))
}

/// Takes over what is sent and leaves the rest as it is.
pub(in crate::whatsapp_onprem) async fn change(
    State(house): State<Onprem>,
    admin: Admin,
    body: Body,
) -> Result<Response, Fault> {
    let sent = body.object_or_nothing()?;
    edit(&*house.services.store, |catalog| {
        let after = current(catalog, admin.channel).with(&sent)?;
        let changes = becoming(&house, catalog, admin.channel, &after);
        Ok::<_, Fault>((changes, ()))
    })
    .await?;
    Ok(done())
}

/// Back to the defaults. The webhook's certificates have a node of their own and stay.
pub(in crate::whatsapp_onprem) async fn reset(
    State(house): State<Onprem>,
    admin: Admin,
) -> Result<Response, Fault> {
    let channel = admin.channel;
    edit(&*house.services.store, |catalog| {
        let after = Application::default();
        let mut changes = becoming(&house, catalog, channel, &after);
        if webhook_ca(catalog, channel).is_none() {
            changes.push(Change::RemoveOnpremSettings(channel.id));
        }
        Ok::<_, Fault>((changes, ()))
    })
    .await?;
    Ok(done())
}

/// The settings as they stand.
pub(in crate::whatsapp_onprem) fn current(catalog: &Catalog, channel: ThisChannel) -> Application {
    Application::read(kept(catalog, channel).map(|settings| &settings.application))
}

/// The certificates that the webhook's must be signed by.
pub(in crate::whatsapp_onprem) fn webhook_ca(
    catalog: &Catalog,
    channel: ThisChannel,
) -> Option<&str> {
    kept(catalog, channel)?.webhook_ca.as_deref()
}

/// What it takes to have these settings, and the webhook that follows from them.
pub(in crate::whatsapp_onprem) fn becoming(
    house: &Onprem,
    catalog: &Catalog,
    channel: ThisChannel,
    after: &Application,
) -> Vec<Change> {
    let trust = webhook_ca(catalog, channel);
    let mut changes = vec![Change::OnpremSettings(OnpremSettings {
        channel: channel.id,
        application: after.raw(),
        webhook_ca: trust.map(Into::into),
    })];
    match after.url() {
        Some(url) => {
            let known = webhook(catalog, channel).cloned();
            let webhook = known.unwrap_or_else(|| first_webhook(house, channel, trust));
            changes.push(Change::Subscription(following(webhook, after, url)));
        }
        // A webhook that an operator made is not this client's to take away.
        None if current(catalog, channel).url().is_none() => {}
        None => {
            let found = webhook(catalog, channel);
            changes.extend(found.map(|found| Change::RemoveSubscription(found.id)));
        }
    }
    changes
}

/// What it takes to have the webhook's certificate signed by these, or by public ones.
pub(in crate::whatsapp_onprem) fn trusting(
    catalog: &Catalog,
    channel: ThisChannel,
    trust: Option<&str>,
) -> Vec<Change> {
    let application = current(catalog, channel);
    let mut changes = vec![Change::OnpremSettings(OnpremSettings {
        channel: channel.id,
        application: application.raw(),
        webhook_ca: trust.map(Into::into),
    })];
    // A webhook that an operator made has the operator's certificates.
    let own = application.url().and(webhook(catalog, channel));
    changes.extend(own.map(|own| {
        Change::Subscription(Subscription {
            trust: trust.map(Into::into),
            ..own.clone()
        })
    }));
    changes
}

fn kept(catalog: &Catalog, channel: ThisChannel) -> Option<&OnpremSettings> {
    let mut settings = catalog.onprem_settings.iter();
    settings.find(|settings| settings.channel == channel.id)
}

fn webhook(catalog: &Catalog, channel: ThisChannel) -> Option<&Subscription> {
    catalog.subscriptions.iter().find(|subscription| {
        subscription.channel == Some(channel.id)
            && subscription.account == channel.account
            && *subscription.format == *OnpremFormat.name()
    })
}

/// A first webhook: it hears of nothing that was before its time.
fn first_webhook(house: &Onprem, channel: ThisChannel, trust: Option<&str>) -> Subscription {
    let services = &house.services;
    Subscription {
        id: services.fresh_id(),
        account: channel.account.id(),
        channel: Some(channel.id),
        url: "".into(),
        format: OnpremFormat.name().into(),
        events: Vec::new(),
        secret: None,
        retiring: None,
        concurrency: 1,
        ordered: false,
        settings: None,
        trust: trust.map(Into::into),
        since: services.store.last_event(),
        enabled: true,
        stopped: None,
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
        ..webhook.resumed()
    }
}
