//! Sessions of collaborators whose time is over.

use dragoman_core::Id;
use dragoman_core::catalog::{Change, Policy, Rights, Token, TokenScope, User};
use dragoman_core::ports::Store;
use dragoman_testkit::{TestClock, until};

use crate::house::{ACCOUNT, House, SOON, at, minutes};

const ANN: Id = Id::from_u128(0xa);

fn token(id: u8, scope: TokenScope, minutes: u64) -> Token {
    Token {
        id: Id::from_u128(id.into()),
        account: ACCOUNT,
        name: "".into(),
        hash: [id; 32],
        scope,
        policy: Policy::default(),
        created_at: TestClock::START,
        expires_at: Some(at(minutes)),
        last_used_at: None,
    }
}

fn ann() -> User {
    User {
        id: ANN,
        account: ACCOUNT,
        email: "ann@example.com".into(),
        name: "Ann".into(),
        teams: Vec::new(),
        password_hash: None,
        available: true,
        available_at: TestClock::START,
        status: None,
        created_at: TestClock::START,
    }
}

/// Waits until these tokens are left.
async fn leaves(house: &House, expected: &[u128]) {
    until(&format!("{expected:?} are left"), SOON, async || {
        let catalog = house.store.catalog();
        let left = catalog.tokens.iter().map(|token| token.id.as_u128());
        left.eq(expected.iter().copied()).then_some(())
    })
    .await;
}

/// Waits until so many sessions were ended, and nothing else was changed.
async fn ended(house: &House, count: usize) -> Vec<u128> {
    until(&format!("{count} sessions are ended"), SOON, async || {
        let edits = house.store.edits.lock().unwrap();
        let ended = edits.iter().map(|edit| {
            let Change::EndSession(id) = edit else {
                panic!("no session was ended: {edit:?}");
            };
            id.as_u128()
        });
        (edits.len() == count).then(|| ended.collect())
    })
    .await
}

#[tokio::test]
async fn a_session_ends_when_its_time_is_over_and_other_tokens_stay() {
    let house = House::new().await;
    let session = || TokenScope::Session { user: ANN };
    house.change(Change::User(ann())).await;
    house.change(Change::Token(token(1, session(), 10))).await;
    house.change(Change::Token(token(2, session(), 20))).await;
    house
        .change(Change::Token(token(3, TokenScope::Api(Rights::ALL), 5)))
        .await;
    let engine = house.start().await;
    house.clock.advance(minutes(10));
    leaves(&house, &[2, 3]).await;
    house.clock.advance(minutes(10));
    leaves(&house, &[3]).await;
    assert_eq!(ended(&house, 2).await, [1, 2]);
    engine.stop().await;
}

#[tokio::test]
async fn a_session_that_ran_out_while_nobody_looked_is_ended_at_the_start() {
    let house = House::new().await;
    let session = TokenScope::Session { user: ANN };
    house.change(Change::User(ann())).await;
    house.change(Change::Token(token(1, session, 0))).await;
    house.fail(&["change"]);
    let engine = house.start().await;
    until("the store was asked", SOON, async || {
        house.log().contains(&"failed").then_some(())
    })
    .await;
    house.fail(&[]);
    house.clock.advance(minutes(1));
    leaves(&house, &[]).await;
    engine.stop().await;
}
