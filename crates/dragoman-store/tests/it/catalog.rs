use dragoman_core::Id;
use dragoman_core::catalog::{
    Account, Change, Channel, OnpremSettings, OnpremUser, Token, TokenScope, User,
};
use dragoman_core::ports::StoreError;
use dragoman_core::{Raw, Secret};

use crate::world::{ACCOUNT, CHANNEL, NOW, STRANGER, World, channel, check, check_durable};

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
    check(async |world| {
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
    })
    .await;
}

#[tokio::test]
async fn a_record_with_a_known_id_replaces_it_but_never_moves_to_another_account() {
    check(async |world| {
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
    check(async |world| {
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
            scope: TokenScope::Api,
            expires_at: None,
        };
        let settings = OnpremSettings {
            channel: CHANNEL,
            application: Raw::new("{}"),
        };
        let changes = vec![
            other_channel("second", "200"),
            Change::Token(token),
            login(3, CHANNEL, "admin"),
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
        let removals = vec![
            Change::RemoveToken(Id::from_u128(1)),
            Change::RemoveOnpremUser(Id::from_u128(3)),
            Change::RemoveOnpremSettings(CHANNEL),
        ];
        world.store().change(removals).await.unwrap();
        world.restart();
        let after = world.store().catalog();
        assert!(after.tokens.is_empty() && after.onprem_users.is_empty());
        assert!(after.onprem_settings.is_empty());
    })
    .await;
}
