use dragoman_core::ports::{Due, Quarantined, Store};
use dragoman_core::{MessageId, Raw, Timestamp};
use dragoman_store::SqliteStore;
use dragoman_testkit::tenant;
use rusqlite::Connection;

use crate::world::{ACCOUNT, CHANNEL, CUSTOMER, NOW, SUBSCRIPTION, admitted, submission};

#[tokio::test]
async fn a_database_of_version_1_is_brought_up_to_date_with_all_that_it_holds() {
    let dir = tempfile::tempdir().unwrap();
    let old = Connection::open(dir.path().join("dragoman.db")).unwrap();
    old.execute_batch(include_str!("../../migrations/0001_log.sql"))
        .unwrap();
    old.execute_batch(include_str!("fixtures/version_1.sql"))
        .unwrap();
    drop(old);
    let message = MessageId::from_parts(NOW.millis() << 12, 7);
    let due = Due {
        seq: 1,
        message: Some(message),
        due_at: Timestamp::from_millis(1_790_000_030_000),
        tries: 2,
    };
    let odd = Quarantined {
        account: ACCOUNT,
        channel: CHANNEL,
        at: NOW,
        why: "not JSON".into(),
        body: Raw::new("{"),
    };
    for round in 1..=2 {
        let store = SqliteStore::open(dir.path()).unwrap();
        let stored = store
            .message(tenant(ACCOUNT), message)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            stored.outbound(),
            Some(&**admitted(submission(CUSTOMER)).body())
        );
        assert_eq!(store.queue(CHANNEL).await.unwrap().len(), 1);
        // What names an event that never was is due to nobody.
        let kept = store.deliveries(SUBSCRIPTION).await.unwrap();
        assert_eq!(kept, (2, vec![due]));
        store.quarantine(odd.clone()).await.unwrap();
        let quarantined = store.quarantined(tenant(ACCOUNT), 10).await.unwrap();
        assert_eq!(quarantined, vec![odd.clone(); round]);
        store.close().await.unwrap();
    }
}
