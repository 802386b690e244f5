//! What is left of a body: who, when, in what form; nothing that was said.

use dragoman_core::content::{Content, Interactive, Location, Media, MediaSource, Reaction, Text};
use dragoman_core::inbound::{Context, Inbound, InboundContent, InboundMedia};
use dragoman_core::message::Outbound;
use dragoman_core::template::TemplateMessage;
use dragoman_core::{Address, Raw};

use super::Left;

/// What is left of what we said.
pub(super) fn outbound(said: &Outbound, left: Left) -> Outbound {
    Outbound {
        to: match left {
            Left::Addresses => said.to.clone(),
            Left::Nobody => nobody(),
        },
        content: content(&said.content),
        dialect: said.dialect,
        priority: said.priority,
        expires_at: said.expires_at,
        metadata: None,
        reply_to: said.reply_to.clone(),
        after: said.after,
        on_unknown: said.on_unknown,
        identity: None,
    }
}

/// What is left of what a customer said.
pub(super) fn inbound(said: &Inbound, left: Left) -> Inbound {
    let from = match left {
        Left::Addresses => said.from.clone(),
        Left::Nobody => vec![nobody()],
    };
    let context = said.context.as_ref();
    Inbound {
        provider_id: said.provider_id.clone(),
        from,
        profile_name: None,
        at: said.at,
        content: inbound_content(&said.content),
        context: context.map(|context| self::context(context, left)),
        referral: None,
        identity: None,
    }
}

/// An address at which nobody is reached.
fn nobody() -> Address {
    Address::user("")
}

fn context(said: &Context, left: Left) -> Context {
    Context {
        provider_id: said.provider_id.clone(),
        from: match left {
            Left::Addresses => said.from.clone(),
            Left::Nobody => None,
        },
        forwarded: said.forwarded,
        raw: None,
    }
}

fn content(said: &Content) -> Content {
    match said {
        Content::Text(text) => Content::Text(Text {
            body: "".into(),
            preview_url: text.preview_url,
        }),
        Content::Image(_) => Content::Image(media()),
        Content::Audio(_) => Content::Audio(media()),
        Content::Video(_) => Content::Video(media()),
        Content::Document(_) => Content::Document(media()),
        Content::Sticker(_) => Content::Sticker(media()),
        Content::Location(_) => Content::Location(nowhere()),
        Content::Contacts(_) => Content::Contacts(Raw::new("[]")),
        Content::Interactive(_) => Content::Interactive(Interactive {
            header: None,
            raw: Raw::new("{}"),
        }),
        Content::Template(template) => Content::Template(TemplateMessage {
            name: template.name.clone(),
            language: template.language.clone(),
            header: None,
            body: Vec::new(),
            buttons: Vec::new(),
            rendered: "".into(),
        }),
        Content::Reaction(reaction) => Content::Reaction(Reaction {
            target: reaction.target.clone(),
            emoji: "".into(),
        }),
    }
}

fn inbound_content(said: &InboundContent) -> InboundContent {
    match said {
        InboundContent::Text(_) => InboundContent::Text("".into()),
        InboundContent::Media(media) => InboundContent::Media(InboundMedia {
            kind: media.kind,
            provider_media_id: "".into(),
            mime_type: media.mime_type.clone(),
            sha256: None,
            caption: None,
            filename: None,
            voice: media.voice,
        }),
        InboundContent::Location(_) => InboundContent::Location(nowhere()),
        InboundContent::Contacts(_) => InboundContent::Contacts(Raw::new("[]")),
        InboundContent::Button { .. } => InboundContent::Button {
            text: "".into(),
            payload: None,
        },
        InboundContent::Interactive(_) => InboundContent::Interactive(Raw::new("{}")),
        InboundContent::Reaction { target, .. } => InboundContent::Reaction {
            target: target.clone(),
            emoji: "".into(),
        },
        InboundContent::Order(_) => InboundContent::Order(Raw::new("{}")),
        InboundContent::System(_) => InboundContent::System(Raw::new("{}")),
        InboundContent::Unsupported(_) => InboundContent::Unsupported(Raw::new("[]")),
    }
}

fn media() -> Media {
    Media {
        source: MediaSource::Link("".into()),
        caption: None,
        filename: None,
    }
}

fn nowhere() -> Location {
    Location {
        latitude: "0".into(),
        longitude: "0".into(),
        name: None,
        address: None,
    }
}

#[cfg(test)]
#[path = "emptied_tests.rs"]
mod tests;
