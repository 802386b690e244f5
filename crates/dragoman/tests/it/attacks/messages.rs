//! Messages of every kind, on their way to a server that misbehaves.

use std::net::SocketAddr;
use std::sync::Arc;

use dragoman_core::catalog::{Channel, Sending, Source};
use dragoman_core::content::{
    Content, Interactive, Kind, Location, Media, MediaSource, Reaction, Text,
};
use dragoman_core::id::{AttemptId, AttemptToken, MessageId};
use dragoman_core::message::{Claim, InFlight, Outbound, Priority, Ready};
use dragoman_core::submission::Dialect;
use dragoman_core::template::TemplateMessage;
use dragoman_core::{Address, Id, Raw, Secret, Timestamp};

/// A channel whose provider is to be had at this address.
pub(super) fn channel(scheme: &str, provider: SocketAddr) -> Channel {
    let graph_url = format!("{scheme}://{provider}");
    let settings = [
        ("access_token", "EAAaccess"),
        ("app_secret", "geheim"),
        ("verify_token", "parole"),
        ("waba_id", "200000000000001"),
        ("graph_url", &graph_url),
    ];
    let settings = settings.map(|(name, value)| (name.into(), Secret::new(value)));
    Channel {
        id: Id::from_u128(1),
        account: Id::from_u128(2),
        slug: "main".into(),
        title: "Main".into(),
        driver: "whatsapp_cloud".into(),
        source: Source::Whatsapp,
        provider_id: "100000000000001".into(),
        phone: None,
        settings: settings.into(),
        rate: "80/s".parse().unwrap(),
        concurrency: 8,
        main: true,
        enabled: true,
        created_at: Timestamp::default(),
        sending: Sending::default(),
        watched_since: Timestamp::default(),
    }
}

/// The attempt of this number, with its token as it goes over the wire.
pub(super) fn attempt(number: u32, kind: Kind) -> (InFlight, String) {
    let (message, attempt) = (
        MessageId::from_parts(1_790_000_000_123 << 12, 7),
        AttemptId(u128::from(number)),
    );
    let body = Outbound {
        to: Address::parse("31612345678").unwrap(),
        content: content(kind),
        dialect: Dialect::Callbell,
        priority: Priority::Normal,
        expires_at: Timestamp::NEVER,
        metadata: None,
        reply_to: None,
        after: None,
        on_unknown: None,
        identity: None,
    };
    let claim = Claim {
        message,
        account: Id::from_u128(2),
        channel: Id::from_u128(1),
        conversation: 1,
        body: Arc::new(body),
        starts: 0,
    };
    let token = AttemptToken { message, attempt };
    let in_flight = InFlight::after_durable_departure(Ready::new(claim, None), attempt);
    (in_flight, token.to_string())
}

fn content(kind: Kind) -> Content {
    match kind {
        Kind::Text => Content::Text(Text {
            body: "Hi".into(),
            preview_url: false,
        }),
        Kind::Image => Content::Image(file()),
        Kind::Audio => Content::Audio(file()),
        Kind::Video => Content::Video(file()),
        Kind::Document => Content::Document(file()),
        Kind::Sticker => Content::Sticker(file()),
        Kind::Location => Content::Location(Location {
            latitude: "52.37".into(),
            longitude: "4.89".into(),
            name: None,
            address: None,
        }),
        Kind::Contacts => Content::Contacts(Raw::new(r#"[{"name":{"formatted_name":"Ann"}}]"#)),
        Kind::Interactive => Content::Interactive(Interactive {
            header: Some((Kind::Image, file())),
            raw: Raw::new(r#"{"type":"button","body":{"text":"Sure?"},"action":{"buttons":[]}}"#),
        }),
        Kind::Template => Content::Template(TemplateMessage {
            name: "hello".into(),
            language: "en".into(),
            header: None,
            body: Vec::new(),
            buttons: Vec::new(),
            rendered: "Hello".into(),
        }),
        Kind::Reaction => Content::Reaction(Reaction {
            target: "wamid.EARLIER".into(),
            emoji: "👍".into(),
        }),
        Kind::Button | Kind::Unsupported | Kind::System | Kind::Order => {
            panic!("{} is never sent", kind.word())
        }
    }
}

fn file() -> Media {
    Media {
        source: MediaSource::Link("https://example.com/file".into()),
        caption: None,
        filename: None,
    }
}
