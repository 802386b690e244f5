//! `POST /v1/messages`.

use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use dragoman_core::content::Content;
use dragoman_core::ports::Accepted;
use dragoman_core::submission::{Ask, Dialect, Duplicate, Manner, OptIn, Submission, Wish};
use serde_json::json;

use super::parse::{Wanted, read_mark, wanted};
use super::{attachment, duplicate, earlier, reading};
use crate::whatsapp_onprem::caller::Caller;
use crate::whatsapp_onprem::caller::ThisChannel;
use crate::whatsapp_onprem::contacts::identity as keys;
use crate::whatsapp_onprem::render::{Fault, answer, messages_path, timing};
use crate::whatsapp_onprem::settings::channel_settings::TEMPLATE_NAMESPACE;
use crate::whatsapp_onprem::wire::Body;
use crate::whatsapp_onprem::{Onprem, codes, ids};
use crate::{idempotency, manner};

/// Tells that a message waits at the provider, in the words of the original.
const HELD: &str = "Message has been held because quality assessment is pending";

/// Accepts one message: an id means that it is stored and will be tried.
pub(in crate::whatsapp_onprem) async fn send(
    State(house): State<Onprem>,
    caller: Caller,
    key: idempotency::Header,
    manner: manner::Headers,
    body: Body,
) -> Result<Response, Fault> {
    let channel = caller.channel;
    let window = caller.duplicate_window(&house.services.store.catalog());
    let path = messages_path(channel.id);
    let key = idempotency::key(key.value(), channel.account, "POST", &path, &body.0)
        .map_err(|error| Fault::invalid("Idempotency-Key", &error.to_string()))?;
    let manner = manner
        .read()
        .map_err(|bad| Fault::invalid(bad.header, &bad.to_string()))?;
    let object = body.message()?;
    if let Some(id) = read_mark(&object)? {
        return reading::mark(&house, channel, id).await;
    }
    let Wanted {
        input,
        to,
        mut ask,
        ttl,
        reply_to,
        callback_data,
        identity,
        namespace,
    } = wanted(&object)?;
    let duplicate = window.map(|window| Duplicate {
        fingerprint: duplicate::fingerprint(&object, channel, &to),
        window,
    });
    in_namespace(&house, channel, namespace.as_deref())?;
    keys::check(&house, channel, &to).await?;
    attachment::look_up(&house, channel, &mut ask).await?;
    if let Ask::Content(Content::Reaction(reaction)) = &mut ask {
        let field = "reaction.message_id";
        reaction.target = earlier::provider_id(&house, channel, field, &reaction.target).await?;
    }
    let reply_to = match reply_to {
        Some(id) => Some(earlier::provider_id(&house, channel, "context.message_id", &id).await?),
        None => None,
    };
    let submission = Submission {
        account: channel.account,
        channel: channel.id,
        to: to.clone(),
        ask,
        dialect: Dialect::Onprem,
        opt_in: OptIn::NotAsked,
        assignment: Wish::default(),
        metadata: callback_data,
        duplicate,
        key,
        ttl,
        reply_to,
        manner: Manner { identity, ..manner },
        timing,
    };
    let accepted = house.services.desk.submit(submission).await?;
    Ok(created(
        &input,
        &accepted,
        &ids::outbound(&to, accepted.message),
    ))
}

/// Refuses a template of another business account than the channel's. Only an operator can tell
/// which namespace that one has; where nobody has told, every one is right.
fn in_namespace(house: &Onprem, channel: ThisChannel, given: Option<&str>) -> Result<(), Fault> {
    let Some(given) = given else {
        return Ok(());
    };
    let catalog = house.services.store.catalog();
    let own = catalog.channel(channel.id);
    let own = own.map_or("", |channel| channel.setting(TEMPLATE_NAMESPACE));
    if own.is_empty() || given == own {
        return Ok(());
    }
    let details = "the namespace is not the account's";
    Err(Fault::of_request(codes::TEMPLATE_MISSING, details))
}

fn created(input: &str, accepted: &Accepted, id: &str) -> Response {
    let contact = &accepted.contact;
    let wa_id = contact.phone().or_else(|| contact.user_id());
    let mut message = json!({ "id": id });
    if accepted.held {
        message["message_status"] = HELD.into();
    }
    let body = json!({
        "messages": [message],
        "contacts": [{ "input": input, "wa_id": wa_id.unwrap_or(input) }],
    });
    let mut response = answer(StatusCode::CREATED, body);
    if accepted.replayed {
        let name = HeaderName::from_static(idempotency::REPLAYED);
        let headers = response.headers_mut();
        headers.insert(name, HeaderValue::from_static("true"));
    }
    response
}
