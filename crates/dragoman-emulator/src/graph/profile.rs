//! `/{phone-number-id}/whatsapp_business_profile`: what phones tell about the business.

use axum::Json;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::fields::Fields;
use super::{Caller, GraphError, lookaside};
use crate::state::State;
use crate::world::{NumberChange, World, kind_of};

/// In characters.
const LIMITS: [(&str, usize); 4] = [
    ("about", 139),
    ("address", 256),
    ("description", 512),
    ("email", 128),
];
const WEBSITES: usize = 2;
const WEBSITE_CHARACTERS: usize = 256;
const VERTICALS: [&str; 23] = [
    "UNDEFINED",
    "OTHER",
    "AUTO",
    "BEAUTY",
    "APPAREL",
    "EDU",
    "ENTERTAIN",
    "EVENT_PLAN",
    "FINANCE",
    "GROCERY",
    "GOVT",
    "HOTEL",
    "HEALTH",
    "NONPROFIT",
    "PROF_SERVICES",
    "RETAIL",
    "TRAVEL",
    "RESTAURANT",
    "NOT_A_BIZ",
    "ALCOHOL",
    "ONLINE_GAMBLING",
    "PHYSICAL_GAMBLING",
    "OTC_DRUGS",
];

pub(super) fn show(state: &State, id: &str, caller: &Caller) -> Response {
    if let Err(error) = caller.may_use_number(state, id) {
        return error.into_response();
    }
    let number = state.hold().number(id);
    let mut profile = number.profile;
    if let Some(picture) = number.picture {
        let url = format!("http://{}/pictures/{picture}", caller.reached(state));
        profile.insert("profile_picture_url".to_owned(), json!(url));
    }
    if let Some(fields) = caller.query("fields") {
        profile.retain(|key, _| fields.split(',').any(|field| field.trim() == key));
    }
    profile.insert("messaging_product".to_owned(), json!("whatsapp"));
    Json(json!({"data": [profile]})).into_response()
}

/// What is given replaces what was; everything else stays.
pub(super) fn change(fields: &Fields, world: &World) -> Result<NumberChange, GraphError> {
    fields.for_whatsapp()?;
    let mut profile = Map::new();
    for (key, limit) in LIMITS {
        if let Some(text) = fields.get(key) {
            at_most(key, text, limit)?;
            profile.insert(key.to_owned(), text.clone());
        }
    }
    if fields.get("about").is_some() && fields.words("about").is_empty() {
        return Err(GraphError::parameter("Param about must not be empty"));
    }
    let email = fields.words("email");
    if !email.is_empty() && !email.contains('@') {
        return Err(GraphError::parameter("Param email is not an address"));
    }
    if let Some(websites) = fields.get("websites") {
        check_websites(websites)?;
        profile.insert("websites".to_owned(), websites.clone());
    }
    let vertical = fields.words("vertical").to_ascii_uppercase();
    if !vertical.is_empty() {
        if !VERTICALS.contains(&vertical.as_str()) {
            let known = VERTICALS.join(", ");
            let sentence = format!("Param vertical must be one of {{{known}}}");
            return Err(GraphError::parameter(&sentence));
        }
        profile.insert("vertical".to_owned(), json!(vertical));
    }
    let handle = fields.words("profile_picture_handle");
    let picture = if handle.is_empty() {
        None
    } else {
        Some(picture(&handle, world)?)
    };
    Ok(NumberChange {
        profile,
        picture,
        ..NumberChange::default()
    })
}

fn at_most(key: &str, text: &Value, limit: usize) -> Result<(), GraphError> {
    let length = text.as_str().map(|text| text.chars().count());
    if length.is_some_and(|length| length <= limit) {
        return Ok(());
    }
    Err(GraphError::parameter(&format!(
        "Param {key} must be at most {limit} characters long."
    )))
}

fn check_websites(websites: &Value) -> Result<(), GraphError> {
    let is_address = |text: &str| text.starts_with("http://") || text.starts_with("https://");
    let fits = |website: &Value| {
        let text = website.as_str().unwrap_or_default();
        is_address(text) && text.chars().count() <= WEBSITE_CHARACTERS
    };
    let list = websites.as_array();
    if list.is_some_and(|list| list.len() <= WEBSITES && list.iter().all(fits)) {
        return Ok(());
    }
    Err(GraphError::parameter(&format!(
        "Param websites must hold at most {WEBSITES} addresses of {WEBSITE_CHARACTERS} characters."
    )))
}

/// The upload that a handle stands for.
fn picture(handle: &str, world: &World) -> Result<String, GraphError> {
    let mut uploads = world.uploads.values();
    let upload = uploads.find(|upload| upload.handle.as_deref() == Some(handle));
    match upload {
        Some(upload) if kind_of(&upload.mime) == "image" => Ok(upload.id.clone()),
        Some(_) => Err(GraphError::parameter(
            "Param profile_picture_handle must be a picture",
        )),
        None => Err(GraphError::parameter(
            "Param profile_picture_handle is not a handle of an upload",
        )),
    }
}

/// Profile pictures are for everybody.
pub(super) async fn picture_bytes(state: &State, id: &str) -> Response {
    let upload = state.hold().uploads.get(id).cloned();
    match upload {
        Some(upload) if upload.handle.is_some() => lookaside::bytes(state, id, &upload.mime).await,
        Some(_) | None => GraphError::unknown_object("get", id).into_response(),
    }
}
