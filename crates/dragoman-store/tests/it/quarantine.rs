use dragoman_core::Raw;
use dragoman_core::ports::Quarantined;
use dragoman_testkit::tenant;

use crate::world::{ACCOUNT, CHANNEL, NOW, STRANGER, check, check_durable, check_embedded};

fn odd(why: &str, body: &str) -> Quarantined {
    Quarantined {
        account: ACCOUNT,
        channel: CHANNEL,
        at: NOW,
        why: why.into(),
        body: Raw::new(body),
    }
}

#[tokio::test]
async fn what_nobody_can_use_is_kept_newest_first_for_its_account() {
    check_durable(async |mut world| {
        let (first, second) = (odd("not JSON", "{"), odd("unknown sender", "{}"));
        let foreign = Quarantined {
            account: STRANGER,
            ..odd("not theirs", "[]")
        };
        for kept in [&first, &foreign, &second] {
            world.store().quarantine(kept.clone()).await.unwrap();
        }
        for _ in 0..2 {
            let store = world.store().clone();
            let all = store.quarantined(tenant(ACCOUNT), 10).await.unwrap();
            assert_eq!(all, [second.clone(), first.clone()]);
            let newest = store.quarantined(tenant(ACCOUNT), 1).await.unwrap();
            assert_eq!(newest[..], all[..1]);
            let theirs = store.quarantined(tenant(STRANGER), 10).await.unwrap();
            assert_eq!(theirs, std::slice::from_ref(&foreign));
            drop(store);
            world.restart();
        }
        let third = odd("after a restart", "");
        world.store().quarantine(third.clone()).await.unwrap();
        let newest = world.store().quarantined(tenant(ACCOUNT), 1).await.unwrap();
        assert_eq!(newest, [third]);
    })
    .await;
}

#[tokio::test]
async fn an_account_that_nobody_knows_has_nothing_in_quarantine() {
    check(async |world| {
        let nothing = world
            .store()
            .quarantined(tenant(STRANGER), 10)
            .await
            .unwrap();
        assert!(nothing.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_long_body_is_cut_between_two_characters() {
    check_embedded(async |world| {
        // A character of two bytes stands across the limit.
        let body = format!("x{}", "é".repeat(40_000));
        let why = "because ".repeat(10_000);
        world.store().quarantine(odd(&why, &body)).await.unwrap();
        let kept = world.store().quarantined(tenant(ACCOUNT), 1).await.unwrap();
        assert_eq!(kept[0].body.as_str(), &body[..(64 << 10) - 1]);
        assert_eq!(&*kept[0].why, &why[..4 << 10]);
    })
    .await;
}

#[tokio::test]
async fn the_oldest_make_room_in_quarantine() {
    check_embedded(async |world| {
        let mut calls = tokio::task::JoinSet::new();
        world.store().quarantine(odd("first", "")).await.unwrap();
        for _ in 0..9_999 {
            let store = world.store().clone();
            calls.spawn(async move { store.quarantine(odd("next", "")).await.unwrap() });
        }
        calls.join_all().await;
        let kept = world.store().quarantined(tenant(ACCOUNT), usize::MAX).await;
        let kept = kept.unwrap();
        assert_eq!((kept.len(), &*kept[9_999].why), (10_000, "first"));
        world.store().quarantine(odd("last", "")).await.unwrap();
        let kept = world.store().quarantined(tenant(ACCOUNT), usize::MAX).await;
        let kept = kept.unwrap();
        assert_eq!((kept.len(), &*kept[0].why), (10_000, "last"));
        assert_eq!(&*kept[9_999].why, "next");
    })
    .await;
}
