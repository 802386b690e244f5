//! Files that nobody needs any more.

use std::time::Duration;

use dragoman_core::Id;
use dragoman_testkit::until;

use crate::house::{House, SOON, minutes};
use crate::shelf::PICTURE;

const DAY: u64 = 24 * 60;

async fn gone(house: &House, file: Id) {
    until("the bytes are gone and noted as such", SOON, async || {
        let state = house.files.state.lock().unwrap();
        let is_gone = !state.bytes.contains_key(&file) && state.litter.is_empty();
        is_gone.then_some(())
    })
    .await;
}

/// Waits until files without use were looked for so often.
async fn looked(house: &House, count: usize) {
    until("files are looked through", SOON, async || {
        (house.files.count("unused_files") == count).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_file_that_nobody_has_used_for_thirty_days_is_removed() {
    let house = House::new().await;
    let engine = house.start().await;
    looked(&house, 1).await;
    house.clock.advance(minutes(30 * DAY));
    looked(&house, 2).await;
    assert!(
        house
            .files
            .state
            .lock()
            .unwrap()
            .files
            .contains_key(&PICTURE)
    );
    house.clock.advance(minutes(61));
    gone(&house, PICTURE).await;
    assert!(house.files.state.lock().unwrap().files.is_empty());
    engine.stop().await;
}

#[tokio::test]
async fn what_is_left_of_an_erased_file_goes_at_the_start_and_later() {
    let house = House::new().await;
    let litter = |file: u128| {
        let id = Id::from_u128(file);
        house.files.litters(id, b"left over");
        id
    };
    let first = litter(1);
    let engine = house.start().await;
    gone(&house, first).await;
    let second = litter(2);
    gone(&house, second).await;
    assert!(
        house
            .files
            .state
            .lock()
            .unwrap()
            .bytes
            .contains_key(&PICTURE)
    );
    engine.stop().await;
}

#[tokio::test]
async fn bytes_that_cannot_be_deleted_now_are_deleted_later() {
    let house = House::new().await;
    house.files.fail(&["delete"]);
    house.files.litters(PICTURE, b"picture");
    let engine = house.start().await;
    until("it was tried", SOON, async || {
        (house.files.count("delete") > 0).then_some(())
    })
    .await;
    assert_eq!(house.files.count("swept"), 0);
    house.files.fail(&[]);
    gone(&house, PICTURE).await;
    engine.stop().await;
}

#[tokio::test]
async fn nothing_is_looked_for_while_nothing_is_erased() {
    let house = House::new().await;
    let engine = house.start().await;
    house.files.litters(Id::from_u128(1), b"left over");
    gone(&house, Id::from_u128(1)).await;
    let looked = house.files.count("litter");
    let looks_again = until("it looks again", SOON, async || {
        (house.files.count("litter") > looked + 1).then_some(())
    });
    let moment = Duration::from_millis(1500);
    let looks_again = tokio::time::timeout(moment, looks_again).await;
    assert!(looks_again.is_err(), "an idle installation sleeps");
    engine.stop().await;
}
