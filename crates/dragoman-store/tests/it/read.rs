use dragoman_core::{Id, MessageId};
use dragoman_testkit::tenant;

use crate::world::{ACCOUNT, CUSTOMER, STRANGER, check};

#[tokio::test]
async fn another_accounts_message_is_like_one_that_does_not_exist() {
    check(async |world| {
        let message = world.accept(CUSTOMER).await.message;
        let store = world.store();
        assert!(
            store
                .message(tenant(STRANGER), message)
                .await
                .unwrap()
                .is_none()
        );
        assert!(
            store
                .timeline(tenant(STRANGER), message)
                .await
                .unwrap()
                .is_none()
        );
        let other_tail = MessageId::from_parts(message.row(), message.tail() ^ 1);
        assert!(
            store
                .message(tenant(ACCOUNT), other_tail)
                .await
                .unwrap()
                .is_none()
        );
        assert!(store.claim(&[other_tail]).await.unwrap().is_empty());
        assert!(
            store
                .message(tenant(ACCOUNT), message)
                .await
                .unwrap()
                .is_some()
        );
    })
    .await;
}

#[tokio::test]
async fn an_unknown_channel_has_nothing() {
    check(async |world| {
        world.submitted(CUSTOMER, "wamid.1").await;
        let nowhere = Id::from_u128(0xdead);
        let store = world.store();
        assert!(store.queue(nowhere).await.unwrap().is_empty());
        let found = store.by_provider_id(nowhere, "wamid.1").await.unwrap();
        assert_eq!(found, None);
        assert!(
            store
                .record(nowhere, Vec::new(), crate::world::MOMENT)
                .await
                .is_err()
        );
        assert!(store.is_well());
    })
    .await;
}
