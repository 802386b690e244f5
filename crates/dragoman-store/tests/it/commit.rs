use crate::world::{admitted, check_durable_embedded, check_embedded, submission};

#[tokio::test]
async fn verbs_that_wait_at_the_same_moment_share_a_commit() {
    check_embedded(async |world| {
        let before = world.store().counts();
        let mut calls = tokio::task::JoinSet::new();
        for number in 0..100 {
            let admitted = admitted(submission(&format!("316000000{number:02}")));
            let (store, acceptance) = (world.store().clone(), world.acceptance(admitted));
            calls.spawn(async move { store.accept(acceptance).await.unwrap() });
        }
        let accepted = calls.join_all().await;
        assert_eq!(accepted.len(), 100);
        let after = world.store().counts();
        assert_eq!(after.verbs - before.verbs, 100);
        let commits = after.commits - before.commits;
        assert!(commits <= 50, "{commits} commits");
        assert_eq!(world.queued().await.len(), 100);
    })
    .await;
}

#[tokio::test]
async fn an_answer_comes_after_the_commit() {
    check_durable_embedded(async |world| {
        let accepted = world.accept("31600000000").await;
        // Another process would read it at once.
        let file = world.path().join("dragoman.db");
        let connection = rusqlite::Connection::open(file).unwrap();
        let query = "SELECT count(*) FROM messages JOIN queue USING (id) WHERE id = ?1";
        let found: i64 = connection
            .query_row(query, [accepted.message.row()], |row| row.get(0))
            .unwrap();
        assert_eq!(found, 1);
    })
    .await;
}
