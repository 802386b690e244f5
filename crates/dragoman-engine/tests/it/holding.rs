//! Templates that the provider holds back.

use dragoman_core::catalog::Change;
use dragoman_core::ports::Store;
use dragoman_core::submission::{Ask, IdempotencyKey, Submission};
use dragoman_core::template::{
    Category, Header, Parameter, Template, TemplateAsk, TemplateMessage, TemplateStatus,
};
use dragoman_core::{Id, State};
use dragoman_engine::Engine;
use dragoman_testkit::TestClock;

use crate::doubles::Provider;
use crate::house::{ACCOUNT, CHANNEL, House, minutes, submission, try_submit};

fn template() -> Template {
    Template {
        id: Id::from_u128(0x7e),
        family: None,
        account: ACCOUNT,
        channel: CHANNEL,
        title: "order".into(),
        name: "order".into(),
        language: "en".into(),
        category: Category::Marketing,
        status: TemplateStatus::Approved,
        header: Header::None,
        body: "Hello {{1}}".into(),
        footer: None,
        buttons: Vec::new(),
        created_at: TestClock::START,
    }
}

fn of_template(number: u32) -> Submission {
    let message = TemplateMessage {
        name: "order".into(),
        language: "en".into(),
        header: None,
        body: vec![Parameter::Text("Bo".into())],
        buttons: Vec::new(),
        rendered: "".into(),
    };
    Submission {
        ask: Ask::Template(TemplateAsk::ByName(message)),
        ..submission(CHANNEL, number)
    }
}

/// Sends it, and answers whether the client was told that it is held back.
async fn is_held(house: &House, engine: &Engine, what: Submission) -> bool {
    let accepted = try_submit(engine, what).await.unwrap();
    house.becomes(accepted.message, State::Submitted).await;
    accepted.held
}

#[tokio::test]
async fn a_client_is_told_that_messages_of_a_template_are_held_back() {
    let house = House::new().await;
    house.change(Change::Template(template())).await;
    assert_eq!(house.store.catalog().templates.len(), 1);
    let engine = house.start().await;
    let holds = Provider::HoldsBack;
    house.driver.next(&[holds, holds]);
    assert!(
        !is_held(&house, &engine, of_template(1)).await,
        "nobody knows yet"
    );
    assert!(is_held(&house, &engine, of_template(2)).await);
    assert!(
        !is_held(&house, &engine, submission(CHANNEL, 3)).await,
        "no template"
    );
    assert!(
        is_held(&house, &engine, of_template(4)).await,
        "by the last receipt"
    );
    assert!(
        !is_held(&house, &engine, of_template(5)).await,
        "it is let go"
    );

    house.driver.next(&[holds]);
    is_held(&house, &engine, of_template(6)).await;
    house.clock.advance(minutes(24 * 60));
    assert!(
        !is_held(&house, &engine, of_template(7)).await,
        "that is long ago"
    );
    engine.stop().await;
}

#[tokio::test]
async fn a_repetition_hears_the_same_of_being_held_back() {
    let house = House::new().await;
    house.change(Change::Template(template())).await;
    let engine = house.start().await;
    let keyed = |number: u8| Submission {
        key: Some(IdempotencyKey {
            key: [number; 16],
            fingerprint: [number; 16],
        }),
        ..of_template(number.into())
    };
    house.driver.next(&[Provider::HoldsBack]);
    assert!(!is_held(&house, &engine, keyed(1)).await);
    assert!(is_held(&house, &engine, keyed(2)).await);
    for (number, expected) in [(1, false), (2, true)] {
        let again = try_submit(&engine, keyed(number)).await.unwrap();
        assert!(again.replayed);
        assert_eq!(again.held, expected, "{number}");
    }
    engine.stop().await;
}
