//! The advertisement that a customer came by.

use dragoman_core::file::File;
use dragoman_core::inbound::Referral;
use serde_json::{Map, Value, json};

use super::read;

/// The words that both APIs have.
const SHARED: [&str; 5] = ["headline", "body", "source_type", "source_id", "source_url"];

/// What the original told; the Cloud API tells more, under other names. A picture or film that is
/// here is named by its id. Of one that is not its address stands where the id would.
pub(super) fn told(referral: &Referral, picture: Option<&File>) -> Value {
    let theirs = read(&referral.raw);
    let mut told = Map::new();
    for key in SHARED {
        if let Some(value) = theirs.get(key) {
            told.insert(key.to_owned(), value.clone());
        }
    }
    if let Some(file) = picture {
        let is_film = file.mime_type.starts_with("video/");
        let kind = if is_film { "video" } else { "image" };
        told.insert(kind.to_owned(), json!({ "id": file.id.dashed() }));
        return Value::Object(told);
    }
    for (kind, address) in [("image", "image_url"), ("video", "video_url")] {
        if let Some(link) = theirs.get(address).filter(|link| link.is_string()) {
            told.insert(kind.to_owned(), json!({ "link": link }));
        }
    }
    Value::Object(told)
}
