//! Pictures of the advertisements that customers came by.

use dragoman_core::MessageId;
use dragoman_core::event::What;
use dragoman_core::file::{Fetch, Fetched, File, Wanted};
use dragoman_core::inbound::{Inbound, Referral, Report};

use super::{fetch, file_of, picture};
use crate::media::file;
use crate::world::{
    CUSTOMER, NOW, World, advertisement, check_durable_embedded, check_embedded, failure, inbound,
};

const LINK: &str = "https://cdn.example/shoes.jpg";

fn attracted(inbound: Inbound) -> Inbound {
    Inbound {
        referral: Some(Referral {
            picture: Some(LINK.into()),
            ..advertisement()
        }),
        ..inbound
    }
}

fn file_of_advertisement(message: MessageId) -> File {
    file(message.advertisement().as_u128())
}

fn fetch_of_advertisement(message: MessageId) -> Fetch {
    Fetch {
        wanted: Wanted::Advertisement(LINK.into()),
        filename: None,
        ..fetch(message, "")
    }
}

impl World {
    /// A customer writes who came by an advertisement with a picture.
    async fn hear_attracted(&self, message: Inbound) -> MessageId {
        let provider_id = message.provider_id.clone();
        let report = Report::Inbound(attracted(message));
        assert_eq!(self.record(vec![report]).await.inbound, 1);
        self.named(&provider_id).await.unwrap().message
    }

    async fn advertisement_fetched(&self, message: MessageId, fetched: Fetched) {
        self.fetched_of(fetch_of_advertisement(message), fetched)
            .await;
    }
}

#[tokio::test]
async fn a_message_is_announced_when_the_picture_of_its_advertisement_is_here() {
    check_durable_embedded(async |mut world| {
        let message = world.hear_attracted(inbound("wamid.1", &[CUSTOMER])).await;
        assert_eq!(world.story(message).await, ["arrived"]);
        world.restart();
        assert_eq!(world.fetches().await, [fetch_of_advertisement(message)]);
        let picture = file_of_advertisement(message);
        let kept = Fetched::Kept(picture.clone());
        world.advertisement_fetched(message, kept).await;
        for _ in 0..2 {
            assert_eq!(world.story(message).await, ["arrived", "received"]);
            assert_eq!(world.file(picture.id).await, Some(picture.clone()));
            assert_eq!(world.fetches().await, []);
            assert!(world.litter().await.is_empty());
            world.restart();
        }
    })
    .await;
}

#[tokio::test]
async fn without_the_picture_the_message_is_as_good() {
    check_embedded(async |world| {
        let message = world.hear_attracted(inbound("wamid.1", &[CUSTOMER])).await;
        let missing = Fetched::Missing(failure());
        world.advertisement_fetched(message, missing).await;
        assert_eq!(world.story(message).await, ["arrived", "received"]);
        // A try that was killed may have left bytes.
        assert_eq!(world.litter().await, [message.advertisement()]);
    })
    .await;
}

#[tokio::test]
async fn of_a_message_with_a_file_the_advertisement_is_fetched_first() {
    check_durable_embedded(async |mut world| {
        let message = world.hear_attracted(picture("wamid.1", "77")).await;
        assert_eq!(world.fetches().await, [fetch_of_advertisement(message)]);
        let later = Fetched::Again { due_at: NOW };
        world.advertisement_fetched(message, later).await;
        let kept = Fetched::Kept(file_of_advertisement(message));
        world.advertisement_fetched(message, kept.clone()).await;
        world.restart();
        assert_eq!(world.story(message).await, ["arrived"]);
        assert_eq!(world.fetches().await, [fetch(message, "77")]);
        // What is written down twice does not end the fetch of the other.
        world.advertisement_fetched(message, kept).await;
        let missing = Fetched::Missing(failure());
        world.advertisement_fetched(message, missing).await;
        let later = Fetched::Again { due_at: NOW };
        world.advertisement_fetched(message, later).await;
        assert_eq!(world.fetches().await, [fetch(message, "77")]);
        world.fetched(message, Fetched::Missing(failure())).await;
        assert_eq!(world.last(message).await, What::Undownloaded(failure()));
        let kept = world.file(message.advertisement()).await;
        assert_eq!(kept, Some(file_of_advertisement(message)));
    })
    .await;
}

#[tokio::test]
async fn everything_that_came_with_a_message_is_gone_with_it() {
    check_embedded(async |world| {
        let both = world.hear_attracted(picture("wamid.1", "77")).await;
        let kept = Fetched::Kept(file_of_advertisement(both));
        world.advertisement_fetched(both, kept).await;
        world.fetched(both, Fetched::Kept(file_of(both))).await;
        let waits = world.hear_attracted(inbound("wamid.2", &[CUSTOMER])).await;
        for message in [both, waits] {
            assert!(world.erase(message).await);
            assert_eq!(world.file(message.advertisement()).await, None);
        }
        assert_eq!(world.file(both.file()).await, None);
        assert_eq!(world.fetches().await, []);
        let left = [both.advertisement(), both.file(), waits.advertisement()];
        assert_eq!(world.litter().await, left);
        let late = Fetched::Kept(file_of_advertisement(waits));
        world.advertisement_fetched(waits, late).await;
        assert_eq!(world.file(waits.advertisement()).await, None);
        assert_eq!(world.story(waits).await, ["arrived", "erased"]);
    })
    .await;
}
