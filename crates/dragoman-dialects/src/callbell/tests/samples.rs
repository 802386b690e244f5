//! What there is in the tests: one account with a channel, a team, templates, and a stranger.

use dragoman_core::address::Address;
use dragoman_core::catalog::{
    Account, Catalog, Channel, Policy, Rights, Sending, Source, Team, Token, TokenScope, User,
};
use dragoman_core::contact::{Bot, Contact, Conversation};
use dragoman_core::content::{Content, Kind, Text};
use dragoman_core::event::{Event, What};
use dragoman_core::message::{Body, Outbound, Priority, Stored};
use dragoman_core::rate::Rate;
use dragoman_core::state::Fold;
use dragoman_core::submission::Dialect;
use dragoman_core::template::{Category, Header, Template, TemplateStatus};
use dragoman_core::{Id, MessageId, Raw, State, Timestamp};

use crate::credentials::token_hash;

pub(super) const TOKEN: &str = "test_gshuPaZoeEG6ovbc8M79w0QyM";
pub(super) const NOW: Timestamp = Timestamp::from_seconds(1_790_000_000);
pub(super) const ACCOUNT: Id = Id::from_u128(1);
pub(super) const STRANGER: Id = Id::from_u128(2);
pub(super) const CHANNEL: Id = Id::from_u128(0x35f6_f8cc_b550_4278_a2ea_099f_3a4e_0730);
pub(super) const FOREIGN_CHANNEL: Id = Id::from_u128(0x77);
pub(super) const TEAM: Id = Id::from_u128(0x7ea3);
pub(super) const USER: Id = Id::from_u128(0x05e4);
pub(super) const FAMILY: Id = Id::from_u128(0xd980_fb66_fd50_43d3_ace1_aa06_ba04_4342);
pub(super) const PENDING: Id = Id::from_u128(0x0e4d);

pub(super) fn message_id() -> MessageId {
    MessageId::from_parts(NOW.millis() << 12, 42)
}

pub(super) fn contact() -> Contact {
    Contact {
        id: Id::from_u128(0xc0),
        name: Some("Ada Byron".into()),
        profile: None,
        addresses: vec![Address::parse("31612345678").unwrap()],
        created_at: NOW,
    }
}

pub(super) fn conversation() -> Conversation {
    Conversation {
        number: 1,
        id: Id::from_u128(0xcc),
        user: Some(USER),
        funnel: None,
        bot: Bot::Idle,
        closed_at: None,
        team: Some(TEAM),
        created_at: NOW,
    }
}

pub(super) fn outbound(metadata: Option<&str>) -> Outbound {
    Outbound {
        to: Address::parse("31612345678").unwrap(),
        content: Content::Text(Text {
            body: "Hello!".into(),
            preview_url: false,
        }),
        dialect: Dialect::Callbell,
        priority: Priority::High,
        expires_at: Timestamp::NEVER,
        metadata: metadata.map(Raw::new),
        reply_to: None,
        after: None,
        on_unknown: None,
        identity: None,
    }
}

pub(super) fn stored(body: Body, state: State) -> Stored {
    Stored {
        id: message_id(),
        account: ACCOUNT,
        channel: CHANNEL,
        conversation: conversation(),
        contact: contact().into(),
        body,
        fold: Fold {
            state,
            ..Fold::ACCEPTED
        },
        provider_id: Some("wamid.X".into()),
    }
}

pub(super) fn event(what: What) -> Event {
    Event {
        seq: 1,
        account: ACCOUNT,
        message: message_id(),
        at: NOW,
        what,
    }
}

pub(super) fn channel(id: Id, account: Id) -> Channel {
    Channel {
        id,
        account,
        slug: format!("c{}", id.as_u128() & 0xffff).into(),
        title: "Main number".into(),
        driver: "whatsapp_cloud".into(),
        source: Source::Whatsapp,
        provider_id: "100000000000001".into(),
        phone: Some("31201234567".into()),
        settings: Default::default(),
        rate: Rate::per_second(80).unwrap(),
        concurrency: 8,
        main: true,
        enabled: true,
        created_at: NOW,
        sending: Sending::default(),
        watched_since: Timestamp::from_seconds(0),
    }
}

fn template(id: u128, header: Header, body: &str) -> Template {
    Template {
        id: Id::from_u128(id),
        family: Some(FAMILY),
        account: ACCOUNT,
        channel: CHANNEL,
        title: "Sample".into(),
        name: format!("sample_{id}").into(),
        language: "en_US".into(),
        category: Category::Utility,
        status: TemplateStatus::Approved,
        header,
        body: body.into(),
        footer: None,
        buttons: Vec::new(),
        created_at: NOW,
    }
}

pub(super) fn catalog() -> Catalog {
    let token = |id, account, text: &str, scope| Token {
        id: Id::from_u128(id),
        account,
        hash: token_hash(text),
        name: "".into(),
        policy: Policy::default(),
        created_at: NOW,
        scope,
        expires_at: None,
        last_used_at: None,
    };
    let account = |id, name: &str| Account {
        id,
        name: name.into(),
        created_at: NOW,
    };
    let one = "Hello {{1}}, this is a template message example";
    Catalog {
        accounts: vec![account(STRANGER, "other"), account(ACCOUNT, "demo")],
        tokens: vec![
            token(0x70, ACCOUNT, TOKEN, TokenScope::Api(Rights::ALL)),
            token(0x71, STRANGER, "stranger", TokenScope::Api(Rights::ALL)),
            token(
                0x72,
                ACCOUNT,
                "onprem",
                TokenScope::Onprem {
                    channel: CHANNEL,
                    user: "admin".into(),
                },
            ),
            Token {
                expires_at: Some(NOW),
                ..token(0x73, ACCOUNT, "expired", TokenScope::Api(Rights::ALL))
            },
        ],
        channels: vec![
            channel(FOREIGN_CHANNEL, STRANGER),
            channel(CHANNEL, ACCOUNT),
        ],
        teams: vec![Team {
            id: TEAM,
            account: ACCOUNT,
            name: "General".into(),
            default: true,
            created_at: NOW,
        }],
        users: vec![User {
            id: USER,
            account: ACCOUNT,
            password_hash: None,
            available: true,
            available_at: NOW,
            status: None,
            created_at: NOW,
            email: "john.doe@email.com".into(),
            name: "John Doe".into(),
            teams: vec![TEAM],
        }],
        templates: vec![
            template(0x01, Header::None, one),
            template(
                0x02,
                Header::None,
                "Hello {{1}}, this is a template {{2}} example. {{3}}!",
            ),
            template(0x03, Header::Media(Kind::Image), one),
            template(0x04, Header::Media(Kind::Document), one),
            template(0x05, Header::Media(Kind::Video), one),
            Template {
                id: PENDING,
                family: None,
                status: TemplateStatus::Pending,
                ..template(0x06, Header::None, one)
            },
        ],
        ..Catalog::default()
    }
}
