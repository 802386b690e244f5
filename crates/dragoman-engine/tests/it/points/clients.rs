//! What clients ask for, until they are answered.

use std::time::Duration;

use dragoman_core::MessageId;
use dragoman_core::doubt::Resolution;
use dragoman_core::submission::{IdempotencyKey, Submission};
use dragoman_testkit::{tenant, until};

use super::life::{Life, has_left};
use crate::house::{ACCOUNT, CHANNEL, SOON, picture, submission, try_submit};
use crate::strikes::{Fault, Strike};
use crate::verbs::Verb;

/// Who is not further by then is not helped by waiting.
const STUCK: Duration = Duration::from_secs(3);

impl Life {
    /// One message goes its way, one is refused once, one comes too late to its POST, of one the
    /// answer is lost and a person says what became of it.
    pub(super) async fn clients_ask(&self) {
        let first = self.submit(submission(CHANNEL, 0), 0).await;
        self.leaves(first).await;

        let second = self.submit(picture(CHANNEL, 1), 1).await;
        self.leaves(second).await;

        let late = Strike {
            verb: Verb::Begin,
            after: 0,
            fault: Fault::Takes,
        };
        self.house.store.strikes.plan(late, &self.house.clock);
        let third = self.submit(picture(CHANNEL, 2), 2).await;
        self.leaves(third).await;

        let fourth = self.submit(submission(CHANNEL, 3), 3).await;
        self.leaves(fourth).await;
        let desk = self.engine().desk();
        until("a person is heard", SOON, async || {
            let deciding = desk.resolve(tenant(ACCOUNT), fourth, Resolution::Sent);
            deciding.await.ok()
        })
        .await;
    }

    /// Asks until it is answered, with one key.
    async fn submit(&self, submission: Submission, number: u32) -> MessageId {
        let key = u128::from(number + 1).to_be_bytes();
        let keyed = Submission {
            key: Some(IdempotencyKey {
                key,
                fingerprint: key,
            }),
            ..submission
        };
        let accepted = until("a client is answered", SOON, async || {
            try_submit(self.engine(), keyed.clone()).await.ok()
        })
        .await;
        let mut world = self.world.lock().unwrap();
        let known = *world.accepted.entry(number).or_insert(accepted.message);
        assert_eq!(known, accepted.message, "one key, one message");
        known
    }

    /// Lets time pass until a message has left, if it does.
    async fn leaves(&self, message: MessageId) {
        let leaving = until("it has left", SOON, async || {
            let state = self.house.state(message).await;
            self.house.clock.advance(Duration::from_secs(1));
            has_left(state).then_some(())
        });
        let _ = tokio::time::timeout(STUCK, leaving).await;
    }
}
