//! `GET /contacts`.

use dragoman_core::Id;
use serde_json::json;

use super::*;

/// Names of the contacts in an answer, by the last digits of their ids.
fn ids(answer: &Answer) -> Vec<String> {
    let contacts = answer.body["contacts"].as_array().unwrap();
    contacts
        .iter()
        .map(|contact| contact["uuid"].as_str().unwrap()[28..].to_owned())
        .collect()
}

/// A house with so many contacts that there are three pages.
fn crowded() -> House {
    let house = House::new();
    for number in 0..45 {
        let address = Address::parse(&format!("316123450{number:02}")).unwrap();
        let id = Id::from_u128(0x1000 + number);
        let newcomer = customer(id, address, vec![talk(CHANNEL)]);
        house.store().know(tenant(ACCOUNT), newcomer);
    }
    house
}

#[tokio::test]
async fn contacts_come_in_pages_of_twenty() {
    let house = crowded();
    for (page, count) in [("1", 20), ("2", 20), ("3", 5), ("4", 0), ("500", 0)] {
        let answer = house.get(&format!("/v1/contacts?page={page}")).await;
        assert_eq!(answer.status, 200);
        assert_eq!(ids(&answer).len(), count, "{page}");
        let meta = &answer.body["meta"];
        let number: u64 = page.parse().unwrap();
        assert_eq!((&meta["page"], &meta["pages"]), (&json!(number), &json!(3)));
        assert_eq!(meta["next"].is_string(), number < 3, "{meta}");
    }
    let first = house.get("/v1/contacts").await;
    assert_eq!(first.body["meta"]["page"], 1);
    assert_eq!(ids(&first)[0], "102c");
}

#[tokio::test]
async fn a_walk_with_the_cursor_meets_everybody_once_and_no_newcomer() {
    let house = crowded();
    let mut answer = house.get("/v1/contacts").await;
    let mut met = ids(&answer);
    let latecomer = customer(
        ADA,
        Address::parse("31612345678").unwrap(),
        vec![talk(CHANNEL)],
    );
    house.store().know(tenant(ACCOUNT), latecomer);
    while let Some(next) = answer.body["meta"]["next"].as_str() {
        // The page is ignored beside a cursor.
        let path = format!("/v1/contacts?after={next}&page=700");
        answer = house.get(&path).await;
        assert_eq!(answer.status, 200);
        let meta = answer.body["meta"].as_object().unwrap();
        let keys: Vec<_> = meta.keys().collect();
        assert_eq!(keys, ["next"]);
        met.extend(ids(&answer));
    }
    let expected: Vec<String> = (0..45)
        .rev()
        .map(|n| format!("{:04x}", 0x1000 + n))
        .collect();
    assert_eq!(met, expected);
}

#[tokio::test]
async fn pages_end_and_cursors_are_not_invented() {
    let house = crowded();
    let too_far = (400, json!({ "error": "Pagination limit exceeded" }));
    for page in ["501", "18446744073709551616", "99999999999999999999999999"] {
        let answer = house.get(&format!("/v1/contacts?page={page}")).await;
        assert_eq!(answer.whole(), too_far, "{page}");
    }
    for page in ["0", "-1", "x", "1.5"] {
        let answer = house.get(&format!("/v1/contacts?page={page}")).await;
        let expected = wrong("page", "must be a number from 1");
        assert_eq!(answer.whole(), expected, "{page}");
    }
    let bad_cursor = (400, json!({ "error": "Invalid pagination cursor" }));
    for cursor in ["x", "eyJ0cyI6MSwiaWQiOjF9", "AgAAAAAAAAAB"] {
        let answer = house.get(&format!("/v1/contacts?after={cursor}")).await;
        assert_eq!(answer.whole(), bad_cursor, "{cursor}");
    }
}

#[tokio::test]
async fn every_filter_that_is_given_holds() {
    let house = house();
    let bob = Id::from_u128(0xb0b);
    let number = Address::parse("31612345679").unwrap();
    let mut second = talk(SECOND);
    second.conversation.team = Some(SALES);
    house.store().know(
        tenant(ACCOUNT),
        customer(bob, number, vec![second, talk(CHANNEL)]),
    );
    for (query, expected) in [
        ("", &["0b0b", "0ada"][..]),
        ("source=whatsapp", &["0b0b", "0ada"]),
        ("source=telegram", &["0ada"]),
        ("source=facebook", &[]),
        ("tags=LEAD", &["0ada"]),
        ("tags=sales,%20lead,", &["0ada"]),
        ("tags=lead,other", &[]),
        ("sort=name&unknown=1", &["0b0b", "0ada"]),
    ] {
        let answer = house.get(&format!("/v1/contacts?{query}")).await;
        assert_eq!(answer.status, 200, "{query}");
        assert_eq!(ids(&answer), expected, "{query}");
    }
    for (team, expected) in [(SALES, "0b0b"), (TEAM, "0ada")] {
        let answer = house.get(&format!("/v1/contacts?team_uuid={team}")).await;
        assert_eq!(ids(&answer), [expected]);
    }
    let both = format!("/v1/contacts?team_uuid={SALES}&source=telegram");
    assert_eq!(ids(&house.get(&both).await), [""; 0]);
}

#[tokio::test]
async fn the_conversation_is_shown_that_the_filter_is_about() {
    let house = house();
    let shown = |answer: Answer| answer.body["contacts"][0]["channel"]["uuid"].clone();
    let by_source = house.get("/v1/contacts?source=telegram").await;
    assert_eq!(shown(by_source), TELEGRAM.simple());
    let by_team = house.get(&format!("/v1/contacts?team_uuid={TEAM}")).await;
    assert_eq!(shown(by_team), CHANNEL.simple());
    // Both hold, though not of the same conversation.
    let path = format!("/v1/contacts?source=telegram&team_uuid={TEAM}");
    assert_eq!(shown(house.get(&path).await), TELEGRAM.simple());
}

#[tokio::test]
async fn a_filter_that_means_nothing_is_named() {
    let house = house();
    let sources = "must be one of whatsapp, facebook, instagram, telegram";
    for (query, field, text) in [
        ("source=sms", "source", sources),
        ("team_uuid=x", "team_uuid", "not found"),
        (
            "team_uuid=adf3d1216d4c4dcd908199d6700f2381",
            "team_uuid",
            "not found",
        ),
        (
            "include_field_types=yes",
            "include_field_types",
            "must be boolean",
        ),
    ] {
        let answer = house.get(&format!("/v1/contacts?{query}")).await;
        assert_eq!(answer.whole(), wrong(field, text), "{query}");
    }
}

#[tokio::test]
async fn a_list_can_show_types_of_custom_fields() {
    let answer = house().get("/v1/contacts?include_field_types=true").await;
    let metadata = &answer.body["contacts"][0]["customFieldsMetadata"];
    assert_eq!(metadata["a checkbox"]["value"], json!(["A", "B"]));
}

#[tokio::test]
async fn nobody_sees_the_contacts_of_others() {
    let house = house();
    let mut call = request("GET", "/v1/contacts", "");
    let stranger = "Bearer stranger".parse().unwrap();
    call.headers_mut().insert("authorization", stranger);
    assert_eq!(ids(&house.call(call).await), ["00f0"]);
    assert_eq!(ids(&house.get("/v1/contacts").await), ["0ada"]);
}
