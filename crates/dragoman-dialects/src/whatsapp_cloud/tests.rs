//! What a client of the Cloud API is told.

use std::collections::BTreeMap;

use dragoman_core::catalog::{Catalog, Channel, Sending, Source, Subscription};
use dragoman_core::contact::{Bot, Contact, Conversation};
use dragoman_core::content::{Content, Text};
use dragoman_core::event::{Event, What};
use dragoman_core::inbound::{Context, Inbound, InboundContent};
use dragoman_core::message::{Body, Outbound, Priority, Stored};
use dragoman_core::outcome::Failure;
use dragoman_core::ports::{Format, View};
use dragoman_core::rate::Rate;
use dragoman_core::state::Fold;
use dragoman_core::submission::Dialect;
use dragoman_core::{Address, Id, MessageId, Raw, Secret, Timestamp};
use serde_json::{Value, json};

use super::*;
use crate::links::Links;

const NOW: Timestamp = Timestamp::from_seconds(1_790_000_000);
const ACCOUNT: Id = Id::from_u128(1);
const DEMO: Id = Id::from_u128(2);
const CUSTOMER: &str = "16505551234";

fn channel() -> Channel {
    let waba = ("waba_id".into(), Secret::new("200000000000001"));
    Channel {
        id: DEMO,
        account: ACCOUNT,
        slug: "demo".into(),
        title: "Demo".into(),
        driver: "whatsapp_cloud".into(),
        source: Source::Whatsapp,
        provider_id: "106540352242922".into(),
        phone: Some("+1 555-078-3881".into()),
        settings: BTreeMap::from([waba]),
        rate: Rate::WHATSAPP,
        sending: Sending::default(),
        concurrency: 8,
        main: true,
        enabled: true,
        created_at: NOW,
        watched_since: NOW,
    }
}

fn subscription() -> Subscription {
    Subscription {
        id: Id::from_u128(9),
        account: ACCOUNT,
        channel: None,
        url: "https://example.com/hook".into(),
        format: "cloud".into(),
        events: Vec::new(),
        secret: Some(Secret::new("whsec_c2VjcmV0")),
        retiring: None,
        concurrency: 4,
        ordered: false,
        settings: None,
        since: 0,
        trust: None,
        enabled: true,
        stopped: None,
        created_at: NOW,
    }
}

fn stored(body: Body) -> Stored {
    Stored {
        id: MessageId::from_parts(1_790_000_000_000 << 12 | 1, 7),
        account: ACCOUNT,
        channel: DEMO,
        conversation: Conversation {
            number: 1,
            id: Id::from_u128(60),
            user: None,
            team: None,
            funnel: None,
            bot: Bot::Idle,
            created_at: NOW,
            closed_at: None,
        },
        contact: Contact {
            id: Id::from_u128(50),
            name: None,
            addresses: vec![Address::parse(CUSTOMER).unwrap()],
            created_at: NOW,
            profile: None,
        }
        .into(),
        body,
        fold: Fold::ACCEPTED,
        provider_id: None,
    }
}

fn sent(dialect: Dialect) -> Stored {
    let outbound = Outbound {
        to: Address::parse(CUSTOMER).unwrap(),
        content: Content::Text(Text {
            body: "Hi".into(),
            preview_url: false,
        }),
        dialect,
        priority: Priority::Normal,
        expires_at: Timestamp::NEVER,
        metadata: Some(Raw::new(r#""order 7""#)),
        reply_to: None,
        after: None,
        on_unknown: None,
        identity: None,
    };
    stored(Body::Outbound(outbound.into()))
}

fn received(content: InboundContent, context: Option<Context>) -> Stored {
    let inbound = Inbound {
        provider_id: "wamid.HBgL".into(),
        from: vec![Address::parse(CUSTOMER).unwrap()],
        profile_name: Some("Sheena".into()),
        at: NOW,
        content,
        context,
        referral: None,
        identity: None,
    };
    stored(Body::Inbound(inbound.into()))
}

struct Heard {
    headers: Vec<(std::borrow::Cow<'static, str>, String)>,
    body: Value,
}

fn tell(
    message: &Stored,
    what: What,
    to: &Subscription,
    earlier: Option<&Stored>,
) -> Option<Heard> {
    let event = Event {
        seq: 1,
        account: ACCOUNT,
        message: message.id,
        at: NOW,
        what,
    };
    let catalog = Catalog {
        channels: vec![channel()],
        ..Catalog::default()
    };
    let view = View {
        event: &event,
        message,
        refers_to: earlier,
        advertisement: None,
        subscription: to,
        catalog: &catalog,
    };
    let format = CloudFormat::new(Links::new(Secret::new("key"), "https://gw.example"));
    let outgoing = format.render(&view, NOW)?;
    Some(Heard {
        body: serde_json::from_slice(&outgoing.body).unwrap(),
        headers: outgoing.headers,
    })
}

fn value(heard: &Heard) -> &Value {
    &heard.body["entry"][0]["changes"][0]["value"]
}

fn delivered() -> What {
    let raw = json!({
        "contacts": [{ "wa_id": CUSTOMER }],
        "statuses": [{ "id": "wamid.theirs", "status": "delivered", "timestamp": "1750030073",
            "recipient_id": CUSTOMER, "biz_opaque_callback_data": "g1.token",
            "pricing": { "billable": true } }],
    });
    What::Delivered {
        at: NOW,
        raw: Raw::new(raw.to_string()),
    }
}

#[test]
fn a_message_stands_in_the_provider_s_frame_and_is_signed() {
    let hello = received(InboundContent::Text("Hi".into()), None);
    let heard = tell(&hello, What::Received, &subscription(), None).unwrap();
    let expected = json!({
        "object": "whatsapp_business_account",
        "entry": [{ "id": "200000000000001", "changes": [{ "field": "messages", "value": {
            "messaging_product": "whatsapp",
            "metadata": { "display_phone_number": "15550783881",
                "phone_number_id": "106540352242922" },
            "contacts": [{ "profile": { "name": "Sheena" }, "wa_id": CUSTOMER }],
            "messages": [{ "from": CUSTOMER, "id": "wamid.HBgL", "type": "text",
                "timestamp": NOW.seconds().to_string(), "text": { "body": "Hi" } }],
        } }] }],
    });
    assert_eq!(heard.body, expected);
    let (name, signature) = &heard.headers[0];
    assert_eq!(*name, "x-hub-signature-256");
    let digits = signature.strip_prefix("sha256=").unwrap();
    assert_eq!(digits.len(), 64);
    let plain = Subscription {
        secret: None,
        ..subscription()
    };
    assert_eq!(
        tell(&hello, What::Received, &plain, None).unwrap().headers,
        []
    );
}

#[test]
fn a_status_is_the_provider_s_with_our_id_and_the_client_s_own_data() {
    let heard = tell(&sent(Dialect::Cloud), delivered(), &subscription(), None).unwrap();
    let status = &value(&heard)["statuses"][0];
    let id = status["id"].as_str().unwrap();
    assert!(id.starts_with("wamid.ZGdtM"), "{id}");
    assert_eq!(status["biz_opaque_callback_data"], "order 7");
    assert_eq!(status["pricing"], json!({ "billable": true }));
    assert_eq!(value(&heard)["contacts"][0]["wa_id"], CUSTOMER);
}

#[test]
fn statuses_of_other_dialects_are_told_where_that_is_wanted() {
    let theirs = sent(Dialect::Callbell);
    assert!(tell(&theirs, delivered(), &subscription(), None).is_none());
    let all = Subscription {
        settings: Some(Raw::new(r#"{"origin":"all"}"#)),
        ..subscription()
    };
    let heard = tell(&theirs, delivered(), &all, None).unwrap();
    let status = &value(&heard)["statuses"][0];
    assert_eq!(
        status.get("biz_opaque_callback_data"),
        None,
        "our token is nobody's business"
    );
}

#[test]
fn a_failure_of_ours_has_the_provider_s_form() {
    for (what, code) in [
        (What::Expired, 131_026),
        (What::Dead, 131_000),
        (
            What::Failed {
                failure: Failure::new(131_047, "Re-engagement message"),
                raw: None,
            },
            131_047,
        ),
    ] {
        let heard = tell(&sent(Dialect::Cloud), what, &subscription(), None).unwrap();
        let status = &value(&heard)["statuses"][0];
        assert_eq!(status["status"], "failed");
        assert_eq!(status["recipient_id"], CUSTOMER);
        assert_eq!(status["errors"][0]["code"], code);
        assert!(status["errors"][0]["error_data"]["details"].is_string());
    }
}

#[test]
fn an_answer_names_the_earlier_message_as_the_client_knows_it() {
    let earlier = sent(Dialect::Cloud);
    let context = Context {
        provider_id: Some("wamid.theirs".into()),
        from: Some("15550783881".into()),
        ..Context::default()
    };
    let answer = received(InboundContent::Text("Yes".into()), Some(context));
    let heard = tell(&answer, What::Received, &subscription(), Some(&earlier)).unwrap();
    let context = &value(&heard)["messages"][0]["context"];
    assert!(context["id"].as_str().unwrap().starts_with("wamid.ZGdtM"));
    let heard = tell(&answer, What::Received, &subscription(), None).unwrap();
    assert_eq!(
        value(&heard)["messages"][0]["context"]["id"],
        "wamid.theirs"
    );
}

#[test]
fn only_what_was_chosen_is_told() {
    let hello = received(InboundContent::Text("Hi".into()), None);
    for (events, message, status) in [
        (&["messages"][..], true, false),
        (&["statuses"], false, true),
        (&["delivered", "failed"], false, true),
        (&["read"], false, false),
    ] {
        let chosen = Subscription {
            events: events.iter().map(|event| (*event).into()).collect(),
            ..subscription()
        };
        let hears = |message: &Stored, what| tell(message, what, &chosen, None).is_some();
        assert_eq!(hears(&hello, What::Received), message, "{events:?}");
        assert_eq!(
            hears(&sent(Dialect::Cloud), delivered()),
            status,
            "{events:?}"
        );
    }
}
