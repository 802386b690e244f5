//! The steps that an operator takes at the provider.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
use dragoman_core::Secret;
use dragoman_core::catalog::Channel;
use dragoman_core::outcome::Failure;
use dragoman_core::ports::{Backup, Registrar};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::verdict::said;
use crate::native::answer::Problem;
use crate::native::call::Call;
use crate::native::channels::{ChannelBody, webhook_url};
use crate::native::record::{self, visible};
use crate::native::{Native, Room, channel_settings};

/// What registering asks for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Registration {
    /// Of two-step verification: set by this where there is none.
    #[schema(pattern = "^[0-9]{6}$")]
    pin: String,
    /// Of the On-Premises client: moves its registration over.
    backup: Option<BackupBody>,
}

/// What the On-Premises client answered to `settings/backup`.
#[derive(Deserialize, ToSchema)]
#[schema(as = Backup)]
#[serde(deny_unknown_fields)]
struct BackupBody {
    data: String,
    /// The one that the backup was made with.
    password: String,
}

/// A sender that is registered.
#[derive(Serialize, ToSchema)]
pub(super) struct Registered {
    /// The channel.
    registered: String,
}

/// Whom the provider calls.
#[derive(Serialize, ToSchema)]
pub(super) struct Heard {
    /// The address.
    url: String,
}

/// Credentials to be replaced, by the driver's own names.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Credentials {
    #[schema(value_type = BTreeMap<String, String>)]
    settings: BTreeMap<Box<str>, String>,
}

pub(super) async fn register(
    State(native): Room,
    Path(name): Path<String>,
    call: Call,
) -> Result<Json<Registered>, Problem> {
    call.caller.operator()?;
    let wish: Registration = call.read()?;
    if wish.pin.len() != 6 || !wish.pin.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Problem::invalid("pin", "must have six digits"));
    }
    let catalog = native.catalog();
    let channel: &Channel = visible(&catalog, call.caller, &name)?;
    let backup = wish.backup.map(|backup| Backup {
        data: Secret::new(backup.data),
        password: Secret::new(backup.password),
    });
    let registrar = registrar(&native, channel)?;
    let http = &*native.services.http;
    let done = registrar.register(http, channel, &wish.pin, backup).await;
    done.map_err(refused)?;
    let registered = channel.slug.to_string();
    Ok(Json(Registered { registered }))
}

pub(super) async fn hear(
    State(native): Room,
    Path(name): Path<String>,
    call: Call,
) -> Result<Json<Heard>, Problem> {
    call.caller.operator()?;
    let catalog = native.catalog();
    let channel: &Channel = visible(&catalog, call.caller, &name)?;
    let url = webhook_url(&native, channel);
    let registrar = registrar(&native, channel)?;
    let done = registrar.hear_at(&*native.services.http, channel, &url);
    done.await.map_err(refused)?;
    Ok(Json(Heard { url }))
}

pub(super) async fn credentials(
    State(native): Room,
    Path(name): Path<String>,
    call: Call,
) -> Result<Json<ChannelBody>, Problem> {
    call.caller.operator()?;
    let wish: Credentials = call.read()?;
    record::change(&native, call.caller, &name, |_, mut channel: Channel| {
        for (name, value) in &wish.settings {
            let gone = || Problem::Refused(format!("there is no driver {}", channel.driver));
            let driver = native.services.driver(&channel).ok_or_else(gone)?;
            channel_settings::check(driver, name, value)?;
            let secret = Secret::new(value.as_str());
            channel.settings.insert(name.clone(), secret);
        }
        Ok((Vec::new(), channel))
    })
    .await
}

fn registrar<'a>(native: &'a Native, channel: &Channel) -> Result<&'a dyn Registrar, Problem> {
    let provider = native.services.provider(channel);
    let registrar = provider.and_then(|provider| provider.registrar());
    registrar.ok_or_else(|| Problem::Refused(format!("{} registers nothing", channel.driver)))
}

fn refused(failure: Failure) -> Problem {
    Problem::Refused(format!("the provider refused: {}", said(&failure)))
}
