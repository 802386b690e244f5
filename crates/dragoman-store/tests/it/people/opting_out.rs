use dragoman_core::Refusal;
use dragoman_core::contact::CustomerChange;
use dragoman_core::ports::{Store, StoreError};

use super::{OTHER_CHANNEL, address};
use crate::world::{CHANNEL, CUSTOMER, admitted, check_embedded, doomed, submission};

#[tokio::test]
async fn who_does_not_want_messages_gets_none_also_when_the_rules_judged_before() {
    check_embedded(async |mut world| {
        let accepted = world.accept(CUSTOMER).await;
        let judged_before = || world.acceptance(admitted(submission(CUSTOMER)));
        let (first, second) = (judged_before(), judged_before());
        let contact = accepted.contact.id;
        let opted_out = |is_so| vec![CustomerChange::OptedOut(is_so)];
        world
            .change_customer(contact, opted_out(true))
            .await
            .unwrap();
        let failed = world.acceptance(doomed(submission(CUSTOMER)));
        world.restart_if_durable();
        let refused = world.store().accept(first).await;
        let expected = StoreError::Refused(Refusal::OptedOut);
        assert_eq!(refused.unwrap_err(), expected);
        assert_eq!(world.queued().await, [accepted.message]);
        // What has failed already goes to nobody.
        assert!(world.store().accept(failed).await.unwrap().failed);
        world
            .change_customer(contact, opted_out(false))
            .await
            .unwrap();
        assert!(world.store().accept(second).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn the_rules_are_told_who_does_not_want_messages_on_any_channel() {
    check_embedded(async |mut world| {
        world.add_channels().await;
        let contact = world.accept(CUSTOMER).await.contact.id;
        let opted_out = async |store: &dyn Store, channel| {
            let heard = store.heard(channel, &address(CUSTOMER)).await;
            heard.unwrap().1
        };
        assert!(!opted_out(&**world.store(), CHANNEL).await);
        let change = vec![CustomerChange::OptedOut(true)];
        world.change_customer(contact, change).await.unwrap();
        for _ in 0..2 {
            assert!(opted_out(&**world.store(), CHANNEL).await);
            assert!(opted_out(&**world.store(), OTHER_CHANNEL).await);
            world.restart_if_durable();
        }
    })
    .await;
}
