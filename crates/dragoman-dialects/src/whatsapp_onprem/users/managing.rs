//! `/v1/users`: the logins of a channel.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use dragoman_core::Secret;
use dragoman_core::catalog::{Catalog, Change, OnpremUser};
use dragoman_core::ports::edit;
use serde_json::{Value, json};

use crate::control::has_control;
use crate::passwords::{self, check_password_rules};
use crate::whatsapp_onprem::Onprem;
use crate::whatsapp_onprem::caller::{ADMIN, Admin, Caller, Named, ThisChannel};
use crate::whatsapp_onprem::codes::INVALID;
use crate::whatsapp_onprem::fields::Fields;
use crate::whatsapp_onprem::render::{Fault, answer};
use crate::whatsapp_onprem::wire::Body;

/// What a client reads when its password is too weak, as the original wrote it.
const RULES: &str = "Password doesn't meet complexity requirements: length between 8 \
    and 64 characters, at least 1 each of upper-case character, lower-case character, digit, \
    special character (!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~) are required";

/// What a client reads when a name is in use, as the original wrote it.
const TAKEN: &str = "Unable to create user. Already exist?";

/// Adds a login without rights over others.
pub(in crate::whatsapp_onprem) async fn create(
    State(house): State<Onprem>,
    admin: Admin,
    body: Body,
) -> Result<Response, Fault> {
    let object = body.object()?;
    let fields = Fields::root(&object);
    let name = new_name(fields.required_text("username")?)?;
    let password = strong(fields.required_text("password")?)?;
    if find(&house.services.store.catalog(), admin.channel, name).is_some() {
        return Err(Fault::internal(TAKEN));
    }
    let user = OnpremUser {
        id: house.services.fresh_id(),
        channel: admin.channel.id,
        name: name.into(),
        password_hash: hashed(&house, password).await?,
        must_change: false,
    };
    edit(&*house.services.store, |catalog| {
        if find(catalog, admin.channel, name).is_some() {
            return Err(Fault::internal(TAKEN));
        }
        Ok((vec![Change::OnpremUser(user.clone())], ()))
    })
    .await?;
    Ok(told(StatusCode::CREATED, json!({ "username": name })))
}

/// A login and its role.
pub(in crate::whatsapp_onprem) async fn show(
    State(house): State<Onprem>,
    caller: Caller,
    Named(name): Named,
) -> Result<Response, Fault> {
    caller.admin_or(&name)?;
    let catalog = house.services.store.catalog();
    let user = known(&catalog, caller.channel, &name)?;
    let role = if *user.name == *ADMIN {
        "ROLE_ADMIN"
    } else {
        "ROLE_USER"
    };
    Ok(told(
        StatusCode::OK,
        json!({ "username": user.name, "ROLES": role }),
    ))
}

/// Sets another password. Tokens stay valid.
pub(in crate::whatsapp_onprem) async fn change(
    State(house): State<Onprem>,
    caller: Caller,
    Named(name): Named,
    body: Body,
) -> Result<Response, Fault> {
    caller.admin_or(&name)?;
    known(&house.services.store.catalog(), caller.channel, &name)?;
    let object = body.object()?;
    let password = strong(Fields::root(&object).required_text("password")?)?;
    let hash = hashed(&house, password).await?;
    edit(&*house.services.store, |catalog| {
        let user = OnpremUser {
            password_hash: hash.clone(),
            must_change: false,
            ..known(catalog, caller.channel, &name)?.clone()
        };
        Ok::<_, Fault>((vec![Change::OnpremUser(user)], ()))
    })
    .await?;
    Ok(told(StatusCode::OK, json!({ "username": name })))
}

/// Takes a login away, and every token that it gave.
pub(in crate::whatsapp_onprem) async fn delete(
    State(house): State<Onprem>,
    admin: Admin,
    Named(name): Named,
) -> Result<Response, Fault> {
    if name == ADMIN {
        return Err(Fault::invalid("username", "must not be admin"));
    }
    edit(&*house.services.store, |catalog| {
        let user = known(catalog, admin.channel, &name)?.id;
        Ok::<_, Fault>((vec![Change::RemoveOnpremUser(user)], ()))
    })
    .await?;
    Ok(told(StatusCode::OK, json!({ "username": name })))
}

/// The login of that name.
pub(in crate::whatsapp_onprem) fn find<'a>(
    catalog: &'a Catalog,
    channel: ThisChannel,
    name: &str,
) -> Option<&'a OnpremUser> {
    let mut users = catalog.onprem_users.iter();
    users.find(|user| user.channel == channel.id && *user.name == *name)
}

/// A password that satisfies the rules.
///
/// # Errors
/// 1009, in the original's words.
pub(in crate::whatsapp_onprem) fn strong(wish: &str) -> Result<String, Fault> {
    match check_password_rules(wish) {
        Ok(()) => Ok(wish.to_owned()),
        Err(_) => Err(Fault::of_request(INVALID, RULES)),
    }
}

/// The same user with another password, which was their own choice.
///
/// # Errors
/// The process is going down.
pub(in crate::whatsapp_onprem) async fn with_password(
    house: &Onprem,
    user: &OnpremUser,
    wish: String,
) -> Result<OnpremUser, Fault> {
    Ok(OnpremUser {
        password_hash: hashed(house, wish).await?,
        must_change: false,
        ..user.clone()
    })
}

async fn hashed(house: &Onprem, password: String) -> Result<Secret, Fault> {
    let hash = passwords::hashed(password, house.services.random.bits()).await;
    hash.ok_or_else(Fault::unavailable)
}

fn known<'a>(
    catalog: &'a Catalog,
    channel: ThisChannel,
    name: &str,
) -> Result<&'a OnpremUser, Fault> {
    find(catalog, channel, name).ok_or_else(|| Fault::not_found("There is no such user."))
}

/// A name that a login can be made with: Basic credentials end a name at the first colon.
fn new_name(name: &str) -> Result<&str, Fault> {
    if !(4..=32).contains(&name.chars().count()) {
        return Err(Fault::invalid("username", "must have 4 to 32 characters"));
    }
    if name.contains(':') || has_control(name) {
        return Err(Fault::invalid(
            "username",
            "must have no colon and no control characters",
        ));
    }
    Ok(name)
}

fn told(status: StatusCode, user: Value) -> Response {
    answer(status, json!({ "users": [user] }))
}
