//! Pictures of the advertisements that customers came by.

use dragoman_core::Raw;
use dragoman_core::catalog::{Change, Subscription};
use dragoman_core::file::{Fetch, Fetched, Wanted};
use dragoman_core::inbound::{Inbound, Referral, Report};
use dragoman_core::message::Stored;
use dragoman_core::ports::{Files, Reach, Store};
use dragoman_engine::{Engine, Room};
use dragoman_testkit::{tenant, until};

use super::{ended, fetch, giving, message};
use crate::endpoints::Endpoint;
use crate::house::{ACCOUNT, CHANNEL, House, SOON, hello, subscription};
use crate::shelf::file;

const LINK: &str = "https://cdn.example.com/shoes";
const HOOK: &str = "https://hook.example.com/";

fn fetch_of_advertisement(number: i64) -> Fetch {
    Fetch {
        wanted: Wanted::Advertisement(LINK.into()),
        ..fetch(CHANNEL, number)
    }
}

/// What came of it when the address does this.
async fn outcome(endpoint: Endpoint) -> Fetched {
    let house = giving().await;
    house.files.awaits(fetch_of_advertisement(1));
    house.endpoints.becomes(LINK, endpoint);
    let engine = house.start().await;
    let (_, outcome) = ended(&house, 1).await.remove(0);
    engine.stop().await;
    assert_eq!(
        house.driver.hands().asked().len(),
        0,
        "the provider has it not"
    );
    let asked = house.endpoints.last(LINK).unwrap();
    assert_eq!((asked.reach, asked.headers), (Reach::Public, Vec::new()));
    outcome
}

#[tokio::test]
async fn the_picture_of_an_advertisement_is_fetched_from_public_networks_alone() {
    let outcome = outcome(Endpoint::Gives("image/jpeg", b"shoes")).await;
    let Fetched::Kept(file) = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(file.id, message(1).advertisement());
    assert_eq!((&*file.mime_type, file.size), ("image/jpeg", 5));
    assert_eq!(file.filename, None);
}

#[tokio::test]
async fn what_is_no_picture_is_not_kept() {
    for endpoint in [
        Endpoint::Gives("text/html", b"<script>"),
        Endpoint::Gives("image/svg", b""),
        Endpoint::Answers(302),
        Endpoint::Answers(404),
    ] {
        let outcome = outcome(endpoint).await;
        assert!(matches!(outcome, Fetched::Missing(_)), "{endpoint:?}");
    }
}

#[tokio::test]
async fn a_message_waits_for_a_picture_no_longer_than_a_minute() {
    let house = giving().await;
    house.files.awaits(fetch_of_advertisement(1));
    house.endpoints.becomes(LINK, Endpoint::IsAway);
    let engine = house.start().await;
    let began = house.clock_now();
    until("the picture is given up", SOON, async || {
        let is_over = !house.files.ended().is_empty();
        let due = house.files.state.lock().unwrap().fetches.first().cloned();
        let pause = due.map(|fetch| fetch.due_at.since(house.clock_now()));
        pause
            .into_iter()
            .for_each(|pause| house.clock.advance(pause));
        is_over.then_some(())
    })
    .await;
    assert_eq!(house.clock_now().since(began).as_secs(), 26);
    assert_eq!(house.endpoints.calls(LINK), 4);
    engine.stop().await;
}

#[tokio::test]
async fn without_room_for_files_no_message_waits_for_a_picture() {
    let house = giving().await;
    house.disk.set(Room::Little);
    house.files.awaits(fetch(CHANNEL, 1));
    house.files.awaits(fetch_of_advertisement(2));
    let engine = house.start().await;
    let over = ended(&house, 1).await;
    assert_eq!(over[0].0, message(2));
    assert!(matches!(over[0].1, Fetched::Missing(_)));
    assert_eq!(house.endpoints.calls(LINK), 0);
    engine.stop().await;
}

/// Somebody is told who is shown advertisements, or is not, and a customer who came by one writes.
/// Answers the message as it is recorded.
async fn attracted(house: &House, settings: Option<Raw>) -> (Engine, Stored) {
    let told = Subscription {
        settings,
        ..subscription(1, HOOK)
    };
    house.change(Change::Subscription(told)).await;
    let engine = house.start().await;
    let message = Inbound {
        referral: Some(Referral {
            picture: Some(LINK.into()),
            raw: Raw::new("{}"),
        }),
        ..hello()
    };
    let reports = vec![Report::Inbound(message)];
    house.tells(&engine, "demo", reports).await;
    let happened = house.store.events_after(0, 9).await.unwrap();
    let message = happened.iter().find_map(|told| told.message()).unwrap();
    let stored = house.store.message(tenant(ACCOUNT), message).await.unwrap();
    (engine, stored.unwrap())
}

#[tokio::test]
async fn a_picture_that_nobody_is_shown_stays_where_it_is() {
    let house = giving().await;
    let (engine, message) = attracted(&house, None).await;
    let referral = message.inbound().unwrap().referral.clone();
    assert_eq!(referral.unwrap().picture, None);
    assert_eq!(house.story(message.id).await, ["received"]);
    engine.stop().await;
}

#[tokio::test]
async fn a_message_is_told_with_the_picture_when_that_is_here() {
    let house = giving().await;
    let (engine, message) = attracted(&house, Some(Raw::new("{}"))).await;
    let referral = message.inbound().unwrap().referral.clone();
    assert_eq!(referral.unwrap().picture.as_deref(), Some(LINK));
    assert_eq!(house.story(message.id).await, ["arrived"]);
    let picture = message.id.advertisement();
    house.files.has(picture, b"shoes");
    let fetch = Fetch {
        message: message.id,
        ..fetch_of_advertisement(0)
    };
    let kept = Fetched::Kept(file(picture, 5));
    let now = house.clock_now();
    house.store.inner.fetched(fetch, kept, now).await.unwrap();
    let told = until("it is told", SOON, async || {
        house.endpoints.told(HOOK).pop()
    });
    assert_eq!(told.await, "refers to None, shows image/png");
    engine.stop().await;
}
