use std::sync::Arc;
use std::time::Duration;

use dragoman_core::Id;
use dragoman_core::catalog::{
    Account, Catalog, Change, Channel, MediaAccess, MediaProvider, OnpremSettings, OnpremUser,
    Policy, Rights, Token, TokenScope, User,
};
use dragoman_core::ports::{StoreError, edit};
use dragoman_core::{Raw, Secret};

use crate::world::{
    ACCOUNT, CHANNEL, NOW, STRANGER, World, channel, check, check_durable, check_embedded,
};

fn account(id: Id, name: &str) -> Change {
    Change::Account(Account {
        id,
        name: name.into(),
        created_at: NOW,
    })
}

fn user(id: u128, account: Id, email: &str) -> Change {
    Change::User(User {
        id: Id::from_u128(id),
        account,
        password_hash: None,
        available: true,
        available_at: NOW,
        status: None,
        created_at: NOW,
        email: email.into(),
        name: "N".into(),
        teams: Vec::new(),
    })
}

fn login(id: u128, channel: Id, name: &str) -> Change {
    Change::OnpremUser(OnpremUser {
        id: Id::from_u128(id),
        channel,
        name: name.into(),
        password_hash: Secret::new("$argon2id$"),
        must_change: true,
    })
}

fn media_provider(id: u128, channel: Id, name: &str) -> Change {
    Change::MediaProvider(MediaProvider {
        id: Id::from_u128(id),
        channel,
        name: name.into(),
        access: MediaAccess::Bearer(Secret::new("s3")),
    })
}

fn other_channel(slug: &str, provider_id: &str) -> Change {
    Change::Channel(Channel {
        id: Id::from_u128(0xc2),
        slug: slug.into(),
        provider_id: provider_id.into(),
        ..channel()
    })
}

async fn taken(world: &World, change: Change) -> bool {
    match world.store().change(vec![change]).await {
        Ok(()) => false,
        Err(StoreError::Taken(_)) => true,
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test]
async fn names_are_unique() {
    check_embedded(async |world| {
        assert!(taken(&world, account(STRANGER, "acme")).await);
        assert!(!taken(&world, account(STRANGER, "other")).await);
        assert!(taken(&world, other_channel("demo", "200")).await);
        assert!(taken(&world, other_channel("second", "100")).await);
        assert!(!taken(&world, other_channel("second", "200")).await);
        assert!(!taken(&world, user(1, ACCOUNT, "a@b.c")).await);
        assert!(taken(&world, user(2, ACCOUNT, "A@B.C")).await);
        assert!(!taken(&world, user(2, STRANGER, "a@b.c")).await);
        assert!(!taken(&world, login(3, CHANNEL, "admin")).await);
        assert!(taken(&world, login(4, CHANNEL, "admin")).await);
        assert!(!taken(&world, login(4, Id::from_u128(0xc2), "admin")).await);
        assert!(!taken(&world, media_provider(5, CHANNEL, "archive")).await);
        assert!(taken(&world, media_provider(6, CHANNEL, "archive")).await);
        assert!(!taken(&world, media_provider(5, CHANNEL, "archive")).await);
        assert!(!taken(&world, media_provider(6, Id::from_u128(0xc2), "archive")).await);
    })
    .await;
}

#[tokio::test]
async fn a_record_with_a_known_id_replaces_it_but_never_moves_to_another_account() {
    check_embedded(async |world| {
        let renamed = Channel {
            title: "Renamed".into(),
            ..channel()
        };
        assert!(!taken(&world, Change::Channel(renamed)).await);
        assert_eq!(&*world.store().catalog().channels[0].title, "Renamed");
        assert_eq!(world.store().catalog().channels.len(), 1);
        let stolen = Channel {
            account: STRANGER,
            ..channel()
        };
        assert!(taken(&world, Change::Channel(stolen)).await);
    })
    .await;
}

#[tokio::test]
async fn changes_are_made_all_or_none() {
    check_embedded(async |world| {
        let changes = vec![account(STRANGER, "other"), user(1, ACCOUNT, "a@b.c")];
        let mut clashing = changes.clone();
        clashing.push(user(2, ACCOUNT, "a@b.c"));
        let refused = world.store().change(clashing).await;
        assert!(matches!(refused, Err(StoreError::Taken(_))));
        assert_eq!(world.store().catalog().accounts.len(), 1);
        assert!(world.store().catalog().users.is_empty());
        world.store().change(changes).await.unwrap();
        assert_eq!(world.store().catalog().accounts.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn slow_data_survives_a_restart_in_its_order() {
    check_durable(async |mut world| {
        let token = Token {
            id: Id::from_u128(1),
            account: ACCOUNT,
            hash: [7; 32],
            name: "".into(),
            policy: Policy::default(),
            created_at: NOW,
            scope: TokenScope::Api(Rights::ALL),
            expires_at: None,
            last_used_at: None,
        };
        let settings = OnpremSettings {
            channel: CHANNEL,
            application: Raw::new("{}"),
            webhook_ca: Some("-----BEGIN".into()),
        };
        let changes = vec![
            other_channel("second", "200"),
            Change::Token(token),
            login(3, CHANNEL, "admin"),
            media_provider(4, CHANNEL, "archive"),
            Change::OnpremSettings(settings),
            account(STRANGER, "other"),
            Change::Channel(channel()),
        ];
        world.store().change(changes).await.unwrap();
        let before = world.store().catalog();
        world.restart();
        let after = world.store().catalog();
        assert_eq!(format!("{after:?}"), format!("{before:?}"));
        assert_eq!(after.channels.len(), 2);
        assert!(after.media_provider(CHANNEL, "archive").is_some());
        let removals = vec![
            Change::RemoveToken(Id::from_u128(1)),
            Change::RemoveOnpremUser(Id::from_u128(3)),
            Change::RemoveOnpremSettings(CHANNEL),
            Change::RemoveMediaProvider(Id::from_u128(4)),
        ];
        world.store().change(removals).await.unwrap();
        world.restart();
        let after = world.store().catalog();
        assert!(after.tokens.is_empty() && after.onprem_users.is_empty());
        assert!(after.onprem_settings.is_empty() && after.media_providers.is_empty());
    })
    .await;
}

#[tokio::test]
async fn who_waits_for_a_change_of_slow_data_never_misses_one() {
    check(async |world| {
        let store = world.store().clone();
        let first = store.catalog();
        let change = vec![account(STRANGER, "other")];
        store.change(change).await.unwrap();
        // It came before the question.
        let second = store.catalog_beyond(&first).await;
        assert_eq!(second.accounts.len(), 2);
        let waiting = tokio::spawn(async move { store.catalog_beyond(&second).await });
        let change = vec![user(1, ACCOUNT, "a@b.c")];
        world.store().change(change).await.unwrap();
        let third = tokio::time::timeout(Duration::from_secs(10), waiting).await;
        let third = third.expect("woken in time").unwrap();
        assert_eq!(third.users.len(), 1);
        assert!(Arc::ptr_eq(&third, &world.store().catalog()));
    })
    .await;
}

#[tokio::test]
async fn a_change_of_nothing_is_none() {
    check(async |world| {
        let before = world.store().catalog();
        world.store().change(Vec::new()).await.unwrap();
        assert!(Arc::ptr_eq(&before, &world.store().catalog()));
    })
    .await;
}

#[tokio::test]
async fn a_change_from_what_is_no_longer_so_is_stale() {
    check_embedded(async |world| {
        let store = world.store();
        let seen = store.catalog();
        // Both may share a commit.
        let (one, other) = tokio::join!(
            store.change_from(&seen, vec![user(1, ACCOUNT, "a@b.c")]),
            store.change_from(&seen, vec![user(2, ACCOUNT, "d@e.f")]),
        );
        assert_eq!((one, other), (Ok(()), Err(StoreError::Stale)));
        let later = store.change_from(&seen, vec![user(2, ACCOUNT, "d@e.f")]);
        assert_eq!(later.await, Err(StoreError::Stale));
        let seen = store.catalog();
        assert_eq!(seen.users.len(), 1);
        let clash = store.change_from(&seen, vec![user(2, ACCOUNT, "a@b.c")]);
        assert!(matches!(clash.await, Err(StoreError::Taken(_))));
        let fresh = store.change_from(&seen, vec![user(2, ACCOUNT, "d@e.f")]);
        assert_eq!(fresh.await, Ok(()));
        assert!(store.is_well());
    })
    .await;
}

#[tokio::test]
async fn edits_at_the_same_time_are_all_kept() {
    check(async |world| {
        let add = vec![user(1, ACCOUNT, "a@b.c")];
        world.store().change(add).await.unwrap();
        let mut edits = tokio::task::JoinSet::new();
        for team in 0..20 {
            let store = world.store().clone();
            edits.spawn(async move {
                let join = |catalog: &Catalog| {
                    let mut user = catalog.users[0].clone();
                    user.teams.push(Id::from_u128(team));
                    Ok::<_, StoreError>((vec![Change::User(user)], ()))
                };
                edit(&*store, join).await.unwrap();
            });
        }
        edits.join_all().await;
        assert_eq!(world.store().catalog().users[0].teams.len(), 20);
    })
    .await;
}
