//! What a send call wants to say: `type`, `content` and the template's fields. Pure.

use dragoman_core::Id;
use dragoman_core::content::{
    Content, Kind, Media, MediaSource, Text, file_name, kind_by_extension,
};
use dragoman_core::submission::{Ask, OptIn};
use dragoman_core::template::TemplateAsk;
use percent_encoding::percent_decode_str;

use super::form::{Form, Noted, REQUIRED};
use super::json::Json;

/// `type`.
pub(super) fn kind(form: &mut Form<'_>) -> Result<Kind, Noted> {
    match form.required("type")? {
        "text" => Ok(Kind::Text),
        "image" => Ok(Kind::Image),
        "document" => Ok(Kind::Document),
        "audio" => Ok(Kind::Audio),
        "video" => Ok(Kind::Video),
        _ => {
            let text = "must be one of text, image, document, audio, video";
            Err(form.note("type", text))
        }
    }
}

/// `optin_contact`, which says something only beside a template.
pub(super) fn opt_in(form: &mut Form<'_>) -> Result<OptIn, Noted> {
    if form.value("template_uuid").is_none() {
        return Ok(OptIn::Missing);
    }
    match form.value("optin_contact") {
        Some(Json::Bool(true)) => Ok(OptIn::Confirmed),
        None | Some(Json::Bool(false)) => Ok(OptIn::Missing),
        Some(_) => Err(form.note("optin_contact", "must be boolean")),
    }
}

/// `content`, together with `template_uuid` and `template_values` where they are given.
pub(super) fn ask(form: &mut Form<'_>, kind: Result<Kind, Noted>) -> Result<Ask, Noted> {
    // Both are examined before the first that is wrong ends it.
    let words = words(form);
    let template = template(form);
    let (kind, words, template) = (kind?, words?, template?);
    if let Some(wanted) = template {
        return Ok(Ask::Template(TemplateAsk::ByUuid {
            uuid: wanted.uuid,
            kind,
            values: wanted.values,
            text: words.text.map(Into::into),
            media: words.url.map(|link| file(link, kind, words.name, None)),
        }));
    }
    if kind == Kind::Text {
        let Some(text) = words.text else {
            return Err(form.note("content.text", REQUIRED));
        };
        return Ok(Ask::Content(Content::Text(Text {
            body: text.into(),
            preview_url: false,
        })));
    }
    let Some(link) = words.url else {
        return Err(form.note("content.url", REQUIRED));
    };
    let kind = if kind == Kind::Document {
        kind_by_extension(link)
    } else {
        kind
    };
    let media = file(link, kind, words.name, words.text);
    Ok(Ask::Content(if kind == Kind::Image {
        Content::Image(media)
    } else if kind == Kind::Audio {
        Content::Audio(media)
    } else if kind == Kind::Video {
        Content::Video(media)
    } else {
        Content::Document(media)
    }))
}

/// `content`, each part absent when it is empty.
#[derive(Clone, Copy)]
struct Words<'a> {
    text: Option<&'a str>,
    url: Option<&'a str>,
    name: Option<&'a str>,
}

fn words<'a>(form: &mut Form<'a>) -> Result<Words<'a>, Noted> {
    let Some(content) = form.object("content")? else {
        return Err(form.note("content", REQUIRED));
    };
    let mut part = |field, key| {
        let text = form.string(field, content.get(key))?;
        Ok(text.filter(|text| !text.is_empty()))
    };
    // All three are examined before the first that is wrong ends it.
    let text = part("content.text", "text");
    let url = part("content.url", "url");
    let name = part("content.name", "name");
    Ok(Words {
        text: text?,
        url: url?,
        name: name?,
    })
}

/// A template and `template_values`.
struct Wanted {
    uuid: Id,
    values: Option<Vec<Box<str>>>,
}

fn template(form: &mut Form<'_>) -> Result<Option<Wanted>, Noted> {
    if form.value("template_uuid").is_none() {
        return Ok(None);
    }
    let uuid = form.required("template_uuid").and_then(|uuid| {
        uuid.parse()
            .map_err(|_| form.note("template_uuid", "not found"))
    });
    let values = template_values(form);
    Ok(Some(Wanted {
        uuid: uuid?,
        values: values?,
    }))
}

/// An empty list is the same as none: `content.text` is then the value.
fn template_values(form: &mut Form<'_>) -> Result<Option<Vec<Box<str>>>, Noted> {
    const FIELD: &str = "template_values";
    let list = match form.value(FIELD) {
        None => return Ok(None),
        Some(Json::List(list)) => list,
        Some(_) => return Err(form.note(FIELD, "must be array")),
    };
    let mut values = Vec::with_capacity(list.len());
    for value in list {
        match form.string(FIELD, Some(value))? {
            Some(text) => values.push(text.into()),
            None => return Err(form.note(FIELD, "must be string")),
        }
    }
    Ok(Some(values).filter(|values: &Vec<_>| !values.is_empty()))
}

/// A file by link. Sound has no caption; only documents have a name.
fn file(link: &str, kind: Kind, name: Option<&str>, caption: Option<&str>) -> Media {
    let is_document = kind == Kind::Document;
    Media {
        source: MediaSource::Link(link.into()),
        caption: caption.filter(|_| kind != Kind::Audio).map(Into::into),
        filename: is_document
            .then(|| name.map(Into::into).or_else(|| name_of(link)))
            .flatten(),
    }
}

/// The file name at the end of a link as people read it.
fn name_of(link: &str) -> Option<Box<str>> {
    let name = file_name(link)?;
    match percent_decode_str(name).decode_utf8() {
        Ok(decoded) if !decoded.contains(|c: char| c == '/' || c.is_control()) => {
            Some(decoded.into())
        }
        Ok(_) | Err(_) => Some(name.into()),
    }
}
