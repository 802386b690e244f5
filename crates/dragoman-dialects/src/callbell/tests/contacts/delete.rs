//! `DELETE /contacts/:uuid`.

use dragoman_core::news::ContactNews;
use serde_json::json;

use super::*;

#[tokio::test]
async fn a_contact_is_gone_for_good() {
    let house = house();
    let delete = || house.call(request("DELETE", &of_ada(""), ""));
    let done = json!({ "status": "contact was destroyed" });
    assert_eq!(delete().await.whole(), (200, done));
    assert_eq!(delete().await.whole(), not_found());
    for path in ["", "/messages", "/bot"] {
        let answer = house.get(&of_ada(path)).await;
        assert_eq!(answer.whole(), not_found(), "{path}");
    }
    assert_eq!(house.store().told(), [ContactNews::Deleted]);
}
