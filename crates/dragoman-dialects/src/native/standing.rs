//! What a channel stands on: what its provider says of the sender, whom it calls, and who hears of
//! what arrives.
//!
//! [`show`] asks, [`verdict`] judges, and [`steps`] mend at the provider what is missing there.

mod steps;
mod verdict;

use std::time::Duration;

use axum::Json;
use axum::extract::{Path, State};
use dragoman_core::Timestamp;
use dragoman_core::catalog::{Catalog, Channel, Subscription, Token, TokenScope};
use dragoman_core::outcome::Failure;
use dragoman_core::ports::{
    ANSWER_LIMIT, Answer, Format, Hearing, HttpError, Method, Oldest, Provider, Reach, Request,
    Sender,
};
use dragoman_core::reckoning::Reckoning;
use dragoman_core::template::TemplateStatus;
use serde::Serialize;
use url::form_urlencoded;
use utoipa::ToSchema;

use self::steps::{Credentials, Heard, Registered, Registration};
use super::answer::Problem;
use super::call::Caller;
use super::channels::{ChannelBody, webhook_url};
use super::operation::Operation;
use super::record::visible;
use super::{Native, Room, delivery};
use crate::whatsapp_onprem::OnpremFormat;

const STANDING: &str = "/api/v1/channels/{id}/standing";
const REGISTER: &str = "/api/v1/channels/{id}/register";
const HEAR: &str = "/api/v1/channels/{id}/hear";
const SETTINGS: &str = "/api/v1/channels/{id}/settings";

/// So long may an address take that is only tried.
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get(STANDING, show)
            .named(
                "check_channel",
                "Asks the provider and everybody else whether the channel can send and hear.",
            )
            .answers::<Standing>(200),
        Operation::post(REGISTER, steps::register)
            .named(
                "register_channel",
                "Registers the sender for the provider's API. Only for the operator.",
            )
            .takes::<Registration>()
            .answers::<Registered>(200),
        Operation::post(HEAR, steps::hear)
            .named(
                "hear_channel",
                "Has the provider call this gateway for the channel. Only for the operator.",
            )
            .answers::<Heard>(200),
        Operation::patch(SETTINGS, steps::credentials)
            .named(
                "change_channel_settings",
                "Replaces credentials of a channel. Only for the operator.",
            )
            .takes::<Credentials>()
            .answers::<ChannelBody>(200),
    ]
}

/// What a channel stands on.
#[derive(Serialize, ToSchema)]
struct Standing {
    /// The channel.
    slug: String,
    /// Whether nothing is bad.
    good: bool,
    checks: Vec<Check>,
}

/// One thing that was looked at.
#[derive(Debug, Serialize, ToSchema)]
struct Check {
    /// `enabled`, `token`, `clock`, `status`, `pin`, `app`, `address`, `reachable`, `templates`,
    /// `queue`, `delivery`, `webhook`, `receiver` or `repeats`.
    name: &'static str,
    verdict: Verdict,
    /// A sentence for people; its wording may change.
    found: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Verdict {
    Good,
    Bad,
    /// It works, and may do harm.
    Warning,
    /// Nobody here can tell.
    Unknown,
}

/// What was found out about a channel.
struct Facts<'a> {
    channel: &'a Channel,
    /// What the provider is to call.
    webhook_url: String,
    sender: Option<Result<Sender, Failure>>,
    /// This machine's clock when the provider had answered about the sender.
    asked_at: Timestamp,
    hearing: Option<Result<Hearing, Failure>>,
    /// The answer to a call of the webhook address as the provider makes it.
    echo: Result<Answer, HttpError>,
    /// How many templates can be sent.
    templates: usize,
    /// Of what waits to be sent.
    oldest: Option<Oldest>,
    /// How the messages of the last days fare.
    reckoning: Reckoning,
    /// The On-Premises client's webhook, and what its receiver answered.
    receiver: Option<(&'a Subscription, Result<Answer, HttpError>)>,
    /// Whether a program speaks the On-Premises API to it.
    has_client: bool,
}

async fn show(
    State(native): Room,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<Json<Standing>, Problem> {
    let catalog = native.catalog();
    let channel: &Channel = visible(&catalog, caller, &name)?;
    let checks = verdict::of(&facts(&native, &catalog, channel).await?);
    Ok(Json(Standing {
        slug: channel.slug.to_string(),
        good: checks.iter().all(|check| check.verdict != Verdict::Bad),
        checks,
    }))
}

async fn facts<'a>(
    native: &Native,
    catalog: &'a Catalog,
    channel: &'a Channel,
) -> Result<Facts<'a>, Problem> {
    let webhook_url = webhook_url(native, channel);
    let provider = native.services.provider(channel);
    let webhook = catalog
        .subscriptions
        .iter()
        .find(|one| one.channel == Some(channel.id) && *one.format == *OnpremFormat.name());
    let call = format!("{webhook_url}?{}", challenge(channel));
    let ((sender, asked_at), hearing, echo, receiver) = tokio::join!(
        sender(native, provider, channel),
        hearing(native, provider, channel),
        tried(native, call, Reach::Operator, None),
        answered(native, webhook),
    );
    let sendable = |status| status == TemplateStatus::Approved;
    let templates = catalog.templates_of(channel.id);
    let templates = templates.iter().filter(|one| sendable(one.status)).count();
    let is_login = |token: &Token| matches!(&token.scope, TokenScope::Onprem { channel: own, .. } if *own == channel.id);
    let (reckoning, _) = delivery::reckon(native, channel, delivery::USUAL).await?;
    Ok(Facts {
        channel,
        webhook_url,
        sender,
        asked_at,
        hearing,
        echo,
        templates,
        oldest: native.services.lines.oldest(channel.id),
        reckoning,
        receiver,
        has_client: webhook.is_some() || catalog.tokens.iter().any(is_login),
    })
}

/// What the provider says, and when it had said so by the clock of this machine.
async fn sender(
    native: &Native,
    provider: Option<&dyn Provider>,
    channel: &Channel,
) -> (Option<Result<Sender, Failure>>, Timestamp) {
    let sender = match provider {
        Some(provider) => Some(provider.sender(&*native.services.http, channel).await),
        None => None,
    };
    (sender, native.services.moment().machine)
}

async fn hearing(
    native: &Native,
    provider: Option<&dyn Provider>,
    channel: &Channel,
) -> Option<Result<Hearing, Failure>> {
    let registrar = provider?.registrar()?;
    Some(registrar.hearing(&*native.services.http, channel).await)
}

async fn answered<'a>(
    native: &Native,
    webhook: Option<&'a Subscription>,
) -> Option<(&'a Subscription, Result<Answer, HttpError>)> {
    let webhook = webhook?;
    let (url, trust) = (webhook.url.to_string(), webhook.trust.clone());
    Some((webhook, tried(native, url, Reach::Public, trust).await))
}

/// The query of the provider's first call: it expects its challenge back.
fn challenge(channel: &Channel) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query
        .append_pair("hub.mode", "subscribe")
        .append_pair("hub.verify_token", channel.setting("verify_token"))
        .append_pair("hub.challenge", &echo_of(channel));
    query.finish()
}

/// Digits that no other channel's address answers: nothing else is echoed.
fn echo_of(channel: &Channel) -> String {
    channel.id.as_u128().to_string()
}

/// What an address answers to a call that changes nothing.
async fn tried(
    native: &Native,
    url: String,
    reach: Reach,
    trust: Option<Box<str>>,
) -> Result<Answer, HttpError> {
    let request = Request {
        method: Method::Get,
        url,
        headers: Vec::new(),
        body: Vec::new(),
        timeout: PATIENCE,
        reach,
        answer_limit: ANSWER_LIMIT,
        trust,
    };
    native.services.http.call(request).await
}
