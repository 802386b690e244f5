//! `/v1/settings/application/media/providers`: credentials for links that do not open without.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use dragoman_core::Secret;
use dragoman_core::catalog::{Catalog, Change, MediaAccess, MediaProvider};
use dragoman_core::ports::edit;
use serde_json::{Value, json};

use crate::whatsapp_onprem::Onprem;
use crate::whatsapp_onprem::caller::{Admin, Named, ThisChannel};
use crate::whatsapp_onprem::fields::Fields;
use crate::whatsapp_onprem::render::{Fault, answer, done};
use crate::whatsapp_onprem::wire::Body;

/// The longest name, in characters.
const NAME: usize = 200;

/// The only type that there is.
const TYPE: &str = "www";

/// Names and kinds of access. Secrets are never told again: what is shown here is no entry that
/// could be sent back by mistake.
pub(in crate::whatsapp_onprem) async fn list(
    State(house): State<Onprem>,
    admin: Admin,
) -> Result<Response, Fault> {
    let catalog = house.services.store.catalog();
    let providers: Vec<Value> = of(&catalog, admin.channel).map(shown).collect();
    let media = json!({ "media": { "providers": providers } });
    Ok(answer(
        StatusCode::OK,
        json!({ "settings": { "application": media } }),
    ))
}

/// Adds entries; those with a known name take its place.
pub(in crate::whatsapp_onprem) async fn put(
    State(house): State<Onprem>,
    admin: Admin,
    body: Body,
) -> Result<Response, Fault> {
    let sent = body.objects()?;
    let entries = sent.iter().enumerate().map(|(n, value)| {
        let fields = Fields::of(value, format!("[{n}]"))?;
        Ok((name(&fields)?, access(&fields)?))
    });
    let entries: Vec<_> = entries.collect::<Result<_, Fault>>()?;
    edit(&*house.services.store, |catalog| {
        let mut changes = Vec::new();
        // Of two entries with one name the later one counts.
        for (n, (name, access)) in entries.iter().enumerate() {
            if entries[n + 1..].iter().all(|(later, _)| later != name) {
                let entry = entry(&house, catalog, admin.channel, name, access.clone());
                changes.push(Change::MediaProvider(entry));
            }
        }
        Ok::<_, Fault>((changes, ()))
    })
    .await?;
    Ok(done())
}

/// Takes an entry away.
pub(in crate::whatsapp_onprem) async fn delete(
    State(house): State<Onprem>,
    admin: Admin,
    Named(name): Named,
) -> Result<Response, Fault> {
    edit(&*house.services.store, |catalog| {
        let found = catalog.media_provider(admin.channel.id, &name);
        let found = found.ok_or_else(|| Fault::not_found("There is no such provider."))?;
        Ok::<_, Fault>((vec![Change::RemoveMediaProvider(found.id)], ()))
    })
    .await?;
    Ok(done())
}

/// The channel's entries.
pub(in crate::whatsapp_onprem) fn of(
    catalog: &Catalog,
    channel: ThisChannel,
) -> impl Iterator<Item = &MediaProvider> {
    let entries = catalog.media_providers.iter();
    entries.filter(move |entry| entry.channel == channel.id)
}

/// An entry of that name, in the place of the one that has it.
pub(in crate::whatsapp_onprem) fn entry(
    house: &Onprem,
    catalog: &Catalog,
    channel: ThisChannel,
    name: &str,
    access: MediaAccess,
) -> MediaProvider {
    let known = catalog.media_provider(channel.id, name);
    MediaProvider {
        id: known.map_or_else(|| house.services.fresh_id(), |known| known.id),
        channel: channel.id,
        name: name.into(),
        access,
    }
}

fn shown(entry: &MediaProvider) -> Value {
    let config = match &entry.access {
        MediaAccess::Bearer(_) => json!({}),
        MediaAccess::Basic { username, .. } => json!({ "basic": { "username": username } }),
    };
    json!({ "name": entry.name, "type": TYPE, "config": config })
}

/// # Errors
/// 1008, 1009.
pub(in crate::whatsapp_onprem) fn name(fields: &Fields<'_>) -> Result<String, Fault> {
    let key = "name";
    let name = fields.required_text(key)?;
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if name.is_empty() || name.len() > NAME || !name.chars().all(fits) {
        let why = "must have 1 to 200 letters, digits, - and _";
        return Err(Fault::invalid(&fields.name(key), why));
    }
    if *fields.required_text("type")? != *TYPE {
        return Err(Fault::invalid(&fields.name("type"), "must be www"));
    }
    Ok(name.to_owned())
}

/// # Errors
/// 1008, 1009.
pub(in crate::whatsapp_onprem) fn access(fields: &Fields<'_>) -> Result<MediaAccess, Fault> {
    let config = fields.required_object("config")?;
    match (config.get("bearer"), config.object_at("basic")?) {
        (Some(_), None) => Ok(MediaAccess::Bearer(credential(&config, "bearer")?)),
        (None, Some(basic)) => {
            let username = credential(&basic, "username")?;
            if username.reveal().contains(':') {
                let field = basic.name("username");
                return Err(Fault::invalid(&field, "must have no colon"));
            }
            Ok(MediaAccess::Basic {
                username: username.reveal().into(),
                password: credential(&basic, "password")?,
            })
        }
        (Some(_), Some(_)) | (None, None) => {
            let why = "must have exactly one of bearer and basic";
            Err(Fault::invalid(&fields.name("config"), why))
        }
    }
}

/// A text that may stand in a header.
fn credential(fields: &Fields<'_>, key: &str) -> Result<Secret, Fault> {
    let text = fields.required_text(key)?;
    if text.is_empty() || !text.chars().all(|c| c == ' ' || c.is_ascii_graphic()) {
        let why = "must be printable ASCII";
        return Err(Fault::invalid(&fields.name(key), why));
    }
    Ok(Secret::new(text))
}
