//! What is known about files.

use std::time::Duration;

use dragoman_core::content::{Content, Media, MediaSource};
use dragoman_core::file::{File, Upload};
use dragoman_core::ports::{Files, StoreError};
use dragoman_core::submission::{Ask, Submission};
use dragoman_core::{Id, Timestamp};
use dragoman_testkit::tenant;

use crate::world::{
    ACCOUNT, CHANNEL, NOW, STRANGER, World, admitted, check_durable_embedded, check_embedded,
    submission,
};

const HOUR: Duration = Duration::from_secs(3600);

const OTHER_CHANNEL: Id = Id::from_u128(0xc2);

pub(crate) fn file(id: u128) -> File {
    File {
        id: Id::from_u128(id),
        account: ACCOUNT,
        channel: CHANNEL,
        mime_type: "image/jpeg".into(),
        size: 70_000,
        sha256: [7; 32],
        filename: Some("söme.jpg".into()),
        created_at: NOW,
        used_at: NOW,
    }
}

fn used(id: u128, at: Timestamp) -> File {
    File {
        used_at: at,
        ..file(id)
    }
}

fn uploaded(provider_id: &str) -> Upload {
    Upload {
        provider_id: provider_id.into(),
        until: NOW.plus(HOUR),
    }
}

impl World {
    pub(crate) async fn keep(&self, file: File) {
        self.sqlite().keep_file(file).await.unwrap();
    }

    pub(crate) async fn file(&self, id: Id) -> Option<File> {
        self.sqlite().file(tenant(ACCOUNT), id).await.unwrap()
    }

    pub(crate) async fn litter(&self) -> Vec<Id> {
        self.sqlite().litter(100).await.unwrap()
    }

    pub(crate) async fn sweep_up(&self, files: &[Id]) {
        self.sqlite().swept(files.to_vec()).await.unwrap();
    }

    async fn uploaded(&self, file: u128, channel: Id) -> Option<Upload> {
        let found = self.sqlite().upload(Id::from_u128(file), channel).await;
        found.unwrap()
    }
}

#[tokio::test]
async fn a_file_comes_back_to_its_account_alone() {
    check_durable_embedded(async |mut world| {
        let plain = File {
            filename: None,
            size: u64::from(u32::MAX) + 1,
            ..file(2)
        };
        world.keep(file(1)).await;
        world.keep(plain.clone()).await;
        for _ in 0..2 {
            assert_eq!(world.file(file(1).id).await, Some(file(1)));
            assert_eq!(world.file(plain.id).await, Some(plain.clone()));
            assert_eq!(world.file(Id::from_u128(3)).await, None);
            let foreign = world.sqlite().file(tenant(STRANGER), file(1).id).await;
            assert_eq!(foreign.unwrap(), None);
            world.restart();
        }
    })
    .await;
}

#[tokio::test]
async fn an_id_is_taken_by_a_file_and_by_bytes_that_are_about_to_go() {
    check_embedded(async |world| {
        let again = async || world.sqlite().keep_file(file(1)).await;
        assert_eq!(again().await, Ok(()));
        assert!(matches!(again().await, Err(StoreError::Taken(_))));
        let removed = world
            .sqlite()
            .remove_file(tenant(ACCOUNT), file(1).id)
            .await;
        assert_eq!(removed, Ok(true));
        assert!(matches!(again().await, Err(StoreError::Taken(_))));
        world.sweep_up(&[file(1).id]).await;
        assert_eq!(again().await, Ok(()));
    })
    .await;
}

#[tokio::test]
async fn a_file_that_is_removed_is_litter_until_its_bytes_are_gone() {
    check_embedded(async |mut world| {
        for id in 1..=3 {
            world.keep(file(id)).await;
        }
        let remove = async |world: &World, account, id| {
            let removed = world.sqlite().remove_file(account, Id::from_u128(id)).await;
            removed.unwrap()
        };
        assert!(!remove(&world, tenant(STRANGER), 1).await);
        assert!(!remove(&world, tenant(ACCOUNT), 9).await);
        assert!(remove(&world, tenant(ACCOUNT), 2).await);
        assert!(remove(&world, tenant(ACCOUNT), 1).await);
        assert!(!remove(&world, tenant(ACCOUNT), 1).await);
        world.restart_if_durable();
        assert_eq!(world.file(file(1).id).await, None);
        assert_eq!(world.file(file(3).id).await, Some(file(3)));
        assert_eq!(world.litter().await, [file(2).id, file(1).id]);
        let first = world.sqlite().litter(1).await.unwrap();
        assert_eq!(first, [file(2).id]);
        world.sweep_up(&first).await;
        world.restart_if_durable();
        assert_eq!(world.litter().await, [file(1).id]);
    })
    .await;
}

#[tokio::test]
async fn whoever_waits_for_litter_is_told_of_it() {
    check_embedded(async |world| {
        world.keep(file(1)).await;
        let beyond = async |seen| {
            let litter = world.sqlite().litter_beyond(seen);
            let told = tokio::time::timeout(Duration::from_millis(50), litter).await;
            told.ok()
        };
        assert_eq!(beyond(0).await, None);
        let removed = world
            .sqlite()
            .remove_file(tenant(ACCOUNT), file(1).id)
            .await;
        assert_eq!(removed, Ok(true));
        assert_eq!(beyond(0).await, Some(1));
        world.sweep_up(&[file(1).id]).await;
        assert_eq!(beyond(1).await, None);
    })
    .await;
}

#[tokio::test]
async fn files_that_nobody_uses_are_found_the_longest_unused_first() {
    check_embedded(async |world| {
        let since = |hours: u32| NOW.minus(HOUR * hours);
        world.keep(used(1, since(2))).await;
        world.keep(used(2, since(3))).await;
        world.keep(used(3, since(1))).await;
        let unused = async |at, limit| {
            let found = world.sqlite().unused_files(at, limit).await.unwrap();
            found.into_iter().map(|file| file.id).collect::<Vec<_>>()
        };
        let [one, two, three] = [1, 2, 3].map(Id::from_u128);
        assert_eq!(unused(since(1), 9).await, [two, one]);
        assert_eq!(unused(NOW, 2).await, [two, one]);
        world.sqlite().used_file(two, NOW).await.unwrap();
        // Two may have used it at once: the later time is the one that counts.
        world.sqlite().used_file(two, since(3)).await.unwrap();
        assert_eq!(unused(NOW, 9).await, [one, three]);
        assert_eq!(world.file(two).await.unwrap().used_at, NOW);
    })
    .await;
}

#[tokio::test]
async fn a_file_that_is_used_after_it_was_picked_stays() {
    check_embedded(async |mut world| {
        for n in [1, 2, 3] {
            world.keep(used(n, NOW.minus(HOUR * 2))).await;
        }
        let since = NOW.minus(HOUR);
        let picked = world.sqlite().unused_files(since, 9).await.unwrap();
        let picked: Vec<Id> = picked.iter().map(|file| file.id).collect();
        let media = Media {
            source: MediaSource::Stored(Id::from_u128(1)),
            caption: None,
            filename: None,
        };
        let submission = Submission {
            ask: Ask::Content(Content::Image(media)),
            ..submission("31612345678")
        };
        let accepted = world
            .store()
            .accept(world.acceptance(admitted(submission)))
            .await;
        accepted.unwrap();
        world
            .sqlite()
            .used_file(Id::from_u128(2), NOW)
            .await
            .unwrap();
        let gone = Id::from_u128(9);
        let picked = [picked, vec![gone]].concat();
        let removed = world.sqlite().remove_unused(picked, since).await;
        assert_eq!(removed, Ok(1));
        world.restart_if_durable();
        assert!(world.file(Id::from_u128(1)).await.is_some());
        assert!(world.file(Id::from_u128(2)).await.is_some());
        assert_eq!(world.file(Id::from_u128(3)).await, None);
        assert_eq!(world.litter().await, [Id::from_u128(3)]);
    })
    .await;
}

#[tokio::test]
async fn a_file_that_a_message_names_stays_while_the_message_may_wait() {
    check_embedded(async |world| {
        let unused = async |at| {
            let found = world.sqlite().unused_files(at, 9).await.unwrap();
            found.into_iter().map(|file| file.id).collect::<Vec<_>>()
        };
        let names = |file: u128, ttl| {
            let media = Media {
                source: MediaSource::Stored(Id::from_u128(file)),
                caption: None,
                filename: None,
            };
            let submission = Submission {
                ask: Ask::Content(Content::Image(media)),
                ttl,
                ..submission("31612345678")
            };
            world.store().accept(world.acceptance(admitted(submission)))
        };
        for n in [1, 2, 3] {
            world.keep(used(n, NOW.minus(HOUR))).await;
        }
        names(1, Some(HOUR * 1000)).await.unwrap();
        names(2, None).await.unwrap();
        let [one, two, three] = [1, 2, 3].map(Id::from_u128);
        assert_eq!(unused(NOW.plus(HOUR)).await, [three]);
        assert_eq!(unused(NOW.plus(HOUR * 800)).await, [three, two]);
        assert_eq!(unused(NOW.plus(HOUR * 1001)).await, [three, two, one]);
    })
    .await;
}

#[tokio::test]
async fn an_upload_is_known_by_its_channel_until_another_takes_its_place() {
    check_embedded(async |mut world| {
        let keep = async |world: &World, id, channel, upload| {
            let kept = world
                .sqlite()
                .keep_upload(Id::from_u128(id), channel, upload);
            kept.await.unwrap();
        };
        world.keep(file(1)).await;
        assert_eq!(world.uploaded(1, CHANNEL).await, None);
        keep(&world, 1, CHANNEL, uploaded("70")).await;
        keep(&world, 1, OTHER_CHANNEL, uploaded("80")).await;
        keep(&world, 1, CHANNEL, uploaded("71")).await;
        world.restart_if_durable();
        assert_eq!(world.uploaded(1, CHANNEL).await, Some(uploaded("71")));
        assert_eq!(world.uploaded(1, OTHER_CHANNEL).await, Some(uploaded("80")));
        // A file that was removed meanwhile is not known to have been uploaded.
        world
            .sqlite()
            .remove_file(tenant(ACCOUNT), file(1).id)
            .await
            .unwrap();
        assert_eq!(world.uploaded(1, CHANNEL).await, None);
        keep(&world, 1, CHANNEL, uploaded("72")).await;
        assert_eq!(world.uploaded(1, CHANNEL).await, None);
    })
    .await;
}
