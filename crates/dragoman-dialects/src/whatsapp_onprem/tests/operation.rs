//! What operators and monitors look at.

use std::time::Duration;

use dragoman_core::file::File;
use dragoman_core::outcome::Failure;
use dragoman_core::ports::{Files, Sender};
use dragoman_core::{Id, Secret};
use dragoman_testkit::{tenant, until};
use serde_json::{Value, json};

use super::client::{Client, node};
use super::doubles::{ACCOUNT, DEMO, NOW, OTHER};

const DAY: Duration = Duration::from_secs(24 * 3600);

fn status(word: &str) -> Result<Sender, Failure> {
    Ok(Sender {
        status: Some(word.into()),
        ..Sender::default()
    })
}

async fn gateway_status(client: &Client) -> String {
    client.house.clock.shift(Duration::from_secs(10));
    let answer = client.see("health").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let word = &answer.body["health"]["gateway_status"];
    word.as_str().unwrap().to_owned()
}

#[tokio::test]
async fn health_is_what_the_provider_says_of_the_number() {
    let client = Client::logged_in("clerk").await;
    let unreachable = || Err(Failure::new(0, "not reachable"));
    for (said, word) in [
        (unreachable(), "connecting"),
        (status("CONNECTED"), "connected"),
        (status("FLAGGED"), "disconnected"),
        (unreachable(), "disconnected"),
        (Err(Failure::new(133_010, "not registered")), "unregistered"),
        (Err(Failure::new(190, "token")), "disconnected"),
        (Ok(Sender::default()), "connecting"),
    ] {
        client.house.provider.tell_sender(said);
        assert_eq!(gateway_status(&client).await, word);
    }
}

#[tokio::test]
async fn the_provider_is_asked_at_most_every_ten_seconds() {
    let client = Client::logged_in("clerk").await;
    for _ in 0..5 {
        assert_eq!(client.see("health").await.status, 200);
    }
    assert_eq!(client.house.provider.take_asked(), ["sender"]);
    client.house.clock.shift(Duration::from_secs(10));
    assert_eq!(client.see("support").await.status, 200);
    assert_eq!(client.house.provider.take_asked(), ["sender"]);
}

#[tokio::test]
async fn a_monitor_s_key_opens_the_nodes_for_monitors_and_no_others() {
    let client = Client::new();
    let key = [("authorization", "Apikey long-enough-key")];
    let call = |path: &'static str| {
        let client = &client;
        let path = node(path);
        async move { client.call_with("GET", &path, "", &key).await }
    };
    assert_eq!(call("health").await.code(), (401, 1005), "there is no key");
    client.house.store.rewrite(|catalog| {
        let settings = &mut catalog.channels[0].settings;
        settings.insert("onprem_api_key".into(), Secret::new("long-enough-key"));
    });
    for path in ["health", "stats/app", "stats/db", "metrics"] {
        assert_eq!(call(path).await.status, 200, "{path}");
    }
    let root = client
        .call_with("GET", "/onprem/demo/metrics", "", &key)
        .await;
    assert_eq!(root.status, 200);
    for path in ["support", "settings/application", "users/admin"] {
        assert_eq!(call(path).await.code(), (401, 1005), "{path}");
    }
    for wrong in [
        "Apikey",
        "Apikey ",
        "Apikey long-enough-kez",
        "Basic long-enough-key",
    ] {
        let headers = [("authorization", wrong)];
        let answer = client.call_with("GET", &node("health"), "", &headers).await;
        assert_eq!(answer.code(), (401, 1005), "{wrong}");
    }
    let other = "/onprem/other/v1/health";
    let other = client.call_with("GET", other, "", &key).await;
    assert_eq!(other.code(), (401, 1005), "the key is its channel's");
}

#[tokio::test]
async fn figures_are_told_as_json_and_for_prometheus_and_only_those_that_we_have() {
    let client = Client::logged_in("clerk").await;
    let app = client.see("stats/app").await;
    assert_eq!(app.body["stats"], json!({ "app": {} }));
    let db = client.see("stats/db").await;
    let pending = json!({
        "type": "gauge",
        "help": "Current number of pending messages in DB",
        "data": [{ "value": 0 }],
    });
    let expected = json!({ "db": { "db_pending_messages": pending } });
    assert_eq!(db.body["stats"], expected);
    client.house.clock.shift(Duration::from_secs(90));
    let web = client.see("metrics").await;
    assert!(web.body["metrics"]["web_uptime"]["data"][0]["value"].as_u64() >= Some(90));

    let path = node("stats/db?format=prometheus");
    let (status, headers, body) = client.raw("GET", &path, "", &[]).await;
    assert_eq!(status, 200);
    assert_eq!(headers["content-type"], "text/plain; version=0.0.4");
    let expected = "# HELP db_pending_messages Current number of pending messages in DB\n\
        # TYPE db_pending_messages gauge\ndb_pending_messages 0\n";
    assert_eq!(String::from_utf8(body).unwrap(), expected);
}

#[tokio::test]
async fn support_tells_the_number_and_how_it_stands() {
    let client = Client::logged_in("clerk").await;
    client.house.provider.tell_sender(status("CONNECTED"));
    let support = client.see("support").await.body["support"].clone();
    assert_eq!(support["debug_info"], "31600000000");
    assert_eq!(support["socket_conn"], "UP");
    assert_eq!(support["multi_connect"], false);
    assert_eq!(support["version"], "2.53.0");
    assert_eq!(support["device_iso8601"], "2026-09-21T14:13:20Z");
}

async fn told(client: &Client) -> Value {
    let notice = until("a notice", Duration::from_secs(10), async || {
        client.house.store.notices().pop()
    });
    let (account, notice) = notice.await;
    assert_eq!(
        (account, notice.channel, &*notice.format),
        (ACCOUNT, DEMO, "onprem")
    );
    serde_json::from_str(notice.body.as_str()).unwrap()
}

#[tokio::test]
async fn clearing_files_away_deletes_the_channel_s_unused_ones_and_tells_how_many() {
    let client = Client::logged_in("admin").await;
    for (id, channel, age) in [(1, DEMO, 31), (2, DEMO, 31), (3, DEMO, 29), (4, OTHER, 31)] {
        let at = NOW.minus(DAY * age);
        let file = File {
            id: Id::from_u128(id),
            account: ACCOUNT,
            channel,
            mime_type: "image/png".into(),
            size: 1,
            sha256: [0; 32],
            filename: None,
            created_at: at,
            used_at: at,
        };
        client.house.files.keep_file(file).await.unwrap();
    }
    let begun = client.ask("PUT", "services/media/gc", json!({})).await;
    let processing = json!({ "media": { "gc": { "status": "processing" } } });
    assert_eq!((begun.status, &begun.body["services"]), (200, &processing));
    let gc = json!({ "status": "complete", "items_deleted": 2 });
    assert_eq!(
        told(&client).await,
        json!({ "services": [{ "media": { "gc": gc } }] })
    );
    for (id, is_there) in [(1, false), (2, false), (3, true), (4, true)] {
        let file = client
            .house
            .files
            .file(tenant(ACCOUNT), Id::from_u128(id))
            .await;
        assert_eq!(file.unwrap().is_some(), is_there, "{id}");
    }
}

#[tokio::test]
async fn messages_are_kept_as_long_as_the_operator_wants() {
    let client = Client::logged_in("admin").await;
    let begun = client.ask("PUT", "services/message/gc", json!({})).await;
    let processing = json!({ "message": { "gc": { "status": "processing" } } });
    assert_eq!((begun.status, &begun.body["services"]), (200, &processing));
    let gc = json!({ "status": "complete", "messages_deleted": 0 });
    assert_eq!(
        told(&client).await,
        json!({ "services": [{ "message": { "gc": gc } }] })
    );
}

#[tokio::test]
async fn no_answer_is_kept_by_a_cache() {
    let client = Client::logged_in("clerk").await;
    for path in ["health", "health", "nothing", "users/admin"] {
        let answer = client.see(path).await;
        assert_eq!(
            answer.headers["cache-control"], "no-cache, private",
            "{path}"
        );
    }
}
