//! What the files of a data folder hold, byte by byte.

use super::*;

/// Files below a folder in which the text stands.
fn holding(dir: &Path, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(holding(&path, text));
        } else {
            let bytes = fs::read(&path).unwrap();
            if bytes
                .windows(text.len())
                .any(|part| part == text.as_bytes())
            {
                found.push(path.display().to_string());
            }
        }
    }
    found
}

/// Takes the sealing of secrets out of a closed store, as if an earlier version had kept it.
async fn unsealed(dir: &Path, mark: &str) {
    made(dir, mark).await;
    let kept = opened(dir).await;
    let file = main_file(dir);
    file.pragma_update(None, "journal_mode", "WAL").unwrap();
    let mut bodies = file.prepare("SELECT row, body FROM catalog").unwrap();
    let bodies: Vec<(i64, String)> = bodies
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let plain = |body: &str| {
        let mut body: serde_json::Value = serde_json::from_str(body).unwrap();
        bare(&mut body, "", mark);
        body.to_string()
    };
    // Long records that are made and gone leave their texts in pages that are free or half used.
    let long = format!("{mark}-gone ").repeat(2_000);
    let note = "INSERT INTO catalog (row, kind, id, version, body) VALUES (9999, 1, x'00', 1, ?1)";
    file.execute(note, [long]).unwrap();
    file.execute("DELETE FROM catalog WHERE row = 9999", [])
        .unwrap();
    for (row, body) in bodies {
        let put = "UPDATE catalog SET body = ?2 WHERE row = ?1";
        file.execute(put, rusqlite::params![row, plain(&body)])
            .unwrap();
    }
    file.execute_batch(
        "UPDATE catalog SET account = NULL WHERE kind IN (8, 13);
         ALTER TABLE fetches DROP COLUMN advertisement;
         ALTER TABLE queue DROP COLUMN wish;
         DROP TABLE data_keys; DROP TABLE canary; DROP TABLE dead_letters;
         ALTER TABLE subscription_cursors DROP COLUMN failing_since;
         PRAGMA user_version = 8;",
    )
    .unwrap();
    assert_eq!(kept.len(), SECRETS);
}

/// Every sealed secret as earlier versions wrote it.
fn bare(value: &mut serde_json::Value, name: &str, mark: &str) {
    if value.get("sealed").is_some() {
        *value = format!("{mark}-{name}").into();
        return;
    }
    if let Some(fields) = value.as_object_mut() {
        for (name, inner) in fields {
            bare(inner, name, mark);
        }
    }
}

#[tokio::test]
async fn no_secret_is_in_any_byte_of_any_file_after_normal_work() {
    let dir = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(dir.path()).unwrap();
    for mark in ["marker-one", "marker-two"] {
        store.change(records(mark)).await.unwrap();
        assert_eq!(secrets(&store.catalog()).len(), SECRETS);
    }
    let gone = vec![
        Change::RemoveSubscription(SUBSCRIPTION),
        Change::RemoveMediaProvider(Id::from_u128(0x13)),
    ];
    store.change(gone).await.unwrap();
    // With its write-ahead log, and then without.
    assert_eq!(holding(dir.path(), "marker-"), Vec::<String>::new());
    store.close().await.unwrap();
    assert_eq!(holding(dir.path(), "marker-"), Vec::<String>::new());
}

#[tokio::test]
async fn what_an_earlier_version_kept_plain_is_sealed_and_gone_from_every_file() {
    let dir = tempfile::tempdir().unwrap();
    unsealed(dir.path(), "marker").await;
    assert!(!holding(dir.path(), "marker-access_token").is_empty());
    assert!(!holding(dir.path(), "marker-gone").is_empty());
    let store = SqliteStore::open(dir.path()).unwrap();
    assert_eq!(holding(dir.path(), "marker"), Vec::<String>::new());
    let catalog = store.catalog();
    assert_eq!(secrets(&catalog).len(), SECRETS);
    assert!(
        secrets(&catalog)
            .iter()
            .all(|secret| secret.starts_with("marker-"))
    );
    assert_eq!(
        catalog.channels[0].setting("app_secret"),
        "marker-app_secret"
    );
    store.close().await.unwrap();
    assert_eq!(holding(dir.path(), "marker"), Vec::<String>::new());
    assert_eq!(opened(dir.path()).await.len(), SECRETS);
}

#[tokio::test]
async fn settings_that_an_earlier_version_kept_plain_are_sealed_and_every_key_is_new() {
    let dir = tempfile::tempdir().unwrap();
    made(dir.path(), "marker").await;
    let file = main_file(dir.path());
    for (kind, name) in [(7, "settings"), (9, "application")] {
        let plain = r#"{"token":"marker-header"}"#;
        let put = "UPDATE catalog SET body = json_set(body, '$.' || ?2, ?3) WHERE kind = ?1";
        let put = file.execute(put, rusqlite::params![kind, name, plain]);
        assert_eq!(put.unwrap(), 1);
    }
    file.execute_batch("ALTER TABLE queue DROP COLUMN wish; PRAGMA user_version = 11;")
        .unwrap();
    drop(file);
    let before = copy_of(dir.path());
    let store = SqliteStore::open(dir.path()).unwrap();
    assert_eq!(holding(dir.path(), "marker"), Vec::<String>::new());
    let catalog = store.catalog();
    let settings = catalog.subscriptions[0].settings.as_ref().unwrap();
    assert_eq!(settings.as_str(), r#"{"token":"marker-header"}"#);
    let settings = catalog.onprem_settings[0].application.as_str();
    assert_eq!(settings, r#"{"token":"marker-header"}"#);
    assert_eq!(secrets(&catalog).len(), SECRETS);
    store.close().await.unwrap();
    // A record of before, put back, is not taken for one of now.
    let user = "SELECT body FROM catalog WHERE kind = 8";
    let old: String = main_file(before.path())
        .query_row(user, [], |row| row.get(0))
        .unwrap();
    let put = "UPDATE catalog SET body = ?1 WHERE kind = 8";
    main_file(dir.path()).execute(put, [old]).unwrap();
    let error = refused(dir.path()).to_string();
    assert!(error.contains("its key is gone"), "{error}");
}

#[tokio::test]
async fn a_start_that_was_killed_while_it_sealed_is_done_again() {
    let dir = tempfile::tempdir().unwrap();
    unsealed(dir.path(), "marker").await;
    let before = copy_of(dir.path());
    opened(dir.path()).await;
    // Sealed already, but the file was not made anew: the note is still there.
    let file = main_file(dir.path());
    let note = "INSERT INTO meta (name, value) VALUES ('plain_secrets', 1)";
    file.execute(note, []).unwrap();
    drop(file);
    // Keys made, but nothing sealed yet.
    fs::create_dir_all(before.path().join("keys")).unwrap();
    fs::write(before.path().join("keys/master"), "5a".repeat(32)).unwrap();
    for dir in [dir.path(), before.path()] {
        assert_eq!(opened(dir).await.len(), SECRETS);
        assert_eq!(holding(dir, "marker"), Vec::<String>::new());
        let noted = "SELECT count(*) FROM meta WHERE name = 'plain_secrets'";
        let noted: i64 = main_file(dir)
            .query_row(noted, [], |row| row.get(0))
            .unwrap();
        assert_eq!(noted, 0);
    }
}
