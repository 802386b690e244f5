//! Accounts.

use serde_json::json;

use super::house::{ACME, House, problem};

#[tokio::test]
async fn an_account_has_a_name_that_people_can_read() {
    let house = House::new();
    for name in ["", "   ", "a\nb", "a\u{0}b", "a\u{85}b", &"é".repeat(101)] {
        let body = json!({ "name": name }).to_string();
        let heard = house.operator("POST", "/api/v1/accounts", body).await;
        assert_eq!(problem(&heard), (400, "invalid", "name"), "{name:?}");
    }
    let longest = "é".repeat(100);
    let body = json!({ "name": longest }).to_string();
    let (status, made) = house.operator("POST", "/api/v1/accounts", body).await;
    assert_eq!((status, &made["name"]), (201, &json!(longest)));
}

#[tokio::test]
async fn an_account_with_the_uuid_of_another_does_not_take_its_place() {
    let house = House::new();
    let body = json!({ "name": "usurper", "uuid": ACME.simple() }).to_string();
    let heard = house.operator("POST", "/api/v1/accounts", body).await;
    assert_eq!(problem(&heard), (409, "taken", ""));
    let (_, accounts) = house.operator("GET", "/api/v1/accounts", "").await;
    assert_eq!(accounts["accounts"][0]["name"], "acme");
}
