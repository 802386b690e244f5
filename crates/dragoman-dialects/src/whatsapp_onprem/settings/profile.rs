//! What customers read about the business, which the provider keeps.

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use dragoman_core::ports::{FileBytes, Method, ProfileChange, Reach, Request};
use serde_json::{Value, json};

use crate::endpoint;
use crate::whatsapp_onprem::Onprem;
use crate::whatsapp_onprem::caller::Caller;
use crate::whatsapp_onprem::fields::Fields;
use crate::whatsapp_onprem::line::Line;
use crate::whatsapp_onprem::render::{Fault, answer, done};
use crate::whatsapp_onprem::wire::{Body, PICTURE_LIMIT, Picture, Query};

/// The longest texts, in characters.
const ABOUT: usize = 139;
const TEXT: usize = 256;
const SHORT: usize = 128;

/// The most websites.
const WEBSITES: usize = 2;

/// How long the picture may take on its way.
const PICTURE_TIMEOUT: Duration = Duration::from_secs(30);

/// The word for a line of business that nobody has named.
const UNDEFINED: &str = "UNDEFINED";

/// The line below the name.
pub(in crate::whatsapp_onprem) async fn about(
    State(house): State<Onprem>,
    caller: Caller,
) -> Result<Response, Fault> {
    let profile = Line::of(&house, caller.channel)?.profile().await?;
    let about = json!({ "about": { "text": profile.about } });
    Ok(settings(json!({ "profile": about })))
}

/// Another line below the name.
pub(in crate::whatsapp_onprem) async fn set_about(
    State(house): State<Onprem>,
    caller: Caller,
    body: Body,
) -> Result<Response, Fault> {
    let object = body.object()?;
    let fields = Fields::root(&object);
    fields.plain()?;
    fields.required_text("text")?;
    let change = ProfileChange {
        about: text(&fields, "text", ABOUT)?,
        ..ProfileChange::default()
    };
    Line::of(&house, caller.channel)?
        .set_profile(change)
        .await?;
    Ok(done())
}

/// The picture, or a link to it.
pub(in crate::whatsapp_onprem) async fn photo(
    State(house): State<Onprem>,
    caller: Caller,
    query: Query,
) -> Result<Response, Fault> {
    let line = Line::of(&house, caller.channel)?;
    let link = line.profile().await?.picture;
    let link = link.ok_or_else(|| Fault::not_found("No picture set."))?;
    if query.get("format") == Some("link") {
        let photo = json!({ "photo": { "link": link } });
        return Ok(settings(json!({ "profile": photo })));
    }
    let fetched = line.http().call(Request {
        method: Method::Get,
        url: link.into(),
        headers: Vec::new(),
        body: Vec::new(),
        timeout: PICTURE_TIMEOUT,
        reach: Reach::Public,
        answer_limit: PICTURE_LIMIT,
        trust: None,
    });
    match fetched.await {
        Ok(picture) if picture.status == 200 => {
            let kind = picture.content_type.as_deref().unwrap_or("image/jpeg");
            let headers = [(CONTENT_TYPE, kind), (CACHE_CONTROL, "no-cache, private")];
            Ok((headers, picture.body).into_response())
        }
        Ok(_) | Err(_) => Err(Fault::internal("The picture cannot be fetched now.")),
    }
}

/// Another picture.
pub(in crate::whatsapp_onprem) async fn set_photo(
    State(house): State<Onprem>,
    caller: Caller,
    picture: Picture,
) -> Result<Response, Fault> {
    let change = ProfileChange {
        picture: Some(FileBytes {
            mime_type: picture.mime_type.into(),
            filename: None,
            bytes: picture.bytes.into(),
        }),
        ..ProfileChange::default()
    };
    Line::of(&house, caller.channel)?
        .set_profile(change)
        .await?;
    Ok(done())
}

/// The Cloud API replaces pictures and takes none away.
pub(in crate::whatsapp_onprem) async fn remove_photo(_: Caller) -> Fault {
    Fault::refused("The Cloud API cannot take the picture away; send another one instead.")
}

/// Address, line of business and the like.
pub(in crate::whatsapp_onprem) async fn business(
    State(house): State<Onprem>,
    caller: Caller,
) -> Result<Response, Fault> {
    let profile = Line::of(&house, caller.channel)?.profile().await?;
    let vertical = Some(profile.vertical).filter(|word| **word != *UNDEFINED);
    let shown = json!({
        "address": profile.address,
        "description": profile.description,
        "email": profile.email,
        "vertical": vertical.unwrap_or_default(),
        "websites": profile.websites,
    });
    Ok(settings(json!({ "business": { "profile": shown } })))
}

/// Changes what is sent and leaves the rest.
pub(in crate::whatsapp_onprem) async fn set_business(
    State(house): State<Onprem>,
    caller: Caller,
    body: Body,
) -> Result<Response, Fault> {
    let object = body.object()?;
    let fields = Fields::root(&object);
    fields.plain()?;
    let change = ProfileChange {
        about: None,
        address: text(&fields, "address", TEXT)?,
        description: text(&fields, "description", TEXT)?,
        email: text(&fields, "email", SHORT)?,
        vertical: vertical(&fields)?,
        websites: websites(&fields)?,
        picture: None,
    };
    Line::of(&house, caller.channel)?
        .set_profile(change)
        .await?;
    Ok(done())
}

fn settings(what: Value) -> Response {
    answer(StatusCode::OK, json!({ "settings": what }))
}

fn text(fields: &Fields<'_>, key: &str, most: usize) -> Result<Option<Box<str>>, Fault> {
    let given = fields.text(key)?;
    given.map(|text| bounded(text, key, most)).transpose()
}

fn bounded(text: &str, key: &str, most: usize) -> Result<Box<str>, Fault> {
    if text.chars().count() > most {
        let why = format!("must have at most {most} characters");
        return Err(Fault::invalid(key, &why));
    }
    Ok(text.into())
}

/// A word, or an array of one, in any case; the provider's words are in capitals. Without a word it
/// stays as it is, as the provider has none for nothing.
fn vertical(fields: &Fields<'_>) -> Result<Option<Box<str>>, Fault> {
    let key = "vertical";
    let word = match fields.get(key) {
        Some(Value::Array(list)) => match &list[..] {
            [] => None,
            [Value::String(word)] => Some(word.as_str()),
            _ => return Err(Fault::invalid(key, "must be a string")),
        },
        Some(_) | None => fields.text(key)?,
    };
    let word = word.map(str::trim).filter(|word| !word.is_empty());
    let bounded = word.map(|word| bounded(&word.to_uppercase(), key, SHORT));
    bounded.transpose()
}

fn websites(fields: &Fields<'_>) -> Result<Option<Vec<Box<str>>>, Fault> {
    let key = "websites";
    let list = match fields.get(key) {
        None => return Ok(None),
        Some(Value::Array(list)) => list.iter().collect(),
        Some(one) => vec![one],
    };
    if list.len() > WEBSITES {
        return Err(Fault::invalid(key, "must be at most two"));
    }
    let read = |(n, value): (usize, &Value)| {
        let key = format!("{key}[{n}]");
        match value.as_str() {
            Some(url) if endpoint::is_callable(url) => bounded(url, &key, TEXT),
            Some(_) | None => Err(Fault::invalid(&key, "must be an http or https address")),
        }
    };
    let read: Result<_, _> = list.into_iter().enumerate().map(read).collect();
    read.map(Some)
}
