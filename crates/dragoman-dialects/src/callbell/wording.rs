//! Messages as the texts that a person would read; empty where there is none. Pure.

use dragoman_core::Raw;
use dragoman_core::content::Content;
use dragoman_core::inbound::InboundContent;
use serde_json::Value;

/// What we said.
pub(super) fn sent(content: &Content) -> String {
    match content {
        Content::Interactive(shown) => field_of(&shown.raw, &["/body/text"]),
        Content::Reaction(reaction) => reaction.emoji.to_string(),
        Content::Text(_)
        | Content::Image(_)
        | Content::Audio(_)
        | Content::Video(_)
        | Content::Document(_)
        | Content::Sticker(_)
        | Content::Location(_)
        | Content::Contacts(_)
        | Content::Template(_) => content.text().unwrap_or_default().to_owned(),
    }
}

/// What a customer said.
pub(super) fn received(content: &InboundContent) -> String {
    match content {
        InboundContent::Interactive(raw) => {
            field_of(raw, &["/button_reply/title", "/list_reply/title"])
        }
        InboundContent::Text(_)
        | InboundContent::Media(_)
        | InboundContent::Location(_)
        | InboundContent::Contacts(_)
        | InboundContent::Button { .. }
        | InboundContent::Reaction { .. }
        | InboundContent::Order(_)
        | InboundContent::System(_)
        | InboundContent::Unsupported(_) => content.text().unwrap_or_default().to_owned(),
    }
}

/// The first text that stands at one of these places of kept JSON; empty where none does.
fn field_of(raw: &Raw, pointers: &[&str]) -> String {
    let value: Value = serde_json::from_str(raw.as_str()).unwrap_or_default();
    let texts = pointers.iter().filter_map(|pointer| value.pointer(pointer));
    let mut texts = texts.filter_map(Value::as_str);
    texts.next().unwrap_or_default().to_owned()
}
