//! `/v1/settings/backup` and `/v1/settings/restore`: settings and media providers, sealed with a
//! password.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use dragoman_core::catalog::{Catalog, Change, MediaAccess, MediaProvider};
use dragoman_core::ports::edit;
use serde_json::{Map, Value, json};

use super::application::Application;
use super::changing;
use super::media_providers;
use super::media_providers::{access, name};
use super::sealed;
use super::sealed::Unopened;
use crate::whatsapp_onprem::Onprem;
use crate::whatsapp_onprem::caller::{Admin, ThisChannel};
use crate::whatsapp_onprem::fields::Fields;
use crate::whatsapp_onprem::render::{Fault, answer, done};
use crate::whatsapp_onprem::wire::Body;

/// What a client reads who sends something else, above all the original's own backup.
const FOREIGN: &str = "data is no backup of this gateway. A backup of the original client holds \
    the number's registration: the Cloud API takes it when the number is registered (dragoman \
    import onprem).";

/// Everything that the settings nodes keep here.
pub(in crate::whatsapp_onprem) async fn backup(
    State(house): State<Onprem>,
    admin: Admin,
    body: Body,
) -> Result<Response, Fault> {
    let object = body.object()?;
    let password = password(&Fields::root(&object))?;
    let text = written(&house.services.store.catalog(), admin.channel);
    let random = &house.services.random;
    let sealed = sealed::seal(&text, password, [random.bits(), random.bits()]).await;
    let data = sealed.ok_or_else(Fault::unavailable)?;
    Ok(answer(
        StatusCode::OK,
        json!({ "settings": { "data": data } }),
    ))
}

/// Puts everything back as it was, and takes away what was not there then.
pub(in crate::whatsapp_onprem) async fn restore(
    State(house): State<Onprem>,
    admin: Admin,
    body: Body,
) -> Result<Response, Fault> {
    let object = body.object()?;
    let fields = Fields::root(&object);
    let password = password(&fields)?;
    let opened = sealed::open(fields.required_text("data")?, password).await;
    let text = opened.map_err(|unopened| match unopened {
        Unopened::Foreign => Fault::of_request(crate::whatsapp_onprem::codes::INVALID, FOREIGN),
        Unopened::Wrong => Fault::invalid("password", "does not open this backup"),
        Unopened::Interrupted => Fault::unavailable(),
    })?;
    let kept = read(&text)?;
    edit(&*house.services.store, |catalog| {
        let changes = restoring(&house, catalog, admin.channel, &kept);
        Ok::<_, Fault>((changes, ()))
    })
    .await?;
    Ok(done())
}

/// What a backup holds.
struct Kept {
    application: Application,
    providers: Vec<(String, MediaAccess)>,
}

fn password(fields: &Fields<'_>) -> Result<String, Fault> {
    match fields.required_text("password")? {
        "" => Err(Fault::missing("password")),
        password => Ok(password.to_owned()),
    }
}

fn written(catalog: &Catalog, channel: ThisChannel) -> String {
    let providers: Vec<Value> = media_providers::of(catalog, channel).map(entry).collect();
    let application = changing::current(catalog, channel).into_value();
    json!({ "application": application, "providers": providers }).to_string()
}

/// As a client would send it.
fn entry(provider: &MediaProvider) -> Value {
    let config = match &provider.access {
        MediaAccess::Bearer(token) => json!({ "bearer": token.reveal() }),
        MediaAccess::Basic { username, password } => {
            json!({ "basic": { "username": username, "password": password.reveal() } })
        }
    };
    json!({ "name": provider.name, "type": "www", "config": config })
}

fn read(text: &str) -> Result<Kept, Fault> {
    let object: Map<String, Value> =
        serde_json::from_str(text).map_err(|_| Fault::invalid("data", "is damaged"))?;
    let fields = Fields::root(&object);
    let application = match fields.object_at("application")? {
        Some(application) => Application::default().with(application.object())?,
        None => Application::default(),
    };
    let providers = fields.objects("providers")?;
    let providers = providers
        .iter()
        .map(|entry| Ok((name(entry)?, access(entry)?)));
    Ok(Kept {
        application,
        providers: providers.collect::<Result<_, Fault>>()?,
    })
}

fn restoring(house: &Onprem, catalog: &Catalog, channel: ThisChannel, kept: &Kept) -> Vec<Change> {
    let mut changes = changing::becoming(house, catalog, channel, &kept.application);
    let is_kept =
        |known: &&MediaProvider| kept.providers.iter().any(|(name, _)| **name == *known.name);
    let gone = media_providers::of(catalog, channel).filter(|known| !is_kept(known));
    changes.extend(gone.map(|gone| Change::RemoveMediaProvider(gone.id)));
    changes.extend(kept.providers.iter().map(|(name, access)| {
        let entry = media_providers::entry(house, catalog, channel, name, access.clone());
        Change::MediaProvider(entry)
    }));
    changes
}
