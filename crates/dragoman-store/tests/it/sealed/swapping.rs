//! Somebody who can write into the file, and has no key.

use rusqlite::params;
use serde_json::Value;

use super::*;

const CHANNEL_KIND: i64 = 3;
const USER_KIND: i64 = 8;
const PROVIDER_KIND: i64 = 13;

fn body(file: &Connection, kind: i64, id: Id) -> Value {
    let query = "SELECT body FROM catalog WHERE kind = ?1 AND id = ?2";
    let id = id.as_u128().to_be_bytes();
    let body: String = file
        .query_row(query, params![kind, id], |row| row.get(0))
        .unwrap();
    serde_json::from_str(&body).unwrap()
}

fn put(file: &Connection, kind: i64, id: Id, body: &Value) {
    let query = "UPDATE catalog SET body = ?3 WHERE kind = ?1 AND id = ?2";
    let id = id.as_u128().to_be_bytes();
    let put = file.execute(query, params![kind, id, body.to_string()]);
    assert_eq!(put.unwrap(), 1);
}

/// Changes the file of a closed store behind its back, and expects that nobody can open it.
async fn check(meddle: impl FnOnce(&Connection), expected: &str) {
    let dir = tempfile::tempdir().unwrap();
    made(dir.path(), "first").await;
    meddle(&main_file(dir.path()));
    let error = refused(dir.path()).to_string();
    assert!(error.contains(expected), "{error}");
    assert!(!error.contains("first-"), "{error}");
}

#[tokio::test]
async fn a_secret_does_not_open_in_another_field() {
    let swap = |file: &Connection| {
        let mut channel = body(file, CHANNEL_KIND, CHANNEL);
        let pin = channel["settings"]["pin"].take();
        channel["settings"]["pin"] = channel["settings"]["access_token"].take();
        channel["settings"]["access_token"] = pin;
        put(file, CHANNEL_KIND, CHANNEL, &channel);
    };
    check(swap, "sealed elsewhere").await;
}

#[tokio::test]
async fn a_secret_does_not_open_in_another_record() {
    let swap = |file: &Connection| {
        let provider = Id::from_u128(0x13);
        let mut other = body(file, PROVIDER_KIND, provider);
        other["access"] = body(file, PROVIDER_KIND, Id::from_u128(0x14))["access"].take();
        put(file, PROVIDER_KIND, provider, &other);
    };
    check(swap, "sealed elsewhere").await;
}

#[tokio::test]
async fn a_secret_does_not_open_in_another_account() {
    let swap = |file: &Connection| {
        let mut own = body(file, CHANNEL_KIND, CHANNEL);
        own["settings"] = body(file, CHANNEL_KIND, FOREIGN_CHANNEL)["settings"].take();
        put(file, CHANNEL_KIND, CHANNEL, &own);
    };
    check(swap, "sealed elsewhere").await;
}

#[tokio::test]
async fn a_login_does_not_open_for_another_channel() {
    let elsewhere = |kind, id| {
        move |file: &Connection| {
            let mut moved = body(file, kind, id);
            moved["channel"] = Id::from_u128(0xc3).to_string().into();
            put(file, kind, id, &moved);
        }
    };
    let login = elsewhere(USER_KIND, Id::from_u128(0x12));
    check(login, "sealed elsewhere").await;
    let provider = elsewhere(PROVIDER_KIND, Id::from_u128(0x13));
    check(provider, "sealed elsewhere").await;
}

#[tokio::test]
async fn a_record_does_not_open_in_the_place_of_another() {
    let copy = |file: &Connection| {
        let foreign = body(file, CHANNEL_KIND, FOREIGN_CHANNEL);
        put(file, CHANNEL_KIND, CHANNEL, &foreign);
    };
    check(copy, "in the place of another").await;
    let give_away = |file: &Connection| {
        let mut own = body(file, CHANNEL_KIND, CHANNEL);
        own["account"] = STRANGER.to_string().into();
        put(file, CHANNEL_KIND, CHANNEL, &own);
    };
    check(give_away, "in the place of another").await;
}

#[tokio::test]
async fn a_data_key_does_not_open_for_another_account() {
    let swap = |file: &Connection| {
        let account = ACCOUNT.as_u128().to_be_bytes();
        let stranger = STRANGER.as_u128().to_be_bytes();
        let swap = "UPDATE data_keys SET sealed =
                        (SELECT sealed FROM data_keys WHERE account = ?2) WHERE account = ?1";
        let swapped = file.execute(swap, params![account, stranger]);
        assert_eq!(swapped.unwrap(), 1);
    };
    check(swap, "does not open with the master key").await;
}
