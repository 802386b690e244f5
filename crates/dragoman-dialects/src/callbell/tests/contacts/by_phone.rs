//! `GET /contacts/phone/:number`.

use super::*;

async fn check(house: &House, path: &str, channel: Id) {
    let answer = house.get(&format!("/v1/contacts/phone/{path}")).await;
    assert_eq!(answer.status, 200, "{path}");
    let contact = &answer.body["contact"];
    assert_eq!(contact["channel"]["uuid"], channel.simple(), "{path}");
}

#[tokio::test]
async fn a_number_finds_its_contact_however_it_is_written() {
    let house = house();
    for number in [
        "31612345678",
        "+31612345678",
        "%2B31612345678",
        "%2B31%206%201234%205678",
    ] {
        check(&house, number, CHANNEL).await;
    }
    let found = house.get("/v1/contacts/phone/31612345678").await;
    assert_eq!(found.body["contact"]["uuid"], ADA.simple());
}

#[tokio::test]
async fn the_main_whatsapp_channel_comes_before_newer_conversations() {
    let house = house();
    let number = || Address::parse("31600000001").unwrap();
    let known = |id, talks| {
        let somebody = customer(Id::from_u128(id), number(), talks);
        house.store().know(tenant(ACCOUNT), somebody);
    };
    known(1, vec![talk(TELEGRAM), talk(SECOND), talk(CHANNEL)]);
    check(&house, "31600000001", CHANNEL).await;
}

#[tokio::test]
async fn without_the_main_channel_another_of_whatsapp_will_do() {
    let house = house();
    let number = Address::parse("31600000001").unwrap();
    let talks = vec![talk(TELEGRAM), talk(SECOND)];
    let somebody = customer(Id::from_u128(1), number, talks);
    house.store().know(tenant(ACCOUNT), somebody);
    check(&house, "31600000001", SECOND).await;
}

#[tokio::test]
async fn on_a_named_channel_nothing_else_is_searched() {
    let house = house();
    let on = |channel: Id| format!("31612345678?channel_uuid={channel}");
    check(&house, &on(CHANNEL), CHANNEL).await;
    let dashed = format!("31612345678?channel_uuid={}", CHANNEL.dashed());
    check(&house, &dashed, CHANNEL).await;
    let path = format!("/v1/contacts/phone/{}", on(SECOND));
    assert_eq!(house.get(&path).await.whole(), not_found());
    let path = format!("/v1/contacts/phone/{}", on(FOREIGN_CHANNEL));
    let expected = wrong("channel_uuid", "not found");
    assert_eq!(house.get(&path).await.whole(), expected);
}

#[tokio::test]
async fn other_messengers_have_identifiers_instead_of_numbers() {
    let house = house();
    let path = format!("424242?channel_uuid={TELEGRAM}");
    check(&house, &path, TELEGRAM).await;
    let on_whatsapp = house.get("/v1/contacts/phone/424242").await;
    assert_eq!(on_whatsapp.whole(), not_found());
}

#[tokio::test]
async fn an_unknown_number_and_one_that_is_none_are_not_found() {
    let house = house();
    let foreign = "31687654321";
    for number in ["31600000009", foreign, "hello", "%ff", BSUID] {
        let answer = house.get(&format!("/v1/contacts/phone/{number}")).await;
        assert_eq!(answer.whole(), not_found(), "{number}");
    }
}
