//! New keys.

use serde_json::json;

use super::house::House;

const PATH: &str = "/api/v1/keys/rotate";

#[tokio::test]
async fn the_operator_makes_new_keys() {
    let house = House::new();
    let (status, rotated) = house.operator("POST", PATH, "{}").await;
    assert_eq!(status, 200);
    assert_eq!(rotated, json!({ "data_keys": 2, "records": 0 }));
    let both = r#"{"data_keys":true}"#;
    let (status, rotated) = house.operator("POST", PATH, both).await;
    assert_eq!(status, 200);
    assert_eq!(rotated, json!({ "data_keys": 2, "records": 2 }));
}

#[tokio::test]
async fn a_token_makes_no_keys() {
    let (status, refused) = House::new().with_token("acme", "POST", PATH, "{}").await;
    assert_eq!(status, 403, "{refused}");
}
