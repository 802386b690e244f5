//! The calls about contacts, one file for each page of the documents.

mod bot;
mod by_bsuid;
mod by_phone;
mod conversation;
mod create;
mod delete;
mod fields;
mod funnel;
mod get;
mod list;
mod messages;
mod note;
mod patch;

use std::sync::Arc;

use dragoman_core::catalog::{Channel, CustomField, FieldKind, Funnel, Source, Team, User};
use dragoman_core::contact::{Bot, Contact, Conversation, Customer, Profile, Talk};
use dragoman_core::window::Heard;
use dragoman_core::{Address, Id};
use dragoman_testkit::tenant;
use serde_json::{Value, json};

use super::doubles::{Answer, House, request};
use super::samples::{ACCOUNT, CHANNEL, FOREIGN_CHANNEL, NOW, STRANGER, TEAM, channel};

pub(super) const ADA: Id = Id::from_u128(0xada);
pub(super) const FOREIGNER: Id = Id::from_u128(0xf0);
pub(super) const SECOND: Id = Id::from_u128(0x2c);
pub(super) const TELEGRAM: Id = Id::from_u128(0x7e1e);
pub(super) const SALES: Id = Id::from_u128(0x5a1e5);
pub(super) const STAGE: Id = Id::from_u128(0x57a6_e000_0000_4000_8000_0000_0000_0001);
pub(super) const BSUID: &str = "NL.13491208655302741918";
pub(super) const FOREIGN_BSUID: &str = "DE.9";
/// Nobody and nothing has it.
pub(super) const NOBODY: &str = "adf3d1216d4c4dcd908199d6700f2381";

/// A house with two WhatsApp channels and one of Telegram, where Ada is known.
pub(super) fn house() -> House {
    let house = House::new();
    house.change(|catalog| {
        catalog.channels.extend([
            Channel {
                main: false,
                title: "Second number".into(),
                ..channel(SECOND, ACCOUNT)
            },
            Channel {
                source: Source::Telegram,
                phone: None,
                provider_id: "gw_bot".into(),
                ..channel(TELEGRAM, ACCOUNT)
            },
        ]);
        catalog.teams.push(Team {
            id: SALES,
            account: ACCOUNT,
            name: "Sales".into(),
            default: false,
            created_at: NOW,
        });
        catalog.users.push(User {
            id: Id::from_u128(0x1055),
            email: "lone@email.com".into(),
            teams: Vec::new(),
            ..catalog.users[0].clone()
        });
        catalog.funnels.push(Funnel {
            id: STAGE,
            account: ACCOUNT,
            name: "Won".into(),
            emoji: "".into(),
            position: 1,
            created_at: NOW,
        });
        let options: &[&str] = &["A", "B"];
        for (number, kind) in FieldKind::ALL.into_iter().enumerate() {
            catalog.custom_fields.push(CustomField {
                id: Id::from_u128(0xf1e1d + number as u128),
                account: ACCOUNT,
                name: format!("a {}", kind.word()).into(),
                kind,
                options: options.iter().map(|option| (*option).into()).collect(),
            });
        }
    });
    house.store().know(tenant(ACCOUNT), ada());
    let number = Address::parse("31687654321").unwrap();
    let mut foreigner = customer(FOREIGNER, number, vec![talk(FOREIGN_CHANNEL)]);
    let contact = Arc::make_mut(&mut foreigner.contact);
    contact.addresses.push(Address::user(FOREIGN_BSUID));
    house.store().know(tenant(STRANGER), foreigner);
    house
}

/// Somebody of whom much is known, who wrote last on the main channel.
pub(super) fn ada() -> Customer {
    let profile = Profile {
        tags: vec!["Lead".into(), "sales".into()],
        fields: [
            ("City".into(), "London".into()),
            ("a checkbox".into(), r#"["A","B"]"#.into()),
        ]
        .into(),
        note: Some("Likes tea".into()),
        email: Some("ada@example.com".into()),
        avatar_url: Some("https://pictures.example/ada".into()),
        blocked_at: Some(NOW),
        opted_out_at: None,
        ..Profile::default()
    };
    let number = Address::parse("31612345678").unwrap();
    let mut ada = customer(ADA, number, vec![talk(CHANNEL), talk(TELEGRAM)]);
    let talk = &mut ada.talks[0].conversation;
    talk.team = Some(TEAM);
    talk.user = Some(super::samples::USER);
    talk.funnel = Some(STAGE);
    talk.closed_at = Some(NOW);
    ada.contact = Contact {
        name: Some("Ada Byron".into()),
        addresses: vec![
            Address::parse("31612345678").unwrap(),
            Address::user(BSUID),
            Address::user("424242"),
        ],
        profile: Some(profile.into()),
        ..Contact::clone(&ada.contact)
    }
    .into();
    ada
}

pub(super) fn customer(id: Id, address: Address, talks: Vec<Talk>) -> Customer {
    let contact = Contact {
        id,
        name: None,
        addresses: vec![address],
        created_at: NOW,
        profile: None,
    };
    Customer {
        contact: contact.into(),
        talks,
    }
}

pub(super) fn talk(channel: Id) -> Talk {
    Talk {
        channel,
        conversation: Conversation {
            number: 1,
            id: Id::from_u128(channel.as_u128() ^ 0xcc),
            user: None,
            team: None,
            funnel: None,
            bot: Bot::Idle,
            created_at: NOW,
            closed_at: None,
        },
        last: None,
        heard: Heard::default(),
    }
}

impl House {
    pub(super) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.call(request("POST", path, body.to_string())).await
    }

    pub(super) async fn patch(&self, path: &str, body: &Value) -> Answer {
        self.call(request("PATCH", path, body.to_string())).await
    }
}

/// The path of a call about Ada.
pub(super) fn of_ada(rest: &str) -> String {
    format!("/v1/contacts/{ADA}{rest}")
}

pub(super) fn not_found() -> (u16, Value) {
    (404, json!({ "error": "not found" }))
}

pub(super) fn wrong(field: &str, text: &str) -> (u16, Value) {
    (400, json!({ "error": { field: [text] } }))
}

pub(super) const REQUIRED: &str = "must be present and not empty";
