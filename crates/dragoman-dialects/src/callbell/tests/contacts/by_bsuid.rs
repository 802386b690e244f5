//! `GET /contacts/bsuid/:bsuid`.

use super::*;

#[tokio::test]
async fn a_user_id_finds_its_contact_even_without_a_number() {
    let house = house();
    let hidden = Address::user("DE.1");
    let talks = vec![talk(SECOND)];
    let somebody = customer(Id::from_u128(1), hidden, talks);
    house.store().know(tenant(ACCOUNT), somebody);
    let answer = house.get("/v1/contacts/bsuid/DE.1").await;
    let contact = &answer.body["contact"];
    assert_eq!(contact["bsuid"], "DE.1");
    assert_eq!(contact["phoneNumber"], Value::Null);
    assert_eq!(contact["channel"]["uuid"], SECOND.simple());
    let answer = house.get(&format!("/v1/contacts/bsuid/{BSUID}")).await;
    assert_eq!(answer.body["contact"]["uuid"], ADA.simple());
    let path = format!("/v1/contacts/bsuid/{BSUID}?include_field_types=true");
    let typed = house.get(&path).await;
    let types = &typed.body["contact"]["customFieldsMetadata"];
    assert_eq!(types["City"]["type"], "text");
}

#[tokio::test]
async fn what_is_no_user_id_finds_nobody() {
    let house = house();
    for bsuid in ["NL.2", "31612345678", "424242", "nl.1", "%ff"] {
        let answer = house.get(&format!("/v1/contacts/bsuid/{bsuid}")).await;
        assert_eq!(answer.whole(), not_found(), "{bsuid}");
    }
}
