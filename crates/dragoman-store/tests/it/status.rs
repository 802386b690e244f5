use dragoman_core::id::{AttemptId, AttemptToken};
use dragoman_core::inbound::{Report, Status, StatusKind};
use dragoman_core::outcome::Settlement;
use dragoman_core::ports::Recorded;
use dragoman_core::{Id, MessageId, State, Timestamp};

use crate::world::{
    CUSTOMER, MOMENT, check, check_durable, check_embedded, failure, receipt, status,
};

const USER: &str = "NL.13491208655302741918";

#[tokio::test]
async fn statuses_in_any_order_end_the_same() {
    let kinds = [StatusKind::Sent, StatusKind::Delivered, StatusKind::Read];
    for order in [
        [0, 1, 2],
        [0, 2, 1],
        [1, 0, 2],
        [1, 2, 0],
        [2, 0, 1],
        [2, 1, 0],
    ] {
        check(async |world| {
            let message = world.submitted(CUSTOMER, "wamid.1").await;
            for index in order {
                let at = 5 + index as i64;
                let kind = kinds[index].clone();
                let recorded = world.status("wamid.1", kind.clone(), at).await;
                assert_eq!(recorded.statuses, 1);
                let recorded = world.status("wamid.1", kind, at).await;
                assert_eq!((recorded.statuses, recorded.repeated), (0, 1));
            }
            let fold = world.stored(message).await.fold;
            assert_eq!(fold.state, State::Read);
            assert_eq!(fold.sent_at, Some(Timestamp::from_seconds(5)));
            assert_eq!(fold.delivered_at, Some(Timestamp::from_seconds(6)));
            assert_eq!(fold.read_at, Some(Timestamp::from_seconds(7)));
        })
        .await;
    }
}

#[tokio::test]
async fn a_status_that_comes_before_its_message_is_known_waits_for_it() {
    check_durable(async |mut world| {
        let in_flight = world.accept_and_begin(CUSTOMER, AttemptId(9)).await;
        let recorded = world.status("wamid.1", StatusKind::Sent, 5).await;
        assert_eq!(recorded.orphans, 1);
        let recorded = world.status("wamid.1", StatusKind::Delivered, 6).await;
        assert_eq!(recorded.orphans, 1);
        let recorded = world.status("wamid.1", StatusKind::Delivered, 6).await;
        assert_eq!((recorded.orphans, recorded.repeated), (0, 1));
        world.restart();
        assert!(world.settle(&in_flight, receipt("wamid.1")).await);
        assert_eq!(world.state(in_flight.message()).await, State::Delivered);
        let story = world.story(in_flight.message()).await;
        assert_eq!(story[3..], ["submitted", "sent", "delivered"]);
        world.restart();
        assert_eq!(world.state(in_flight.message()).await, State::Delivered);
        let recorded = world.status("wamid.1", StatusKind::Sent, 5).await;
        assert_eq!(recorded.repeated, 1);
    })
    .await;
}

#[tokio::test]
async fn the_user_id_beside_a_recipients_number_is_one_more_address() {
    check(async |world| {
        let message = world.submitted(CUSTOMER, "wamid.1").await;
        let report = match status("wamid.1", None, StatusKind::Delivered, 5) {
            Report::Status(status) => Report::Status(Status {
                recipient: Some(CUSTOMER.into()),
                recipient_user: Some(USER.into()),
                ..status
            }),
            Report::Inbound(inbound) => panic!("{inbound:?}"),
        };
        world.record(vec![report]).await;
        let contact = world.stored(message).await.contact;
        assert_eq!(contact.phone(), Some(CUSTOMER));
        assert_eq!(contact.user_id(), Some(USER));
    })
    .await;
}

#[tokio::test]
async fn a_failure_told_by_the_provider_ends_the_message() {
    check(async |world| {
        let message = world.submitted(CUSTOMER, "wamid.1").await;
        let failed = || StatusKind::Failed(failure());
        assert_eq!(world.status("wamid.1", failed(), 5).await.statuses, 1);
        assert_eq!(world.status("wamid.1", failed(), 6).await.repeated, 1);
        assert_eq!(world.state(message).await, State::Failed);
        world.status("wamid.1", StatusKind::Delivered, 7).await;
        assert_eq!(world.state(message).await, State::Delivered);
    })
    .await;
}

#[tokio::test]
async fn a_token_is_believed_only_on_its_own_channel_and_of_a_message_that_exists() {
    check(async |world| {
        let in_flight = world.accept_and_begin(CUSTOMER, AttemptId(9)).await;
        let message = in_flight.message();
        let wrong_tail = AttemptToken {
            message: MessageId::from_parts(message.row(), message.tail() ^ 1),
            attempt: AttemptId(9),
        };
        let report = status("wamid.1", Some(wrong_tail), StatusKind::Sent, 5);
        assert_eq!(world.record(vec![report]).await.orphans, 1);
        let elsewhere = Id::from_u128(0xc2);
        let other = dragoman_core::catalog::Channel {
            id: elsewhere,
            slug: "other".into(),
            provider_id: "200".into(),
            ..crate::world::channel()
        };
        let change = dragoman_core::catalog::Change::Channel(other);
        world.store().change(vec![change]).await.unwrap();
        let report = status("wamid.2", Some(in_flight.token()), StatusKind::Sent, 5);
        let recorded = world.store().record(elsewhere, vec![report], MOMENT).await;
        assert_eq!(recorded.unwrap().orphans, 1);
        assert_eq!(world.state(message).await, State::InFlight);
    })
    .await;
}

#[tokio::test]
async fn a_webhook_is_recorded_in_one_commit() {
    check_embedded(async |world| {
        world.submitted(CUSTOMER, "wamid.1").await;
        let before = world.store().counts().commits;
        let kinds = [StatusKind::Sent, StatusKind::Delivered, StatusKind::Sent];
        let reports = kinds.map(|kind| status("wamid.1", None, kind, 5));
        let recorded = world.record(reports.to_vec()).await;
        let expected = Recorded {
            statuses: 2,
            repeated: 1,
            ..Recorded::default()
        };
        assert_eq!(recorded, expected);
        assert_eq!(world.store().counts().commits, before + 1);
    })
    .await;
}

#[tokio::test]
async fn an_echo_of_a_message_that_was_given_up_still_tells_the_truth() {
    check(async |world| {
        let in_flight = world.accept_and_begin(CUSTOMER, AttemptId(9)).await;
        world
            .settle(&in_flight, Settlement::Failed(failure()))
            .await;
        let token = Some(in_flight.token());
        world
            .record(vec![status("wamid.1", token, StatusKind::Delivered, 5)])
            .await;
        let stored = world.stored(in_flight.message()).await;
        assert_eq!(stored.fold.state, State::Delivered);
        assert_eq!(stored.provider_id.as_deref(), Some("wamid.1"));
    })
    .await;
}
