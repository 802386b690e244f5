//! Slow data.

use std::collections::BTreeMap;
use std::time::Duration;

use dragoman_core::Secret;
use dragoman_core::catalog::{
    Account, Channel, CustomField, CustomStatus, FieldKind, Funnel, MediaAccess, MediaProvider,
    OnpremSettings, OnpremUser, Policy, Retiring, Right, Rights, Sending, Source, StopReason,
    Stopped, Subscription, Team, Token, TokenScope, User,
};
use dragoman_core::content::Kind;
use dragoman_core::doubt::OnUnknown;
use dragoman_core::order::{After, OnTimeout, Order};
use dragoman_core::rate::Rate;
use dragoman_core::refusal::When;
use dragoman_core::template::{Category, Header, Template, TemplateStatus};

use super::*;

const PEM: &str = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";

#[test]
fn slow_data_comes_back() {
    comes_back::<catalog::AccountRecord, _>(&Account {
        id: id(1),
        name: "acme".into(),
        created_at: AT,
    });
    for scope in [
        TokenScope::Api(Rights::ALL),
        TokenScope::Api([Right::Send, Right::Management].into_iter().collect()),
        TokenScope::Onprem {
            channel: id(3),
            user: "admin".into(),
        },
        TokenScope::Session { user: id(5) },
    ] {
        comes_back::<catalog::TokenRecord, _>(&Token {
            id: id(2),
            account: id(1),
            hash: std::array::from_fn(|index| index as u8 * 8),
            name: "till".into(),
            policy: Policy {
                refusals: Some(When::Later),
                rate: Some(Rate::WHATSAPP),
                duplicate_window: Some(Duration::from_millis(1500)),
            },
            created_at: AT,
            scope,
            expires_at: Some(AT),
            last_used_at: Some(AT),
        });
    }
    comes_back::<staff::TeamRecord, _>(&Team {
        id: id(4),
        account: id(1),
        name: "General".into(),
        default: true,
        created_at: AT,
    });
    comes_back::<staff::UserRecord, _>(&User {
        id: id(5),
        account: id(1),
        password_hash: Some(Secret::new("$argon2id$")),
        available: true,
        available_at: AT,
        status: Some((id(9), AT)),
        created_at: AT,
        email: "a@b.c".into(),
        name: "A".into(),
        teams: vec![id(4), id(u128::MAX)],
    });
    comes_back::<staff::FunnelRecord, _>(&Funnel {
        id: id(8),
        account: id(1),
        name: "Won".into(),
        emoji: "🏁".into(),
        position: 3,
        created_at: AT,
    });
    comes_back::<staff::CustomStatusRecord, _>(&CustomStatus {
        id: id(9),
        account: id(1),
        name: "Lunch".into(),
        emoji: "🥪".into(),
        created_at: AT,
        updated_at: AT,
    });
    for kind in FieldKind::ALL {
        comes_back::<staff::CustomFieldRecord, _>(&CustomField {
            id: id(10),
            account: id(1),
            name: "Size".into(),
            kind,
            options: vec!["S".into(), "L".into()],
        });
    }
    for settings in [None, Some(raw())] {
        comes_back::<catalog::SubscriptionRecord, _>(&Subscription {
            id: id(6),
            account: id(1),
            channel: settings.is_some().then(|| id(3)),
            url: "https://example.com".into(),
            format: "callbell".into(),
            events: vec!["message_created".into()],
            secret: settings.is_some().then(|| Secret::new("s3")),
            retiring: settings.is_some().then(|| Retiring {
                secret: Secret::new("s2"),
                until: AT,
            }),
            concurrency: 4,
            ordered: settings.is_some(),
            trust: settings.is_some().then(|| PEM.into()),
            stopped: settings.is_some().then_some(Stopped {
                at: AT,
                reason: StopReason::Gone,
            }),
            settings,
            since: 12,
            enabled: true,
            created_at: AT,
        });
    }
    comes_back::<catalog::OnpremUserRecord, _>(&OnpremUser {
        id: id(7),
        channel: id(3),
        name: "admin".into(),
        password_hash: Secret::new("$argon2id$"),
        must_change: true,
    });
    for webhook_ca in [None, Some(PEM.into())] {
        comes_back::<catalog::OnpremSettingsRecord, _>(&OnpremSettings {
            channel: id(3),
            application: raw(),
            webhook_ca,
        });
    }
    let basic = MediaAccess::Basic {
        username: "ada".into(),
        password: Secret::new("pa55"),
    };
    for access in [MediaAccess::Bearer(Secret::new("s3")), basic] {
        comes_back::<catalog::MediaProviderRecord, _>(&MediaProvider {
            id: id(11),
            channel: id(3),
            name: "archive".into(),
            access,
        });
    }
}

#[test]
fn tokens_from_before_there_were_rights_have_all_of_them() {
    let token = from_json::<catalog::TokenRecord, Token>(
        "token",
        VERSION,
        r#"{"id":"00000000000000000000000000000002","account":"00000000000000000000000000000001",
            "hash":"0000000000000000000000000000000000000000000000000000000000000000",
            "scope":"api"}"#,
    )
    .unwrap();
    assert_eq!(token.scope, TokenScope::Api(Rights::ALL));
    assert_eq!(token.last_used_at, None);
}

#[test]
fn records_from_before_receivers_had_authorities_of_their_own_are_readable() {
    let subscription = from_json::<catalog::SubscriptionRecord, Subscription>(
        "subscription",
        VERSION,
        r#"{"id":"00000000000000000000000000000006","account":"00000000000000000000000000000001",
            "url":"https://example.com","format":"callbell","events":[],"concurrency":4,"since":12,
            "enabled":true,"created_at":7}"#,
    );
    assert_eq!(subscription.unwrap().trust, None);
    let settings = from_json::<catalog::OnpremSettingsRecord, OnpremSettings>(
        "settings",
        VERSION,
        r#"{"channel":"00000000000000000000000000000003","application":"{}"}"#,
    );
    assert_eq!(settings.unwrap().webhook_ca, None);
}

#[test]
fn every_template_comes_back() {
    let template = Template {
        id: id(8),
        family: Some(id(9)),
        account: id(1),
        channel: id(3),
        title: "Hello".into(),
        name: "hello".into(),
        language: "en".into(),
        category: Category::Utility,
        status: TemplateStatus::Approved,
        header: Header::None,
        body: "Hello {{1}}".into(),
        footer: None,
        buttons: vec!["Yes".into()],
        created_at: AT,
    };
    for header in [
        Header::None,
        Header::Text("T {{1}}".into()),
        Header::Media(Kind::Document),
        Header::Location,
    ] {
        comes_back::<catalog::TemplateRecord, _>(&Template {
            header,
            ..template.clone()
        });
    }
    for category in [
        Category::Marketing,
        Category::Utility,
        Category::Authentication,
    ] {
        comes_back::<catalog::TemplateRecord, _>(&Template {
            category,
            ..template.clone()
        });
    }
    for status in [
        TemplateStatus::Approved,
        TemplateStatus::Pending,
        TemplateStatus::Rejected,
        TemplateStatus::Paused,
        TemplateStatus::Disabled,
        TemplateStatus::Deleted,
    ] {
        comes_back::<catalog::TemplateRecord, _>(&Template {
            status,
            ..template.clone()
        });
    }
}

#[test]
fn a_channel_comes_back_with_its_secrets() {
    let channel = |source| Channel {
        id: id(3),
        account: id(1),
        slug: "demo".into(),
        title: "Demo".into(),
        driver: "whatsapp_cloud".into(),
        source,
        provider_id: "100".into(),
        phone: Some("15550000000".into()),
        settings: BTreeMap::from([("access_token".into(), Secret::new("s3cret"))]),
        rate: Rate::WHATSAPP,
        concurrency: 8,
        main: true,
        enabled: true,
        created_at: AT,
        sending: Sending {
            order: Order {
                after: After::Delivered,
                timeout: Some(Duration::from_secs(90)),
                on_timeout: OnTimeout::Fail,
                strict: true,
            },
            on_unknown: OnUnknown::ResendOnce,
            strict: true,
            held: Some("restored".into()),
        },
        watched_since: AT,
    };
    for source in Source::ALL {
        let json = to_json::<catalog::ChannelRecord, _>(&channel(source));
        let read: Channel =
            from_json::<catalog::ChannelRecord, _>("channel", VERSION, &json).unwrap();
        // Its Debug hides the secrets, so they are compared apart.
        assert_eq!(format!("{read:?}"), format!("{:?}", channel(source)));
        assert_eq!(read.setting("access_token"), "s3cret");
    }
}
