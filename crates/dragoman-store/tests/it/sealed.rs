//! Secrets at rest.

mod killed;
mod markers;
mod rotating;
mod swapping;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use dragoman_core::catalog::{
    Account, Catalog, Change, Channel, MediaAccess, MediaProvider, OnpremSettings, OnpremUser,
    Subscription, User,
};
use dragoman_core::id::Id;
use dragoman_core::ports::Store;
use dragoman_core::{Raw, Secret};
use dragoman_store::{KeyError, KeyFile, OpenError, Options, SqliteStore};
use rusqlite::Connection;

use crate::files::copy_of;
use crate::world::{ACCOUNT, CHANNEL, NOW, STRANGER, SUBSCRIPTION, channel, subscription};

const FOREIGN_CHANNEL: Id = Id::from_u128(0xc2);

/// Every kind of record that has secrets, each marked with its name, and one foreign channel.
fn records(mark: &str) -> Vec<Change> {
    let secret = |name: &str| Secret::new(format!("{mark}-{name}"));
    let account = |id, name: &str| {
        Change::Account(Account {
            id,
            name: name.into(),
            created_at: NOW,
        })
    };
    let settings: BTreeMap<Box<str>, Secret> = ["access_token", "app_secret", "pin", "secret"]
        .map(|name| (name.into(), secret(name)))
        .into();
    let provider = |id, access| {
        Change::MediaProvider(MediaProvider {
            id: Id::from_u128(id),
            channel: CHANNEL,
            name: format!("archive-{id}").into(),
            access,
        })
    };
    vec![
        account(ACCOUNT, "acme"),
        account(STRANGER, "other"),
        Change::Channel(Channel {
            settings: settings.clone(),
            ..channel()
        }),
        Change::Channel(Channel {
            id: FOREIGN_CHANNEL,
            account: STRANGER,
            slug: "second".into(),
            provider_id: "200".into(),
            settings,
            ..channel()
        }),
        Change::Subscription(Subscription {
            secret: Some(secret("whsec")),
            settings: Some(Raw::new(format!(r#"{{"token":"{mark}-header"}}"#))),
            ..subscription()
        }),
        Change::OnpremSettings(OnpremSettings {
            channel: CHANNEL,
            application: Raw::new(format!(r#"{{"token":"{mark}-header"}}"#)),
            webhook_ca: None,
        }),
        Change::User(User {
            id: Id::from_u128(0x11),
            account: ACCOUNT,
            email: "ada@example.org".into(),
            name: "Ada".into(),
            teams: Vec::new(),
            password_hash: Some(secret("hash")),
            available: true,
            available_at: NOW,
            status: None,
            created_at: NOW,
        }),
        Change::OnpremUser(OnpremUser {
            id: Id::from_u128(0x12),
            channel: CHANNEL,
            name: "admin".into(),
            password_hash: secret("onprem-hash"),
            must_change: false,
        }),
        provider(0x13, MediaAccess::Bearer(secret("bearer"))),
        provider(
            0x14,
            MediaAccess::Basic {
                username: "ada".into(),
                password: secret("password"),
            },
        ),
    ]
}

/// How many secrets [`records`] have.
const SECRETS: usize = 2 * 4 + 5;

/// Every secret of a catalog, in some order that stays the same.
fn secrets(catalog: &Catalog) -> Vec<&str> {
    let channels = catalog.channels.iter();
    let mut secrets: Vec<&Secret> = channels.flat_map(|one| one.settings.values()).collect();
    secrets.extend(
        catalog
            .subscriptions
            .iter()
            .filter_map(|s| s.secret.as_ref()),
    );
    secrets.extend(
        catalog
            .users
            .iter()
            .filter_map(|u| u.password_hash.as_ref()),
    );
    secrets.extend(catalog.onprem_users.iter().map(|user| &user.password_hash));
    for provider in &catalog.media_providers {
        secrets.push(match &provider.access {
            MediaAccess::Bearer(secret) => secret,
            MediaAccess::Basic { password, .. } => password,
        });
    }
    secrets.into_iter().map(Secret::reveal).collect()
}

/// A store in which every kind of secret is, closed.
async fn made(dir: &Path, mark: &str) {
    let store = SqliteStore::open(dir).unwrap();
    store.change(records(mark)).await.unwrap();
    store.close().await.unwrap();
}

/// Opens the store, and answers its secrets.
async fn opened(dir: &Path) -> Vec<String> {
    let store = SqliteStore::open(dir).unwrap();
    let secrets = secrets(&store.catalog())
        .into_iter()
        .map(str::to_owned)
        .collect();
    store.close().await.unwrap();
    secrets
}

fn refused(dir: &Path) -> OpenError {
    SqliteStore::open(dir).expect_err("it must not open")
}

fn main_file(dir: &Path) -> Connection {
    Connection::open(dir.join("dragoman.db")).unwrap()
}

fn master(dir: &Path) -> String {
    fs::read_to_string(dir.join("keys/master")).unwrap()
}

#[tokio::test]
async fn every_secret_comes_back_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    made(dir.path(), "first").await;
    let secrets = opened(dir.path()).await;
    assert_eq!(secrets.len(), SECRETS);
    assert!(secrets.iter().all(|secret| secret.starts_with("first-")));
    assert_eq!(opened(dir.path()).await, secrets);
}

#[tokio::test]
async fn another_key_or_none_opens_nothing_and_the_error_names_the_file() {
    let (dir, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    made(dir.path(), "first").await;
    made(other.path(), "second").await;
    let path = dir.path().join("keys/master");
    let right = master(dir.path());
    let error = |wrong: Option<&str>| {
        match wrong {
            Some(wrong) => fs::write(&path, wrong).unwrap(),
            None => fs::remove_file(&path).unwrap(),
        }
        let error = refused(dir.path());
        assert!(
            error.to_string().contains(path.to_str().unwrap()),
            "{error}"
        );
        assert!(!error.to_string().contains(right.trim()));
        error
    };
    let wrong = error(Some(&master(other.path())));
    assert!(matches!(wrong, OpenError::Key(KeyError::Wrong(_))));
    let damaged = error(Some("damaged"));
    assert!(matches!(damaged, OpenError::Key(KeyError::Damaged(_))));
    let missing = error(None);
    assert!(matches!(missing, OpenError::Key(KeyError::Missing(_))));
    assert!(!path.exists(), "a new key would hide that the old is gone");
    fs::write(&path, &right).unwrap();
    assert_eq!(opened(dir.path()).await.len(), SECRETS);
}

#[tokio::test]
async fn a_key_can_be_kept_elsewhere() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("elsewhere");
    let data = dir.path().join("data");
    let open = || SqliteStore::open_by(&data, Options::default(), KeyFile::at(&path));
    assert!(matches!(open(), Err(OpenError::Key(KeyError::NotMade(_)))));
    fs::write(&path, "5a".repeat(32)).unwrap();
    let store = open().unwrap();
    store.change(records("first")).await.unwrap();
    store.close().await.unwrap();
    assert!(!data.join("keys").exists());
    assert!(matches!(
        refused(&data),
        OpenError::Key(KeyError::Missing(_))
    ));
    assert_eq!(secrets(&open().unwrap().catalog()).len(), SECRETS);
}

#[tokio::test]
async fn an_index_is_made_again_without_the_key() {
    let dir = tempfile::tempdir().unwrap();
    made(dir.path(), "first").await;
    fs::remove_dir_all(dir.path().join("keys")).unwrap();
    SqliteStore::rebuild_index(dir.path()).unwrap();
}
