//! What customers write.

use std::sync::Arc;

use dragoman_core::content::Location;
use dragoman_core::event::What;
use dragoman_core::file::File;
use dragoman_core::inbound::{Context, Inbound, InboundContent, Referral};
use dragoman_core::message::{Author, Body, Stored};
use dragoman_core::ports::Format;
use dragoman_core::submission::Dialect;
use dragoman_core::{Address, Raw, Timestamp};
use serde_json::{Value, json};

use super::statuses::sent_by;
use super::{Beside, CUSTOMER, render, render_with, stored, subscription};
use crate::whatsapp_onprem::tests::doubles::{ACCOUNT, DEMO, NOW, message_id};
use crate::whatsapp_onprem::{OnpremFormat, ids, message_id as read_id};

pub(super) fn inbound(from: &str, content: InboundContent) -> Inbound {
    Inbound {
        provider_id: "wamid.IN".into(),
        from: vec![Address::parse(from).unwrap()],
        profile_name: Some("Kerry Fisher".into()),
        at: Timestamp::from_seconds(1_518_694_235),
        content,
        context: None,
        referral: None,
        identity: None,
    }
}

fn received(inbound: Inbound) -> Value {
    told(inbound, What::Received, json!({})).unwrap()
}

/// What a client with these settings hears; `None` when nothing.
pub(super) fn told(inbound: Inbound, what: What, settings: Value) -> Option<Value> {
    let from = inbound.from[0].value().to_owned();
    let message = stored(&from, Body::Inbound(Arc::new(inbound)));
    render(&message, what, &subscription(settings))
}

#[test]
fn a_customers_text_is_told_with_its_contact() {
    let body = received(inbound(CUSTOMER, InboundContent::Text("Hello".into())));
    let shown = body["messages"][0]["id"].as_str().unwrap();
    assert!(shown.starts_with("ABGGeZRAZ1NvAhA"), "{shown}");
    assert_eq!(read_id(shown), Some(message_id(1)));
    assert_eq!(
        body,
        json!({
            "contacts": [{ "profile": { "name": "Kerry Fisher" }, "wa_id": CUSTOMER }],
            "messages": [{ "from": CUSTOMER, "id": shown, "timestamp": "1518694235",
                "type": "text", "text": { "body": "Hello" } }],
        })
    );
}

#[test]
fn a_customer_who_hides_the_number_is_shown_by_the_user_id() {
    let user = "US.13491208655302741918";
    let body = received(inbound(user, InboundContent::Text("Hi".into())));
    assert_eq!(body["contacts"][0]["wa_id"], user);
    assert_eq!(body["messages"][0]["from"], user);
    let id = body["messages"][0]["id"].as_str().unwrap();
    assert_eq!(read_id(id), Some(message_id(1)));
}

#[test]
fn every_content_has_its_type_and_object() {
    let place = Location {
        latitude: "52.5".into(),
        longitude: "-4".into(),
        name: None,
        address: Some("Dam 1".into()),
    };
    let reply = json!({ "type": "button_reply", "button_reply": { "id": "y", "title": "Yes" } });
    let named = json!([{ "name": { "formatted_name": "K" } }]);
    let raw = |value: &Value| Raw::new(value.to_string());
    for (content, kind, expected) in [
        (
            InboundContent::Location(place),
            "location",
            json!({ "latitude": 52.5, "longitude": -4.0, "address": "Dam 1" }),
        ),
        (
            InboundContent::Contacts(raw(&named)),
            "contacts",
            named.clone(),
        ),
        (
            InboundContent::Button {
                text: "No".into(),
                payload: None,
            },
            "button",
            json!({ "text": "No", "payload": null }),
        ),
        (
            InboundContent::Interactive(raw(&reply)),
            "interactive",
            reply.clone(),
        ),
        (
            InboundContent::Reaction {
                target: "wamid.X".into(),
                emoji: "👍".into(),
            },
            "reaction",
            json!({ "message_id": "wamid.X", "emoji": "👍" }),
        ),
        (
            InboundContent::Order(raw(&json!({ "catalog_id": "c" }))),
            "order",
            json!({ "catalog_id": "c" }),
        ),
    ] {
        let body = received(inbound(CUSTOMER, content));
        assert_eq!(body["messages"][0]["type"], kind);
        assert_eq!(body["messages"][0][kind], expected);
    }
}

#[test]
fn a_reply_names_the_message_that_it_answers() {
    let mut message = inbound(CUSTOMER, InboundContent::Text("Yes".into()));
    message.context = Some(Context {
        provider_id: Some("wamid.OUT".into()),
        from: Some("31600000000".into()),
        ..Context::default()
    });
    assert_eq!(
        received(message)["messages"][0]["context"],
        json!({ "id": "wamid.OUT", "from": "31600000000" })
    );
}

#[test]
fn an_enquiry_names_its_product_and_a_forwarded_message_says_so() {
    let context = |context| {
        let mut message = inbound(CUSTOMER, InboundContent::Text("Look".into()));
        message.context = Some(context);
        received(message)["messages"][0]["context"].take()
    };
    let product = json!({ "catalog_id": "1", "product_retailer_id": "shoe" });
    let raw = json!({ "from": "31600000000", "referred_product": product });
    let enquiry = Context {
        from: Some("31600000000".into()),
        raw: Some(Raw::new(raw.to_string())),
        ..Context::default()
    };
    assert_eq!(
        context(enquiry),
        json!({ "from": "31600000000", "referred_product": product })
    );
    let forwarded = Context {
        forwarded: true,
        ..Context::default()
    };
    assert_eq!(context(forwarded.clone()), json!({ "forwarded": true }));
    let often = Context {
        raw: Some(Raw::new(r#"{"frequently_forwarded":true}"#)),
        ..forwarded
    };
    assert_eq!(
        context(often),
        json!({ "forwarded": true, "frequently_forwarded": true })
    );
}

/// What a client with these settings hears of the advertisement that brought a customer.
fn attracted(theirs: &Value, settings: Value, picture: Option<&File>) -> Value {
    let mut message = inbound(CUSTOMER, InboundContent::Text("Hi".into()));
    message.referral = Some(Referral {
        picture: Some("https://cdn.example/shoes.jpg".into()),
        raw: Raw::new(theirs.to_string()),
    });
    let message = stored(CUSTOMER, Body::Inbound(Arc::new(message)));
    let beside = Beside {
        advertisement: picture,
        ..Beside::default()
    };
    let told = render_with(&message, What::Received, &subscription(settings), beside);
    told.unwrap()["messages"][0]["referral"].take()
}

fn shoes() -> Value {
    json!({ "source_type": "ad", "source_id": "1", "source_url": "https://fb.me/1",
        "headline": "Shoes", "body": "New", "ctwa_clid": "x", "media_type": "image",
        "image_url": "https://cdn.example/shoes.jpg" })
}

#[test]
fn an_advertisement_has_the_words_of_this_api() {
    assert_eq!(
        attracted(&shoes(), json!({}), None),
        json!({ "source_type": "ad", "source_id": "1", "source_url": "https://fb.me/1",
            "headline": "Shoes", "body": "New",
            "image": { "link": "https://cdn.example/shoes.jpg" } })
    );
}

#[test]
fn the_picture_of_an_advertisement_is_named_by_its_id_when_it_is_here() {
    let picture = |mime_type: &str| File {
        id: message_id(1).advertisement(),
        account: ACCOUNT,
        channel: DEMO,
        mime_type: mime_type.into(),
        size: 5,
        sha256: [0; 32],
        filename: None,
        created_at: NOW,
        used_at: NOW,
    };
    let id = message_id(1).advertisement().dashed();
    let mut film = shoes();
    film["video_url"] = "https://cdn.example/shoes.mp4".into();
    for (theirs, mime_type, kind, other) in [
        (&shoes(), "image/jpeg", "image", "video"),
        (&film, "video/mp4", "video", "image"),
    ] {
        let told = attracted(theirs, json!({}), Some(&picture(mime_type)));
        assert_eq!(told[kind], json!({ "id": id }));
        assert_eq!(told.get(other), None);
        let declined = json!({ "skip_referral_media_download": true });
        let told = attracted(theirs, declined, Some(&picture(mime_type)));
        let link = json!({ "link": theirs[format!("{kind}_url")] });
        assert_eq!(told[kind], link);
    }
}

#[test]
fn advertisements_are_fetched_unless_the_client_declines_them() {
    let wants = |settings| OnpremFormat.shows_advertisements(&subscription(settings));
    assert!(wants(json!({})));
    assert!(!wants(json!({ "skip_referral_media_download": true })));
}

/// Told as a customer's message that refers to this earlier one.
fn referring(message: Inbound, author: Author) -> Value {
    let earlier = match author {
        Author::Business => sent_by(Dialect::Onprem).body,
        Author::Customer => Body::Inbound(Arc::new(message.clone())),
    };
    let earlier = Stored {
        id: message_id(7),
        ..stored(CUSTOMER, earlier)
    };
    let message = stored(CUSTOMER, Body::Inbound(Arc::new(message)));
    let told = render_with(
        &message,
        What::Received,
        &subscription(json!({})),
        Beside {
            refers_to: Some(&earlier),
            ..Beside::default()
        },
    );
    told.unwrap()["messages"][0].take()
}

#[test]
fn a_message_that_we_know_is_referred_to_by_the_id_that_the_client_knows() {
    let customer = Address::parse(CUSTOMER).unwrap();
    for (author, id) in [
        (Author::Business, ids::outbound(&customer, message_id(7))),
        (
            Author::Customer,
            ids::inbound(Some(&customer), message_id(7)),
        ),
    ] {
        let mut reply = inbound(CUSTOMER, InboundContent::Text("Yes".into()));
        reply.context = Some(Context {
            provider_id: Some("wamid.EARLIER".into()),
            from: Some("31600000000".into()),
            ..Context::default()
        });
        assert_eq!(
            referring(reply, author)["context"],
            json!({ "id": id, "from": "31600000000" })
        );
        let reaction = InboundContent::Reaction {
            target: "wamid.EARLIER".into(),
            emoji: "👍".into(),
        };
        assert_eq!(
            referring(inbound(CUSTOMER, reaction), author)["reaction"],
            json!({ "message_id": id, "emoji": "👍" })
        );
    }
}

#[test]
fn a_reactions_target_is_not_taken_for_its_context() {
    let mut reaction = inbound(
        CUSTOMER,
        InboundContent::Reaction {
            target: "wamid.EARLIER".into(),
            emoji: "👍".into(),
        },
    );
    reaction.context = Some(Context {
        provider_id: Some("wamid.ANOTHER".into()),
        ..Context::default()
    });
    let told = referring(reaction, Author::Business);
    assert_eq!(told["context"], json!({ "id": "wamid.ANOTHER" }));
}
