//! Logins, made and taken away.

use serde_json::json;

use super::client::Client;
use super::doubles::PASSWORD;

#[tokio::test]
async fn admin_makes_a_login_that_works_and_has_no_rights_over_others() {
    let mut client = Client::logged_in("admin").await;
    let new = json!({ "username": "tess", "password": PASSWORD });
    let made = client.ask("POST", "users", new).await;
    assert_eq!(made.status, 201, "{}", made.body);
    assert_eq!(made.body["users"], json!([{ "username": "tess" }]));
    let shown = client.see("users/tess").await;
    let user = json!([{ "username": "tess", "ROLES": "ROLE_USER" }]);
    assert_eq!((shown.status, &shown.body["users"]), (200, &user));
    let admin = client.see("users/admin").await;
    assert_eq!(admin.body["users"][0]["ROLES"], "ROLE_ADMIN");

    client.authorization = client.token("tess").await;
    assert_eq!(client.see("users/tess").await.status, 200);
    for path in ["users/admin", "users/nobody"] {
        assert_eq!(client.see(path).await.code(), (403, 1005), "{path}");
    }
}

#[tokio::test]
async fn a_new_login_that_cannot_be_is_refused_with_the_reason() {
    let client = Client::logged_in("admin").await;
    let create = |name: &str, password: &str| {
        let new = json!({ "username": name, "password": password });
        client.ask("POST", "users", new)
    };
    for name in ["", "abc", &"x".repeat(33), "a:bc", "a\u{1}bc"] {
        assert_eq!(create(name, PASSWORD).await.code(), (400, 1009), "{name}");
    }
    for name in ["abcd", &"x".repeat(32)] {
        assert_eq!(create(name, PASSWORD).await.status, 201, "{name}");
    }
    for password in [
        "",
        "Short-1",
        "all-lower-1",
        &format!("aA1!{}", "x".repeat(61)),
    ] {
        let weak = create("tess", password).await;
        assert_eq!(weak.code(), (400, 1009), "{password}");
        assert!(
            weak.details()
                .starts_with("Password doesn't meet complexity")
        );
    }
    let taken = create("clerk", PASSWORD).await;
    assert_eq!(taken.code(), (500, 1014));
    assert_eq!(taken.details(), "Unable to create user. Already exist?");
    for absent in [
        json!({}),
        json!({ "username": "tess" }),
        json!({ "password": PASSWORD }),
    ] {
        assert_eq!(
            client.ask("POST", "users", absent).await.code(),
            (400, 1008)
        );
    }
}

#[tokio::test]
async fn of_two_logins_with_one_name_at_once_one_is_made() {
    let client = Client::logged_in("admin").await;
    let new = || json!({ "username": "tess", "password": PASSWORD });
    let (one, other) = tokio::join!(
        client.ask("POST", "users", new()),
        client.ask("POST", "users", new())
    );
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 500]);
}

#[tokio::test]
async fn a_password_is_changed_by_its_user_or_by_admin_and_tokens_survive() {
    let mut client = Client::logged_in("clerk").await;
    let change = json!({ "password": "Better-1" });
    let changed = client.ask("PUT", "users/clerk", change.clone()).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    assert_eq!(changed.body["users"], json!([{ "username": "clerk" }]));
    assert_eq!(client.see("users/clerk").await.status, 200);
    assert_eq!(
        client.login("clerk", PASSWORD, "").await.code(),
        (401, 1005)
    );
    assert_eq!(client.login("clerk", "Better-1", "").await.status, 200);
    let other = client.ask("PUT", "users/admin", change.clone()).await;
    assert_eq!(other.code(), (403, 1005));

    client.authorization = client.token("admin").await;
    let back = json!({ "password": PASSWORD });
    assert_eq!(client.ask("PUT", "users/clerk", back).await.status, 200);
    assert_eq!(client.login("clerk", PASSWORD, "").await.status, 200);
    let unknown = client.ask("PUT", "users/nobody", change).await;
    assert_eq!(unknown.code(), (404, 1006));
    let weak = json!({ "password": "weak" });
    assert_eq!(
        client.ask("PUT", "users/clerk", weak).await.code(),
        (400, 1009)
    );
    let none = client.ask("PUT", "users/clerk", json!({})).await;
    assert_eq!(none.code(), (400, 1008));
}

#[tokio::test]
async fn a_login_that_is_taken_away_ends_with_its_tokens_and_admin_stays() {
    let mut client = Client::logged_in("admin").await;
    let clerk = client.token("clerk").await;
    let gone = client.ask("DELETE", "users/clerk", json!({})).await;
    assert_eq!(gone.status, 200, "{}", gone.body);
    assert_eq!(gone.body["users"], json!([{ "username": "clerk" }]));
    assert_eq!(
        client.login("clerk", PASSWORD, "").await.code(),
        (401, 1005)
    );
    assert_eq!(client.see("users/clerk").await.code(), (404, 1006));
    let again = client.ask("DELETE", "users/clerk", json!({})).await;
    assert_eq!(again.code(), (404, 1006));
    let admin = client.ask("DELETE", "users/admin", json!({})).await;
    assert_eq!(admin.code(), (400, 1009));
    client.authorization = clerk;
    assert_eq!(client.see("health").await.code(), (401, 1005));
}
