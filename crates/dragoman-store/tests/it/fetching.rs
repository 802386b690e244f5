//! Customers' files: fetched before their message is announced, and gone with it.

mod advertisements;
mod going;

use std::time::Duration;

use dragoman_core::MessageId;
use dragoman_core::content::Kind;
use dragoman_core::event::What;
use dragoman_core::file::{Fetch, Fetched, File, Wanted};
use dragoman_core::inbound::{Inbound, InboundContent, InboundMedia, Report};
use dragoman_core::ports::{Files, Moment};
use dragoman_store::SqliteStore;

use crate::files::copy_of;
use crate::media::file;
use crate::picture::{Album, assert_same};
use crate::world::{
    ACCOUNT, CHANNEL, CUSTOMER, MOMENT, NOW, TINY, World, check_durable_embedded, check_embedded,
    failure, inbound,
};

/// A picture that the provider gives under this id.
pub(crate) fn picture(provider_id: &str, media: &str) -> Inbound {
    let media = InboundMedia {
        kind: Kind::Image,
        provider_media_id: media.into(),
        mime_type: "image/jpeg".into(),
        sha256: None,
        caption: Some("Look".into()),
        filename: Some("a.jpg".into()),
        voice: false,
    };
    Inbound {
        content: InboundContent::Media(media),
        ..inbound(provider_id, &[CUSTOMER])
    }
}

/// The file that came with a message.
pub(crate) fn file_of(message: MessageId) -> File {
    file(message.as_u128())
}

fn fetch(message: MessageId, media: &str) -> Fetch {
    Fetch {
        message,
        account: ACCOUNT,
        channel: CHANNEL,
        wanted: Wanted::File(media.into()),
        filename: Some("a.jpg".into()),
        tries: 0,
        due_at: NOW,
    }
}

impl World {
    /// A customer sends a picture.
    pub(crate) async fn hear_picture(&self, provider_id: &str) -> MessageId {
        self.hear_picture_at(provider_id, MOMENT).await
    }

    async fn hear_picture_at(&self, provider_id: &str, at: Moment) -> MessageId {
        let report = Report::Inbound(picture(provider_id, "77"));
        let recorded = self.store().record(CHANNEL, vec![report], at).await;
        assert_eq!(recorded.unwrap().inbound, 1);
        self.named(provider_id).await.unwrap().message
    }

    pub(crate) async fn fetched(&self, message: MessageId, fetched: Fetched) {
        self.fetched_of(fetch(message, "77"), fetched).await;
    }

    async fn fetched_of(&self, fetch: Fetch, fetched: Fetched) {
        let noted = self.sqlite().fetched(fetch, fetched, NOW).await;
        noted.unwrap();
    }

    pub(crate) async fn fetches(&self) -> Vec<Fetch> {
        self.sqlite().fetches(100).await.unwrap()
    }

    /// A customer has sent a picture, and it is here.
    async fn receive_picture(&self, provider_id: &str) -> MessageId {
        let message = self.hear_picture(provider_id).await;
        self.fetched(message, Fetched::Kept(file_of(message))).await;
        message
    }
}

#[tokio::test]
async fn a_message_with_a_file_is_announced_when_that_is_here() {
    check_durable_embedded(async |mut world| {
        let message = world.hear_picture("wamid.1").await;
        assert_eq!(world.story(message).await, ["arrived"]);
        world.restart();
        assert_eq!(world.fetches().await, [fetch(message, "77")]);
        world
            .fetched(message, Fetched::Kept(file_of(message)))
            .await;
        for _ in 0..2 {
            assert_eq!(world.story(message).await, ["arrived", "received"]);
            assert_eq!(
                world.file(file_of(message).id).await,
                Some(file_of(message))
            );
            assert_eq!(world.fetches().await, []);
            assert!(world.litter().await.is_empty());
            world.restart();
        }
    })
    .await;
}

#[tokio::test]
async fn a_message_whose_file_cannot_be_had_is_announced_without() {
    check_durable_embedded(async |mut world| {
        let message = world.hear_picture("wamid.1").await;
        world.fetched(message, Fetched::Missing(failure())).await;
        for _ in 0..2 {
            assert_eq!(world.last(message).await, What::Undownloaded(failure()));
            assert_eq!(world.story(message).await, ["arrived", "undownloaded"]);
            assert_eq!(world.fetches().await, []);
            assert_eq!(world.file(file_of(message).id).await, None);
            // A try that was killed may have left bytes.
            assert_eq!(world.litter().await, [file_of(message).id]);
            world.restart();
        }
    })
    .await;
}

#[tokio::test]
async fn a_message_without_a_file_to_fetch_is_announced_at_once() {
    check_embedded(async |world| {
        let odd = Report::Inbound(picture("wamid.1", ""));
        assert_eq!(world.record(vec![odd]).await.inbound, 1);
        let message = world.named("wamid.1").await.unwrap().message;
        assert_eq!(world.story(message).await, ["received"]);
        assert_eq!(world.fetches().await, []);
    })
    .await;
}

#[tokio::test]
async fn a_fetch_that_failed_waits_behind_those_due_before() {
    check_durable_embedded(async |mut world| {
        let first = world.hear_picture("wamid.1").await;
        let second = world.hear_picture("wamid.2").await;
        let repeated = vec![Report::Inbound(picture("wamid.1", "78"))];
        assert_eq!(world.record(repeated).await.repeated, 1);
        let due_at = NOW.plus(Duration::from_secs(5));
        for _ in 0..2 {
            world.fetched(first, Fetched::Again { due_at }).await;
        }
        world.restart();
        let waits = Fetch {
            tries: 2,
            due_at,
            ..fetch(first, "77")
        };
        assert_eq!(world.fetches().await, [fetch(second, "77"), waits]);
        let one = world.sqlite().fetches(1).await.unwrap();
        assert_eq!(one, [fetch(second, "77")]);
        assert_eq!(world.story(first).await, ["arrived"]);
    })
    .await;
}

#[tokio::test]
async fn a_fetch_that_is_over_stays_so() {
    check_embedded(async |world| {
        let kept = world.receive_picture("wamid.1").await;
        let missing = world.hear_picture("wamid.2").await;
        world.fetched(missing, Fetched::Missing(failure())).await;
        world.sweep_up(&[file_of(missing).id]).await;
        let nobody = MessageId::from_parts(kept.row(), kept.tail() ^ 1);
        for message in [kept, missing, nobody] {
            world.fetched(message, Fetched::Again { due_at: NOW }).await;
            world.fetched(message, Fetched::Missing(failure())).await;
            world
                .fetched(message, Fetched::Kept(file_of(message)))
                .await;
        }
        assert_eq!(world.story(kept).await, ["arrived", "received"]);
        assert_eq!(world.story(missing).await, ["arrived", "undownloaded"]);
        assert!(world.file(file_of(kept).id).await.is_some());
        // Bytes that came in spite of that belong to nobody.
        let late = [file_of(missing).id, file_of(nobody).id];
        assert_eq!(world.litter().await, late);
    })
    .await;
}

#[tokio::test]
async fn a_new_index_knows_the_same_of_messages_with_files() {
    let world = World::crossing().await;
    let mut album = Album {
        provider_ids: vec!["wamid.1".into(), "wamid.2".into(), "wamid.3".into()],
        customers: vec![CUSTOMER.into()],
        ..Album::default()
    };
    for provider_id in &album.provider_ids {
        album.messages.push(world.hear_picture(provider_id).await);
    }
    let [kept, missing, _] = album.messages[..] else {
        panic!("three messages came");
    };
    world.fetched(kept, Fetched::Kept(file_of(kept))).await;
    world.fetched(missing, Fetched::Missing(failure())).await;
    let now = album.picture(world.sqlite()).await;
    let whole = copy_of(world.path());
    SqliteStore::rebuild_index(whole.path()).unwrap();
    let store = SqliteStore::open_with(whole.path(), TINY).unwrap();
    assert_same(&album.picture(&store).await, &now);
    let waiting = store.fetches(9).await.unwrap();
    assert_eq!(waiting, world.fetches().await);
}
