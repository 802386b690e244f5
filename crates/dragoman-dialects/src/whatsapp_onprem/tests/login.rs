//! Logging in and out.

use std::time::Duration;

use dragoman_core::ports::Store;

use super::client::Client;
use super::doubles::PASSWORD;

#[tokio::test]
async fn a_login_gives_a_token_for_seven_days_whatever_its_empty_body_looks_like() {
    let client = Client::new();
    for body in ["", " ", "{}", "null", "[]", r#"{"new_password":null}"#] {
        let answer = client.login("admin", PASSWORD, body).await;
        assert_eq!(answer.status, 200, "{body}: {}", answer.body);
        let user = &answer.body["users"][0];
        assert_eq!(user["expires_after"], "2026-09-28 14:13:20+00:00");
        assert_eq!(user["token"].as_str().unwrap().split('.').count(), 3);
    }
}

#[tokio::test]
async fn wrong_credentials_are_challenged_whether_the_user_exists_or_not() {
    let client = Client::new();
    for (name, password) in [("admin", "Secret-2"), ("nobody", PASSWORD), ("", "")] {
        let answer = client.login(name, password, "").await;
        assert_eq!(answer.code(), (401, 1005));
        assert_eq!(answer.body["errors"][0]["title"], "Access denied");
        assert_eq!(answer.details(), "Invalid credentials.");
        assert_eq!(
            answer.headers["www-authenticate"],
            r#"Basic realm="Secured""#
        );
    }
    let none = client.call("POST", "/onprem/demo/v1/users/login", "").await;
    assert_eq!(none.code(), (401, 1005));
}

#[tokio::test]
async fn the_first_login_has_to_set_a_password() {
    let client = Client::new();
    client
        .house
        .store
        .rewrite(|catalog| catalog.onprem_users[0].must_change = true);
    assert_eq!(
        client.login("admin", PASSWORD, "").await.code(),
        (401, 1024)
    );
    let weak = client
        .login("admin", PASSWORD, r#"{"new_password":"short"}"#)
        .await;
    assert_eq!(weak.code(), (400, 1009));
    assert!(
        weak.details().starts_with("Password doesn't meet"),
        "{}",
        weak.details()
    );
    let broken = client.login("admin", PASSWORD, "new_password=x").await;
    assert_eq!(broken.code(), (400, 1025));
    assert_eq!(
        broken.details(),
        "Unable to decode json from the request: Syntax error"
    );
    let changed = client
        .login("admin", PASSWORD, r#"{"new_password":"Better-1"}"#)
        .await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    assert_eq!(
        client.login("admin", PASSWORD, "").await.code(),
        (401, 1005)
    );
    assert_eq!(client.login("admin", "Better-1", "").await.status, 200);
}

#[tokio::test]
async fn a_token_ends_by_logout_or_by_time() {
    let mut client = Client::logged_in("clerk").await;
    let health = "/onprem/demo/v1/health";
    let answer = client.call("GET", health, "").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body["health"]["gateway_status"], "connecting");

    let logout = client
        .call("POST", "/onprem/demo/v1/users/logout", "anything")
        .await;
    assert_eq!(logout.status, 200);
    let denied = client.call("GET", health, "").await;
    assert_eq!(denied.code(), (401, 1005));
    assert_eq!(denied.body["errors"][0]["title"], "Access denied");

    client.authorization = client.token("clerk").await;
    client.house.clock.shift(Duration::from_secs(7 * 24 * 3600));
    assert_eq!(client.call("GET", health, "").await.code(), (401, 1005));
    client.token("clerk").await;
    assert_eq!(
        client.house.store.catalog().tokens.len(),
        1,
        "the old one is gone"
    );
}

#[tokio::test]
async fn two_logins_at_once_both_get_a_token_that_works() {
    let client = Client::new();
    let (one, other) = tokio::join!(
        client.login("admin", PASSWORD, ""),
        client.login("admin", PASSWORD, "")
    );
    for answer in [one, other] {
        let token = answer.body["users"][0]["token"].as_str().unwrap();
        let authorization = format!("Bearer {token}");
        let headers = [("authorization", authorization.as_str())];
        let health = client
            .call_with("GET", "/onprem/demo/v1/health", "", &headers)
            .await;
        assert_eq!(health.status, 200);
    }
}

#[tokio::test]
async fn of_two_new_passwords_at_once_the_first_stays() {
    let client = Client::new();
    let (one, other) = tokio::join!(
        client.login("admin", PASSWORD, r#"{"new_password":"Better-1"}"#),
        client.login("admin", PASSWORD, r#"{"new_password":"Better-2"}"#)
    );
    let (stays, refused) = match (one.status, other.status) {
        (200, _) => ("Better-1", other),
        (_, 200) => ("Better-2", one),
        statuses => panic!("{statuses:?}"),
    };
    assert_eq!(refused.code(), (401, 1005));
    assert_eq!(client.login("admin", stays, "").await.status, 200);
}
