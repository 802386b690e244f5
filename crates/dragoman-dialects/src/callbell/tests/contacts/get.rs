//! `GET /contacts/:uuid`.

use dragoman_core::message::{Body, Stored};
use dragoman_core::{Id, State};
use serde_json::json;

use super::super::samples::{message_id, outbound, stored};
use super::*;

#[tokio::test]
async fn a_contact_shows_all_that_is_known() {
    let answer = house().get(&of_ada("")).await;
    let at = "2026-09-21T14:13:20Z";
    let contact = json!({
        "uuid": ADA.simple(),
        "name": "Ada Byron",
        "phoneNumber": "+31612345678",
        "avatarUrl": "https://pictures.example/ada",
        "blockedAt": at,
        "createdAt": at,
        "closedAt": at,
        "source": "whatsapp",
        "href": format!("https://gw.example/console/contacts/{ADA}"),
        "conversationHref": format!(
            "https://gw.example/console/chat/{}", talk(CHANNEL).conversation.id),
        "tags": ["Lead", "sales"],
        "assignedUser": "john.doe@email.com",
        "customFields": { "City": "London", "a checkbox": r#"["A","B"]"# },
        "funnelId": "57a6e000-0000-4000-8000-000000000001",
        "team": { "uuid": TEAM.simple(), "name": "General", "createdAt": at,
            "default": true, "members": 1 },
        "channel": { "uuid": CHANNEL.simple(), "title": "Main number", "type": "whatsapp",
            "main": true, "discardedAt": null },
        "bsuid": BSUID,
        "note": "Likes tea",
    });
    assert_eq!(answer.whole(), (200, json!({ "contact": contact })));
}

#[tokio::test]
async fn of_somebody_unknown_little_is_shown() {
    let house = house();
    let id = Id::from_u128(7);
    let address = Address::user("12345");
    let nameless = customer(id, address, vec![talk(TELEGRAM)]);
    house.store().know(tenant(ACCOUNT), nameless);
    let answer = house.get(&format!("/v1/contacts/{id}")).await;
    let contact = &answer.body["contact"];
    for field in [
        "name",
        "phoneNumber",
        "avatarUrl",
        "blockedAt",
        "closedAt",
        "assignedUser",
        "funnelId",
        "note",
    ] {
        assert_eq!(contact.get(field), Some(&Value::Null), "{field}");
    }
    assert_eq!(contact["tags"], json!([]));
    assert_eq!(contact["customFields"], json!({}));
    assert_eq!(contact["team"], json!({}));
    assert_eq!(contact["source"], "telegram");
    // Identifiers of other messengers are no ids of WhatsApp users.
    assert_eq!(contact.get("bsuid"), None);
}

#[tokio::test]
async fn the_conversation_on_the_named_channel_is_shown() {
    let house = house();
    let on = |channel: &str| of_ada(&format!("?channel_uuid={channel}"));
    let answer = house.get(&on(&TELEGRAM.simple())).await;
    let contact = &answer.body["contact"];
    assert_eq!(contact["source"], "telegram");
    assert_eq!(contact["channel"]["uuid"], TELEGRAM.simple());
    assert_eq!(contact["closedAt"], Value::Null);
    // The user id of WhatsApp is told on WhatsApp only.
    assert_eq!(contact.get("bsuid"), None);
    let elsewhere = house.get(&on(&SECOND.simple())).await;
    assert_eq!(elsewhere.whole(), not_found());
    for channel in [FOREIGN_CHANNEL.simple().as_str(), NOBODY, "x"] {
        let answer = house.get(&on(channel)).await;
        let expected = wrong("channel_uuid", "not found");
        assert_eq!(answer.whole(), expected, "{channel}");
    }
}

#[tokio::test]
async fn types_of_custom_fields_are_shown_on_demand() {
    let house = house();
    let answer = house.get(&of_ada("?include_field_types=true")).await;
    let expected = json!({
        "City": { "value": "London", "type": "text" },
        "a checkbox": { "value": ["A", "B"], "type": "checkbox", "options": ["A", "B"] },
    });
    assert_eq!(answer.body["contact"]["customFieldsMetadata"], expected);
    let answer = house.get(&of_ada("?include_field_types=false")).await;
    assert_eq!(answer.body["contact"].get("customFieldsMetadata"), None);
    let answer = house.get(&of_ada("?include_field_types=maybe")).await;
    let expected = wrong("include_field_types", "must be boolean");
    assert_eq!(answer.whole(), expected);
}

#[tokio::test]
async fn a_stage_that_is_gone_is_not_shown() {
    let house = house();
    house.change(|catalog| catalog.funnels.clear());
    let answer = house.get(&of_ada("")).await;
    assert_eq!(answer.body["contact"]["funnelId"], Value::Null);
}

#[tokio::test]
async fn both_spellings_of_a_uuid_name_the_same() {
    let house = house();
    let dashed = ADA.dashed().to_uppercase();
    let answer = house.get(&format!("/v1/contacts/{dashed}")).await;
    assert_eq!(answer.body["contact"]["uuid"], ADA.simple());
    for uuid in ["31612345678", "%2B31612345678", "x", "%ff", NOBODY] {
        let answer = house.get(&format!("/v1/contacts/{uuid}")).await;
        assert_eq!(answer.whole(), not_found(), "{uuid}");
    }
}

#[tokio::test]
async fn an_unwell_store_is_worth_another_try() {
    let house = house();
    house.sicken();
    let answer = house.get(&of_ada("")).await;
    assert_eq!(answer.headers["retry-after"], "5");
    assert_eq!(answer.status, 503);
}

#[tokio::test]
async fn an_answer_about_a_message_shows_the_same_contact() {
    let house = house();
    let sent = Body::Outbound(outbound(None).into());
    house.store().keep_message(Stored {
        contact: ada().contact,
        conversation: ada().talks[0].conversation.clone(),
        ..stored(sent, State::Sent)
    });
    let mut shown = house.get(&of_ada("")).await.body["contact"].clone();
    shown["phone"] = json!("+31612345678");
    shown["email"] = json!("ada@example.com");
    let path = format!("/v1/messages/status/{}", message_id());
    assert_eq!(house.get(&path).await.body["message"]["contact"], shown);
}
