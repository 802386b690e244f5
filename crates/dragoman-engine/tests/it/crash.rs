//! The process is killed before and after every verb of the store.

use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::Duration;

use dragoman_core::State;
use dragoman_store::SqliteStore;
use dragoman_testkit::until;
use tokio::runtime::Runtime;

use crate::doubles::{DoubleDriver, Provider};
use crate::house::{CHANNEL, House, SOON, submission, submit, try_submit};

/// Runs until the world stops at `step`, then kills it. Answers what the client was told, and what
/// the provider saw.
fn until_the_crash(dir: &Path, prepares: bool, step: i64) -> Killed {
    let runtime = Runtime::new().unwrap();
    let killed = runtime.block_on(async {
        let driver = DoubleDriver::preparing(prepares);
        driver.next(&[
            Provider::Takes,
            Provider::Refuses(
                dragoman_core::outcome::Again::After(Duration::ZERO),
                dragoman_core::outcome::Slow::Message,
            ),
        ]);
        let house = House::around(SqliteStore::open(dir).unwrap(), driver).await;
        house.store.steps.store(step, Ordering::SeqCst);
        let engine = house.start().await;
        let mut accepted = Vec::new();
        for number in 0..2 {
            let submitted = try_submit(&engine, submission(CHANNEL, number));
            if let Ok(Ok(told)) = tokio::time::timeout(Duration::from_millis(150), submitted).await
            {
                accepted.push(told.message);
            }
        }
        // Until everything is sent, or nothing moves any more.
        let mut last = (usize::MAX, 0);
        let mut now = (house.log().len(), 0);
        while last != now {
            tokio::time::sleep(Duration::from_millis(100)).await;
            house.clock.advance(Duration::from_secs(1));
            (last, now) = (now, (house.log().len(), 0));
        }
        Killed {
            accepted,
            posted: house
                .driver
                .posts()
                .iter()
                .map(|post| post.message)
                .collect(),
            finished: house.store.steps.load(Ordering::SeqCst) > 0,
            store: std::sync::Arc::clone(&house.store.inner),
        }
    });
    runtime.shutdown_timeout(SOON);
    killed
}

struct Killed {
    accepted: Vec<dragoman_core::MessageId>,
    posted: Vec<dragoman_core::MessageId>,
    finished: bool,
    store: std::sync::Arc<SqliteStore>,
}

fn check(prepares: bool) {
    let mut unknown = 0;
    for step in 0.. {
        let dir = tempfile::tempdir().unwrap();
        let Killed {
            accepted,
            posted,
            finished,
            store,
        } = until_the_crash(dir.path(), prepares, step);
        Runtime::new().unwrap().block_on(store.close()).unwrap();
        drop(store);

        Runtime::new().unwrap().block_on(async {
            let store = SqliteStore::open(dir.path()).unwrap();
            let house = House::around(store, DoubleDriver::default()).await;
            let engine = house.start().await;
            let proof = submit(&engine, submission(CHANNEL, 7)).await;
            house.becomes(proof, State::Submitted).await;
            for message in &accepted {
                let state = until("it is settled", SOON, async || {
                    house.clock.advance(Duration::from_secs(1));
                    let state = house.state(*message).await;
                    matches!(state, State::Submitted | State::Unknown).then_some(state)
                })
                .await;
                let again = house.driver.posts();
                let again = again.iter().filter(|post| post.message == *message).count();
                let before = posted.iter().filter(|post| *post == message).count();
                // The second message is refused once with proof; every other POST may have been
                // taken.
                let refused = usize::from(posted.get(1) == Some(message) && before + again > 1);
                assert!(
                    before + again - refused <= 1,
                    "step {step}: {message} was sent {before} + {again} times"
                );
                if state == State::Unknown {
                    unknown += 1;
                    assert_eq!(again, 0, "step {step}: unknown is not sent again");
                }
            }
            engine.stop().await;
            drop(house);
        });
        if finished {
            assert_eq!(accepted.len(), 2);
            assert!(step > 6, "the world never stopped");
            break;
        }
    }
    assert!(unknown > 0, "no crash hit a message in flight");
}

#[test]
fn a_crash_at_any_step_of_the_fast_way_never_sends_twice_and_loses_nothing() {
    check(false);
}

#[test]
fn a_crash_at_any_step_of_the_prepared_way_never_sends_twice_and_loses_nothing() {
    check(true);
}
