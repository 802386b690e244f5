//! Templates, as their providers have them.

use dragoman_core::catalog::{Change, Channel};
use dragoman_core::ports::Store;
use dragoman_core::template::{Template, TemplateStatus};
use dragoman_core::{Id, Secret};
use dragoman_engine::{Engine, IntakeAnswer};
use dragoman_store::SqliteStore;
use dragoman_testkit::until;

use crate::doubles::DoubleDriver;
use crate::house::{CHANNEL, House, OTHER, SOON, call, channel, minutes, submission, submit};
use crate::offers::{Mood, Offers};

/// An installation with one channel, whose provider offers this.
async fn offering(offers: Offers) -> House {
    let driver = DoubleDriver::offering(offers);
    House::around(SqliteStore::in_memory().unwrap(), driver).await
}

fn offers(house: &House) -> &Offers {
    house.driver.offers.as_ref().unwrap()
}

/// A channel in this business account.
fn of_business(id: Id, slug: &str, business: &str) -> Channel {
    let mut channel = channel(id, slug);
    let business = Secret::new(business);
    channel.settings.insert("business".into(), business);
    channel
}

/// The channel's templates, deleted ones with a minus.
fn names(house: &House, channel: Id) -> Vec<String> {
    let catalog = house.store.catalog();
    let templates = catalog.templates_of(channel).into_iter();
    let name = |template: &Template| match template.status {
        TemplateStatus::Deleted => format!("-{}", template.name),
        TemplateStatus::Approved
        | TemplateStatus::Pending
        | TemplateStatus::Rejected
        | TemplateStatus::Paused
        | TemplateStatus::Disabled => template.name.to_string(),
    };
    templates.map(name).collect()
}

async fn knows(house: &House, channel: Id, expected: &[&str]) {
    until(&format!("{expected:?} are known"), SOON, async || {
        (names(house, channel) == expected).then_some(())
    })
    .await;
}

/// The same of the usual channel, while time passes.
async fn later_knows(house: &House, expected: &[&str]) {
    until(&format!("{expected:?} are known"), SOON, async || {
        house.clock.advance(minutes(1));
        (names(house, CHANNEL) == expected).then_some(())
    })
    .await;
}

async fn asked(house: &House, count: usize) {
    until(
        &format!("the provider is asked {count} times"),
        SOON,
        async || (offers(house).asked().len() == count).then_some(()),
    )
    .await;
}

/// Starts, and waits until the provider has been asked for the first time.
async fn started(house: &House, expected: &[&str]) -> Engine {
    let engine = house.start().await;
    knows(house, CHANNEL, expected).await;
    engine
}

#[tokio::test]
async fn templates_are_learned_at_the_start_and_kept_true_every_hour() {
    let house = offering(Offers::new(&["order", "bill"])).await;
    let engine = started(&house, &["order", "bill"]).await;
    let id = house.store.catalog().templates[1].id;
    offers(&house).has(&["bill", "code"]);
    later_knows(&house, &["-order", "bill", "code"]).await;
    assert_eq!(house.store.catalog().templates[1].id, id);
    engine.stop().await;
}

#[tokio::test]
async fn a_channel_that_is_new_or_set_otherwise_is_asked_about_at_once() {
    let house = offering(Offers::new(&["order"])).await;
    let engine = started(&house, &["order"]).await;
    let other = of_business(OTHER, "other", "b1");
    house.change(Change::Channel(other.clone())).await;
    knows(&house, OTHER, &["order"]).await;
    offers(&house).has(&["bill"]);
    let titled = Channel {
        title: "New".into(),
        ..other
    };
    house.change(Change::Channel(titled)).await;
    let moved = of_business(OTHER, "other", "b2");
    house.change(Change::Channel(moved)).await;
    knows(&house, OTHER, &["-order", "bill"]).await;
    engine.stop().await;
    assert_eq!(
        offers(&house).asked(),
        ["demo".into(), "other".into(), "other".into()]
    );
}

#[tokio::test]
async fn a_channel_that_is_switched_off_is_asked_about_when_it_is_back() {
    let house = offering(Offers::new(&["order"])).await;
    let off = Channel {
        enabled: false,
        ..channel(OTHER, "other")
    };
    house.change(Change::Channel(off)).await;
    let engine = started(&house, &["order"]).await;
    assert_eq!(names(&house, OTHER), [] as [String; 0]);
    house.change(Change::Channel(channel(OTHER, "other"))).await;
    knows(&house, OTHER, &["order"]).await;
    engine.stop().await;
}

#[tokio::test]
async fn channels_that_share_their_templates_are_asked_about_once() {
    let house = offering(Offers::new(&["order"])).await;
    house.change(Change::Channel(channel(OTHER, "other"))).await;
    let engine = started(&house, &["order"]).await;
    assert_eq!(names(&house, OTHER), ["order"]);
    let catalog = house.store.catalog();
    assert_ne!(catalog.templates[0].id, catalog.templates[1].id);
    engine.stop().await;
    assert_eq!(offers(&house).asked(), ["demo".into()]);
}

#[tokio::test]
async fn a_webhook_or_a_person_has_the_provider_asked_again() {
    let house = offering(Offers::new(&["order"])).await;
    let ours = of_business(CHANNEL, "demo", "b1");
    house.change(Change::Channel(ours)).await;
    let other = of_business(OTHER, "other", "b2");
    house.change(Change::Channel(other)).await;
    let engine = started(&house, &["order"]).await;
    knows(&house, OTHER, &["order"]).await;
    offers(&house).has(&["order", "bill"]);
    house.driver.changes("b2");
    assert_eq!(call(&engine, "demo").await, IntakeAnswer::Taken);
    knows(&house, OTHER, &["order", "bill"]).await;
    assert_eq!(names(&house, CHANNEL), ["order"]);
    engine.refresh_templates(CHANNEL);
    knows(&house, CHANNEL, &["order", "bill"]).await;
    engine.stop().await;
    assert_eq!(offers(&house).asked().len(), 4);
}

#[tokio::test]
async fn nothing_is_deleted_while_the_provider_cannot_be_asked() {
    let house = offering(Offers::new(&["order"])).await;
    let engine = started(&house, &["order"]).await;
    offers(&house).has(&[]);
    for (mood, count) in [(Mood::Refuses, 2), (Mood::Crashes, 3)] {
        offers(&house).becomes(mood);
        engine.refresh_templates(CHANNEL);
        asked(&house, count).await;
    }
    assert_eq!(names(&house, CHANNEL), ["order"]);
    offers(&house).becomes(Mood::Answers);
    later_knows(&house, &["-order"]).await;
    engine.stop().await;
}

#[tokio::test]
async fn an_answer_about_what_a_channel_was_before_changes_nothing() {
    let house = offering(Offers::new(&["order"])).await;
    offers(&house).becomes(Mood::Waits);
    let engine = house.start().await;
    asked(&house, 1).await;
    offers(&house).has(&["bill"]);
    let moved = of_business(CHANNEL, "demo", "b2");
    house.change(Change::Channel(moved)).await;
    offers(&house).becomes(Mood::Answers);
    knows(&house, CHANNEL, &["bill"]).await;
    engine.stop().await;
}

#[tokio::test]
async fn a_provider_that_does_not_answer_delays_neither_messages_nor_the_end() {
    let house = offering(Offers::new(&["order"])).await;
    offers(&house).becomes(Mood::Waits);
    let engine = house.start_warm().await;
    asked(&house, 1).await;
    submit(&engine, submission(CHANNEL, 1)).await;
    house.posts(2).await;
    engine.stop().await;
}

#[tokio::test]
async fn a_channel_learns_its_number() {
    let house = offering(Offers::new(&["order"]).with_number("31600000001")).await;
    let known = Channel {
        phone: Some("31600000002".into()),
        ..channel(OTHER, "other")
    };
    house.change(Change::Channel(known)).await;
    let engine = house.start().await;
    let phone = |id| house.store.catalog().channel(id).unwrap().phone.clone();
    until("the number is known", SOON, async || {
        (phone(CHANNEL).as_deref() == Some("31600000001")).then_some(())
    })
    .await;
    assert_eq!(phone(OTHER).as_deref(), Some("31600000002"));
    engine.stop().await;
}
