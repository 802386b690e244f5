use dragoman_core::Timestamp;
use dragoman_core::content::Kind;
use dragoman_core::inbound::Referral;
use dragoman_core::message::Priority;
use dragoman_core::submission::Dialect;
use dragoman_core::template::{HeaderValue, Parameter};

use super::*;
use crate::record::inbound::InboundRecord;
use crate::record::outbound::OutboundRecord;
use crate::record::to_json;

const SECRET: &str = "hidden";

fn hidden_media() -> Media {
    Media {
        source: MediaSource::Link(SECRET.into()),
        caption: Some(SECRET.into()),
        filename: Some(SECRET.into()),
    }
}

fn hidden_place() -> Location {
    Location {
        latitude: SECRET.into(),
        longitude: SECRET.into(),
        name: Some(SECRET.into()),
        address: Some(SECRET.into()),
    }
}

fn contents() -> Vec<Content> {
    vec![
        Content::Text(Text {
            body: SECRET.into(),
            preview_url: true,
        }),
        Content::Image(hidden_media()),
        Content::Audio(hidden_media()),
        Content::Video(hidden_media()),
        Content::Document(hidden_media()),
        Content::Sticker(hidden_media()),
        Content::Location(hidden_place()),
        Content::Contacts(Raw::new(SECRET)),
        Content::Interactive(Interactive {
            header: None,
            raw: Raw::new(SECRET),
        }),
        Content::Template(TemplateMessage {
            name: "hello".into(),
            language: "en".into(),
            header: Some(HeaderValue::Media(Kind::Image, hidden_media())),
            body: vec![Parameter::Text(SECRET.into())],
            buttons: Vec::new(),
            rendered: SECRET.into(),
        }),
        Content::Reaction(Reaction {
            target: "wamid.1".into(),
            emoji: SECRET.into(),
        }),
    ]
}

fn inbound_contents() -> Vec<InboundContent> {
    vec![
        InboundContent::Text(SECRET.into()),
        InboundContent::Media(InboundMedia {
            kind: Kind::Image,
            provider_media_id: SECRET.into(),
            mime_type: "image/png".into(),
            sha256: Some(SECRET.into()),
            caption: Some(SECRET.into()),
            filename: Some(SECRET.into()),
            voice: false,
        }),
        InboundContent::Location(hidden_place()),
        InboundContent::Contacts(Raw::new(SECRET)),
        InboundContent::Button {
            text: SECRET.into(),
            payload: Some(SECRET.into()),
        },
        InboundContent::Interactive(Raw::new(SECRET)),
        InboundContent::Reaction {
            target: "wamid.1".into(),
            emoji: SECRET.into(),
        },
        InboundContent::Order(Raw::new(SECRET)),
        InboundContent::System(Raw::new(SECRET)),
        InboundContent::Unsupported(Raw::new(SECRET)),
    ]
}

#[test]
fn what_we_said_is_gone_and_its_form_stays() {
    for content in contents() {
        let said = Outbound {
            to: Address::parse("31612345678").unwrap(),
            content,
            dialect: Dialect::Callbell,
            priority: Priority::High,
            expires_at: Timestamp::NEVER,
            metadata: Some(Raw::new(SECRET)),
            reply_to: Some("wamid.0".into()),
            after: None,
            on_unknown: None,
            identity: Some(SECRET.into()),
        };
        let empty = outbound(&said, Left::Addresses);
        assert_eq!(empty.content.kind(), said.content.kind());
        assert_eq!((&empty.to, &empty.reply_to), (&said.to, &said.reply_to));
        let record = to_json::<OutboundRecord, _>(&empty);
        assert!(!record.contains(SECRET), "{record}");
        assert_eq!(outbound(&empty, Left::Addresses), empty);
        let forgotten = to_json::<OutboundRecord, _>(&outbound(&said, Left::Nobody));
        assert!(!forgotten.contains("31612345678"), "{forgotten}");
    }
}

#[test]
fn what_a_customer_said_is_gone_and_its_form_stays() {
    for content in inbound_contents() {
        let said = Inbound {
            provider_id: "wamid.1".into(),
            from: vec![Address::parse("31612345678").unwrap()],
            profile_name: Some(SECRET.into()),
            at: Timestamp::from_millis(7),
            content,
            context: Some(Context {
                provider_id: Some("wamid.0".into()),
                from: Some("31612345678".into()),
                forwarded: false,
                raw: Some(Raw::new(SECRET)),
            }),
            referral: Some(Referral {
                picture: Some(SECRET.into()),
                raw: Raw::new(SECRET),
            }),
            identity: Some(Raw::new(SECRET)),
        };
        let empty = inbound(&said, Left::Addresses);
        assert_eq!(empty.content.kind(), said.content.kind());
        assert_eq!(empty.refers_to(), said.refers_to());
        assert_eq!((&empty.from, empty.at), (&said.from, said.at));
        let record = to_json::<InboundRecord, _>(&empty);
        assert!(!record.contains(SECRET), "{record}");
        assert_eq!(inbound(&empty, Left::Addresses), empty);
        let forgotten = to_json::<InboundRecord, _>(&inbound(&said, Left::Nobody));
        assert!(!forgotten.contains("31612345678"), "{forgotten}");
    }
}
