#[path = "record_tests/news.rs"]
mod news_comes_back;
#[path = "record_tests/slow.rs"]
mod slow;

use dragoman_core::assignment::NotAssigned;
use dragoman_core::content::{
    Content, Interactive, Kind, Location, Media, MediaSource, Reaction, Text,
};
use dragoman_core::doubt::{OnUnknown, Resolution, Resolver};
use dragoman_core::event::What;
use dragoman_core::id::{AttemptId, AttemptToken};
use dragoman_core::inbound::{
    Context, Inbound, InboundContent, InboundMedia, Referral, Status, StatusKind,
};
use dragoman_core::message::{Outbound, Priority};
use dragoman_core::order::After;
use dragoman_core::outcome::Failure;
use dragoman_core::submission::Dialect;
use dragoman_core::template::{ButtonValue, HeaderValue, Parameter, TemplateMessage};
use dragoman_core::{Address, Id, MessageId, Raw, Timestamp};

use super::*;

const AT: Timestamp = Timestamp::from_millis(1_790_000_000_123);
const RAW: &str = r#"{"a": "quo\"tes", "b": [1, 2.50]}"#;

fn raw() -> Raw {
    Raw::new(RAW)
}

fn id(bits: u128) -> Id {
    Id::from_u128(bits)
}

fn media(source: MediaSource) -> Media {
    Media {
        source,
        caption: Some("söme".into()),
        filename: None,
    }
}

fn link() -> Media {
    media(MediaSource::Link("https://example.com/a.jpg".into()))
}

fn comes_back<R: Shape<T>, T: PartialEq + std::fmt::Debug>(value: &T) {
    let json = to_json::<R, T>(value);
    let read: T = from_json::<R, T>("test", VERSION, &json).unwrap();
    assert_eq!(&read, value, "{json}");
}

#[test]
fn what_cannot_be_read_is_not_quoted() {
    for (json, why) in [
        (
            r#""what somebody wrote""#,
            "it has another shape, at column 21",
        ),
        ("1 what somebody wrote", "it is no JSON, at column 3"),
    ] {
        let error = serde_json::from_str::<u8>(json).unwrap_err();
        let told = Unreadable::misshapen("message", &error).to_string();
        assert_eq!(told, format!("a stored message cannot be read: {why}"));
    }
}

#[test]
fn every_content_comes_back() {
    let stored = media(MediaSource::Stored(id(7)));
    let guarded = media(MediaSource::Guarded {
        link: "https://example.com/b.mp4".into(),
        provider: "archive".into(),
    });
    let choose = |header| Content::Interactive(Interactive { header, raw: raw() });
    let place = Location {
        latitude: "52.1".into(),
        longitude: "4.30".into(),
        name: Some("Here".into()),
        address: None,
    };
    let template = |header: Option<HeaderValue>| {
        Content::Template(TemplateMessage {
            name: "hello".into(),
            language: "en_US".into(),
            header,
            body: vec![
                Parameter::Text("John".into()),
                Parameter::Typed {
                    fallback: "€ 5".into(),
                    raw: raw(),
                },
            ],
            buttons: vec![ButtonValue {
                sub_type: "url".into(),
                index: 1,
                parameters: raw(),
            }],
            rendered: "Hello John".into(),
        })
    };
    let contents = [
        Content::Text(Text {
            body: "Hi \u{1f600}".into(),
            preview_url: true,
        }),
        Content::Image(link()),
        Content::Audio(stored),
        Content::Video(guarded.clone()),
        Content::Document(link()),
        Content::Sticker(link()),
        Content::Location(place),
        Content::Contacts(raw()),
        choose(None),
        choose(Some((Kind::Document, link()))),
        choose(Some((Kind::Video, guarded))),
        template(None),
        template(Some(HeaderValue::Text(Parameter::Text("T".into())))),
        template(Some(HeaderValue::Media(Kind::Video, link()))),
        template(Some(HeaderValue::Other(raw()))),
        Content::Reaction(Reaction {
            target: "wamid.1".into(),
            emoji: "👍".into(),
        }),
    ];
    let dialects = [
        Dialect::Callbell,
        Dialect::Onprem,
        Dialect::Cloud,
        Dialect::Native,
    ];
    let priorities = [Priority::High, Priority::Normal, Priority::Bulk];
    for (index, content) in contents.into_iter().enumerate() {
        comes_back::<outbound::OutboundRecord, _>(&Outbound {
            to: if index % 2 == 0 {
                Address::parse("+31612345678").unwrap()
            } else {
                Address::User {
                    scope: "portfolio".into(),
                    id: "NL.1349".into(),
                }
            },
            content,
            dialect: dialects[index % 4],
            priority: priorities[index % 3],
            expires_at: if index == 0 { Timestamp::NEVER } else { AT },
            metadata: (index % 2 == 0).then(raw),
            reply_to: (index % 2 == 1).then(|| "wamid.0".into()),
            after: After::ALL.get(index).copied(),
            on_unknown: OnUnknown::ALL.get(index).copied(),
            identity: (index % 2 == 0).then(|| "DF2lS5v2W6x=".into()),
        });
    }
}

#[test]
fn every_kind_has_a_number_and_a_word() {
    for kind in [
        Kind::Text,
        Kind::Image,
        Kind::Audio,
        Kind::Video,
        Kind::Document,
        Kind::Sticker,
        Kind::Location,
        Kind::Contacts,
        Kind::Interactive,
        Kind::Template,
        Kind::Reaction,
        Kind::Button,
        Kind::Unsupported,
        Kind::System,
        Kind::Order,
    ] {
        comes_back::<content::KindRecord, _>(&kind);
    }
    for priority in [Priority::High, Priority::Normal, Priority::Bulk] {
        assert_eq!(outbound::priority_from(priority as i64), Some(priority));
    }
}

#[test]
fn every_inbound_content_comes_back() {
    let contents = [
        InboundContent::Text("Hi".into()),
        InboundContent::Media(InboundMedia {
            kind: Kind::Audio,
            provider_media_id: "77".into(),
            mime_type: "audio/ogg".into(),
            sha256: Some("abc".into()),
            caption: None,
            filename: Some("a.ogg".into()),
            voice: true,
        }),
        InboundContent::Location(Location {
            latitude: "1".into(),
            longitude: "2".into(),
            name: None,
            address: Some("Street".into()),
        }),
        InboundContent::Contacts(raw()),
        InboundContent::Button {
            text: "Yes".into(),
            payload: Some("yes".into()),
        },
        InboundContent::Interactive(raw()),
        InboundContent::Reaction {
            target: "wamid.1".into(),
            emoji: "".into(),
        },
        InboundContent::Order(raw()),
        InboundContent::System(raw()),
        InboundContent::Unsupported(raw()),
    ];
    for (index, content) in contents.into_iter().enumerate() {
        comes_back::<inbound::InboundRecord, _>(&Inbound {
            provider_id: "wamid.2".into(),
            from: vec![
                Address::parse("31612345678").unwrap(),
                Address::user("NL.1349"),
            ],
            profile_name: (index % 2 == 0).then(|| "Ann".into()),
            at: AT,
            content,
            context: (index % 2 == 1).then(|| Context {
                provider_id: Some("wamid.1".into()),
                from: None,
                forwarded: true,
                raw: Some(raw()),
            }),
            referral: (index % 3 == 0).then(|| Referral {
                picture: (index % 2 == 0).then(|| "https://example.com/shoes.jpg".into()),
                raw: raw(),
            }),
            identity: (index % 4 == 0).then(raw),
        });
    }
}

#[test]
fn every_status_comes_back() {
    let token = AttemptToken {
        message: MessageId::from_parts(1_790_000_000_123 << 12, 7),
        attempt: AttemptId(42),
    };
    for kind in [
        StatusKind::Sent,
        StatusKind::Delivered,
        StatusKind::Read,
        StatusKind::Failed(Failure::new(131_026, "no").because("why")),
    ] {
        comes_back::<inbound::StatusRecord, _>(&Status {
            provider_id: "wamid.1".into(),
            token: (kind != StatusKind::Read).then_some(token),
            kind,
            at: AT,
            recipient: Some("31612345678".into()),
            recipient_user: Some("NL.13491208655302741918".into()),
            raw: raw(),
        });
    }
}

#[test]
fn every_event_comes_back() {
    let attempt = AttemptId(u128::MAX - 1);
    let failure = Failure::new(-1, "no").because("why");
    let whats = [
        What::Accepted,
        What::Departed { attempt },
        What::Withdrawn { attempt },
        What::Submitted {
            attempt: Some(attempt),
            provider_id: "wamid.1".into(),
            recipient: Some("1".into()),
        },
        What::Submitted {
            attempt: None,
            provider_id: "wamid.1".into(),
            recipient: None,
        },
        What::Retried {
            attempt: Some(AttemptId(1)),
            failure: failure.clone(),
            due_at: AT,
        },
        What::Unknown {
            reason: "reset \"by\" peer".into(),
        },
        What::Sent { at: AT, raw: raw() },
        What::Delivered { at: AT, raw: raw() },
        What::Read { at: AT, raw: raw() },
        What::Failed {
            failure: failure.clone(),
            raw: Some(raw()),
        },
        What::Failed {
            failure: failure.clone(),
            raw: None,
        },
        What::Expired,
        What::Cancelled,
        What::Dead,
        What::Received,
        What::NotAssigned(NotAssigned::UnknownUser),
        What::NotAssigned(NotAssigned::UserInNoTeam),
        What::Noted,
        What::Erased,
        What::Arrived,
        What::Undownloaded(failure),
    ];
    let resolved = [Resolver::Policy, Resolver::Person]
        .into_iter()
        .flat_map(|by| Resolution::ALL.map(|resolution| What::Resolved { resolution, by }));
    for what in whats.into_iter().chain(resolved) {
        let columns = event::columns(&what);
        let data = columns.data.as_deref();
        let read = event::from_columns(VERSION, columns.kind, data, columns.raw).unwrap();
        assert_eq!(read, what);
    }
}

#[test]
fn the_first_records_of_what_is_chosen_from_and_of_files_by_id_are_readable() {
    let read = |json| from_json::<content::ContentRecord, Content>("content", VERSION, json);
    let interactive = Interactive {
        header: None,
        raw: Raw::new(r#"{"type": "list"}"#),
    };
    assert_eq!(
        read(r#"{"interactive":"{\"type\": \"list\"}"}"#),
        Ok(Content::Interactive(interactive))
    );
    let nobodys = Media {
        caption: None,
        ..media(MediaSource::Stored(id(0)))
    };
    assert_eq!(
        read(r#"{"image":{"source":{"stored":"their 1st picture"}}}"#),
        Ok(Content::Image(nobodys))
    );
}

#[test]
fn the_first_records_of_advertisements_are_readable() {
    let referral = Referral {
        picture: None,
        raw: Raw::new("{}"),
    };
    let inbound = Inbound {
        provider_id: "wamid.1".into(),
        from: vec![Address::parse("31612345678").unwrap()],
        profile_name: None,
        at: Timestamp::from_seconds(1_790_000_000),
        content: InboundContent::Text("Hi".into()),
        context: None,
        referral: Some(referral),
        identity: None,
    };
    let written = to_json::<inbound::InboundRecord, _>(&inbound);
    let first = written.replacen(r#"{"raw":"{}"}"#, r#""{}""#, 1);
    assert_ne!(first, written);
    let read = from_json::<inbound::InboundRecord, Inbound>("inbound", VERSION, &first);
    assert_eq!(read, Ok(inbound));
}

#[test]
fn a_record_of_a_newer_version_is_not_guessed_at() {
    let json = to_json::<content::KindRecord, _>(&Kind::Text);
    assert!(from_json::<content::KindRecord, Kind>("kind", VERSION + 1, &json).is_err());
    assert!(event::from_columns(VERSION + 1, 1, None, None).is_err());
    assert!(event::from_columns(VERSION, 99, None, None).is_err());
}
