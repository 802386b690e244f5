//! Who may call the nodes for messages, contacts and files, and how.

use super::client::Client;

/// A node and a method that it has.
const NODES: [(&str, &str); 8] = [
    ("POST", "messages"),
    ("PUT", "messages/x"),
    ("POST", "contacts"),
    ("GET", "contacts/16315551002/identity"),
    ("PUT", "contacts/16315551002/identity"),
    ("POST", "media"),
    ("GET", "media/x"),
    ("DELETE", "media/x"),
];

#[tokio::test]
async fn every_user_may_call_them_with_and_without_a_slash() {
    for name in ["admin", "clerk"] {
        let client = Client::logged_in(name).await;
        for (method, node) in NODES {
            for end in ["", "/"] {
                let path = format!("/onprem/demo/v1/{node}{end}");
                let (status, code) = client.call(method, &path, "").await.code();
                // Past the door there is nothing to be found, or nothing was said.
                assert!(matches!(status, 400 | 404), "{method} {path}: {status}");
                assert!(
                    matches!(code, 1006 | 1008 | 1025),
                    "{method} {path}: {code}"
                );
            }
        }
    }
}

#[tokio::test]
async fn nobody_else_may_and_a_foreign_channel_looks_as_if_it_were_not_there() {
    let mut client = Client::logged_in("admin").await;
    for (method, node) in NODES {
        let foreign = format!("/onprem/other/v1/{node}");
        let nowhere = format!("/onprem/nowhere/v1/{node}");
        let foreign = client.call(method, &foreign, "").await;
        assert_eq!(foreign.code(), (404, 1006), "{method} {node}");
        let nowhere = client.call(method, &nowhere, "").await;
        assert_eq!(nowhere.body, foreign.body, "{method} {node}");
    }
    client.authorization = "Bearer nonsense".to_owned();
    for (method, node) in NODES {
        let path = format!("/onprem/demo/v1/{node}");
        let answer = client.call(method, &path, "").await;
        assert_eq!(answer.code(), (401, 1005), "{method} {node}");
    }
}

#[tokio::test]
async fn another_method_is_405() {
    let client = Client::logged_in("admin").await;
    for (_, node) in NODES {
        let path = format!("/onprem/demo/v1/{node}");
        assert_eq!(client.call("PATCH", &path, "").await.status, 405, "{node}");
    }
}
