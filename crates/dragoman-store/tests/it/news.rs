//! What happens to somebody is told with what happens to messages.

use std::time::Duration;

use dragoman_core::Timestamp;
use dragoman_core::catalog::{Change, CustomStatus, User};
use dragoman_core::news::{StaffNews, Tidings};
use dragoman_core::ports::{Acceptance, Happened, StoreError};

use crate::staff::{ADA, LUNCH, SALES, SESSION, SUPPORT, ada, away, session, team};
use crate::world::{
    ACCOUNT, CUSTOMER, NOW, World, admitted, check, check_durable, check_durable_embedded,
    check_embedded, submission,
};

const DEADLINE: Duration = Duration::from_secs(10);

#[tokio::test]
async fn news_and_events_share_one_count_and_come_in_its_order() {
    check_durable(async |mut world| {
        world.with_staff().await;
        world.accept(CUSTOMER).await;
        world.change(vec![Change::User(away(&[SALES]))]).await;
        world.accept(CUSTOMER).await;
        world.change(vec![Change::Token(session())]).await;
        let all = [
            (1, "Added sales"),
            (2, "Created"),
            (3, "Opened"),
            (4, "accepted"),
            (5, "away"),
            (6, "accepted"),
            (7, "LoggedIn"),
        ];
        let all = all.map(|(seq, words)| (seq, words.to_owned()));
        for _ in 0..2 {
            assert_eq!(world.told(0, 10).await, all);
            for limit in 1..7 {
                for seq in 0..7 {
                    let end = all.len().min(seq + limit);
                    let told = world.told(seq as i64, limit).await;
                    assert_eq!(told, all[seq..end], "{limit} after {seq}");
                }
            }
            assert_eq!(world.told(7, 10).await, []);
            assert_eq!(world.store().last_event(), 7);
            // The second time they come from the disk.
            world.restart();
        }
        world.accept(CUSTOMER).await;
        assert_eq!(world.store().last_event(), 8);
    })
    .await;
}

#[tokio::test]
async fn a_follower_is_woken_by_news() {
    check(async |world| {
        let store = world.store().clone();
        let waiting = tokio::spawn(async move { store.event_beyond(0).await });
        world.with_staff().await;
        let woken = tokio::time::timeout(DEADLINE, waiting).await;
        woken.expect("woken in time").unwrap();
    })
    .await;
}

#[tokio::test]
async fn changes_are_told_in_their_order_as_the_records_stood() {
    check_durable_embedded(async |mut world| {
        world.with_staff().await;
        let moved = away(&[SUPPORT]);
        let changes = vec![
            Change::User(away(&[SALES])),
            Change::User(moved.clone()),
            Change::Token(session()),
            Change::RemoveToken(SESSION),
        ];
        world.change(changes).await;
        for _ in 0..2 {
            assert_eq!(
                world.words_after(1).await,
                [
                    "away",
                    "Removed sales",
                    "Added support",
                    "LoggedIn",
                    "LoggedOut"
                ]
            );
            let told = world.store().events_after(3, 1).await.unwrap();
            let Happened::News(news, None) = &told[0] else {
                panic!("{told:?} is no news of nobody's");
            };
            assert_eq!((news.seq, news.account), (4, ACCOUNT));
            let Tidings::Staff(StaffNews::Membership(user, of, _)) = &news.what else {
                panic!("{news:?} is about no team");
            };
            assert_eq!(of, &team(SUPPORT, "support"));
            // Passwords are not told.
            let password_hash = None;
            assert_eq!(
                user,
                &User {
                    password_hash,
                    ..moved.clone()
                }
            );
            world.restart();
        }
    })
    .await;
}

#[tokio::test]
async fn what_was_not_changed_is_not_told() {
    check_embedded(async |world| {
        world.with_staff().await;
        let seen = world.store().catalog();
        let clashing = User {
            id: SALES,
            ..ada(&[])
        };
        let changes = vec![Change::User(away(&[SALES])), Change::User(clashing)];
        let refused = world.store().change(changes).await;
        assert!(matches!(refused, Err(StoreError::Taken(_))));
        world.change(vec![Change::User(ada(&[SALES]))]).await;
        let stale = vec![Change::User(away(&[SALES]))];
        let stale = world.store().change_from(&seen, stale).await;
        assert_eq!(stale, Err(StoreError::Stale));
        assert_eq!(world.words_after(0).await, ["Added sales"]);
    })
    .await;
}

#[tokio::test]
async fn news_has_the_last_instant_that_the_store_knows_of() {
    check_durable_embedded(async |mut world| {
        let later = |seconds| NOW.plus(Duration::from_secs(seconds));
        world.with_staff().await;
        world.store().heartbeat(later(60)).await.unwrap();
        world.change(vec![Change::User(away(&[SALES]))]).await;
        let back = User {
            available_at: later(90),
            ..ada(&[SALES])
        };
        world.change(vec![Change::User(back)]).await;
        world.restart();
        world.change(vec![Change::User(away(&[SALES]))]).await;
        let acceptance = Acceptance {
            now: later(120),
            ..world.acceptance(admitted(submission(CUSTOMER)))
        };
        world.store().accept(acceptance).await.unwrap();
        world.change(vec![Change::User(ada(&[SALES]))]).await;
        // With the message its customer is new, and their conversation.
        let at = [0, 60, 90, 90, 120, 120, 120, 120].map(later);
        assert_eq!(instants(&world).await, at);
    })
    .await;
}

async fn instants(world: &World) -> Vec<Timestamp> {
    let happened = world.store().events_after(0, 100).await.unwrap();
    let at = happened.iter().map(|told| match told {
        Happened::Message(event, _) => event.at,
        Happened::News(news, _) => news.at,
    });
    at.collect()
}

#[tokio::test]
async fn whoever_is_in_a_team_that_goes_leaves_it() {
    check_durable(async |mut world| {
        world.with_staff().await;
        world.change(vec![Change::RemoveTeam(SALES)]).await;
        for _ in 0..2 {
            let catalog = world.store().catalog();
            assert!(catalog.user(ADA).unwrap().teams.is_empty());
            let [left] = &catalog.teams[..] else {
                panic!("{:?} are left", catalog.teams);
            };
            // It was not the default before.
            assert!(left.id == SUPPORT && left.default);
            assert_eq!(world.words_after(1).await, ["Removed sales"]);
            world.restart();
        }
    })
    .await;
}

#[tokio::test]
async fn sessions_end_with_their_collaborator() {
    check_durable(async |mut world| {
        world.with_staff().await;
        world.change(vec![Change::Token(session())]).await;
        world.change(vec![Change::RemoveUser(ADA)]).await;
        for _ in 0..2 {
            let catalog = world.store().catalog();
            assert!(catalog.users.is_empty() && catalog.tokens.is_empty());
            let told = world.words_after(2).await;
            assert_eq!(told, ["EndedBySystem", "Removed sales"]);
            world.restart();
        }
    })
    .await;
}

#[tokio::test]
async fn nobody_shows_a_status_that_is_gone() {
    check_durable(async |mut world| {
        let status = CustomStatus {
            id: LUNCH,
            account: ACCOUNT,
            name: "Lunch".into(),
            emoji: "🥪".into(),
            created_at: NOW,
            updated_at: NOW,
        };
        world.with_staff().await;
        let showing = User {
            status: Some((LUNCH, NOW)),
            ..away(&[SALES])
        };
        let changes = vec![Change::CustomStatus(status), Change::User(showing)];
        world.change(changes).await;
        world.change(vec![Change::RemoveCustomStatus(LUNCH)]).await;
        for _ in 0..2 {
            let catalog = world.store().catalog();
            assert_eq!(catalog.user(ADA).unwrap().status, None);
            assert!(catalog.custom_statuses.is_empty());
            assert_eq!(world.words_after(1).await, ["away", "away"]);
            world.restart();
        }
    })
    .await;
}

#[tokio::test]
async fn one_team_of_an_account_is_its_default() {
    check_durable(async |mut world| {
        let defaults = async |world: &World| {
            let catalog = world.store().catalog();
            let teams = catalog.teams.iter();
            let defaults = teams.filter(|team| team.default).map(|team| team.id);
            defaults.collect::<Vec<_>>()
        };
        world.with_staff().await;
        assert_eq!(defaults(&world).await, [SALES]);
        let mut other = team(SUPPORT, "support");
        other.default = true;
        world.change(vec![Change::Team(other)]).await;
        for _ in 0..2 {
            assert_eq!(defaults(&world).await, [SUPPORT]);
            world.restart();
        }
        // It cannot be nobody.
        let plain = Change::Team(team(SUPPORT, "renamed"));
        world.change(vec![plain]).await;
        assert_eq!(defaults(&world).await, [SUPPORT]);
    })
    .await;
}
