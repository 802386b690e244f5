//! Files in messages, by id or by link.

use serde_json::Value;
use url::Url;

use super::limits::{at_most, items, part};
use super::{Checked, Scene};
use crate::graph::GraphError;
use crate::world::{MEDIA_KINDS, World, component, parameters_of, words};

const MEDIA_UPLOAD: u32 = 131_053;

pub(super) fn check(kind: &str, content: &Value, scene: Scene<'_>) -> Checked {
    let given = |key: &str| !words(content, key).is_empty();
    match (given("id"), given("link")) {
        (false, false) => {
            let name = format!("{kind}['link'] or {kind}['id']");
            return Err(GraphError::missing(&name));
        }
        (true, true) => {
            let details = format!("{kind} takes either id or link");
            return Err(GraphError::invalid(&details));
        }
        (true, false) => uploaded(kind, &words(content, "id"), scene)?,
        (false, true) => linked(kind, &words(content, "link"))?,
    }
    match kind {
        "image" | "video" | "document" => at_most(content, "caption", 1024)?,
        _ if given("caption") => {
            return Err(GraphError::invalid(&format!("{kind} takes no caption")));
        }
        _ => {}
    }
    if given("filename") && kind != "document" {
        return Err(GraphError::invalid(&format!("{kind} takes no filename")));
    }
    Ok(())
}

fn uploaded(kind: &str, id: &str, scene: Scene<'_>) -> Checked {
    let known = scene.world.living_media(id, scene.now);
    if known.is_some_and(|media| media.phone_number_id == scene.phone_number_id) {
        return Ok(());
    }
    Err(GraphError::invalid(&format!(
        "{kind}['id'] is not a media object of this phone number"
    )))
}

fn linked(kind: &str, link: &str) -> Checked {
    let url = Url::parse(link).ok();
    let fetchable = |url: &Url| matches!(url.scheme(), "http" | "https") && url.has_host();
    if url.as_ref().is_some_and(fetchable) {
        return Ok(());
    }
    Err(GraphError::invalid(&format!(
        "{kind}['link'] must be an address that begins with http:// or https://"
    )))
}

/// The code that a message will fail with because an uploaded file is not what the message says.
pub(in crate::graph) fn fate(body: &Value, kind: &str, world: &World) -> Option<u32> {
    let misfits = |(kind, content): (String, &Value)| {
        let media = world.media.get(&words(content, "id"))?;
        let voice = content.get("voice").and_then(Value::as_bool);
        let fits = media.suits(&kind) && (voice != Some(true) || media.is_ogg());
        (!fits).then_some(MEDIA_UPLOAD)
    };
    files(body, kind).into_iter().find_map(misfits)
}

/// The files that a message brings, with their kinds.
fn files<'a>(body: &'a Value, kind: &str) -> Vec<(String, &'a Value)> {
    let content = part(body, kind);
    let heads: Vec<&Value> = match kind {
        "interactive" => vec![part(content, "header")],
        "template" => parameters_of(component(items(content, "components"), "header"))
            .iter()
            .collect(),
        _ => return vec![(kind.to_owned(), content)],
    };
    heads
        .into_iter()
        .map(|head| (words(head, "type").to_ascii_lowercase(), head))
        .filter(|(kind, _)| MEDIA_KINDS.contains(&kind.as_str()))
        .map(|(kind, head)| {
            let content = part(head, &kind);
            (kind, content)
        })
        .collect()
}
