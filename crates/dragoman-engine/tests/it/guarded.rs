//! Files behind links that open with a client's credentials.

use std::time::Duration;

use dragoman_core::catalog::{Change, MediaAccess, MediaProvider};
use dragoman_core::content::MediaSource;
use dragoman_core::ports::Reach;
use dragoman_core::submission::Submission;
use dragoman_core::{Id, Secret, State};
use dragoman_testkit::until;

use crate::endpoints::Endpoint;
use crate::house::{CHANNEL, House, SOON, minutes, of_file, submission, submit};
use crate::preparing::{failure, sent, started};

const LINK: &str = "https://files.example.com/picture";

fn guarded(number: u32) -> Submission {
    let source = MediaSource::Guarded {
        link: LINK.into(),
        provider: "one".into(),
    };
    of_file(CHANNEL, number, source)
}

/// The channel has credentials with this name.
async fn knows(house: &House, name: &str, access: MediaAccess) {
    let provider = MediaProvider {
        id: Id::from_u128(0x3d),
        channel: CHANNEL,
        name: name.into(),
        access,
    };
    house.change(Change::MediaProvider(provider)).await;
}

fn bearer() -> MediaAccess {
    MediaAccess::Bearer(Secret::new("token"))
}

#[tokio::test]
async fn a_guarded_link_is_opened_with_the_channels_credentials() {
    let (house, engine) = started().await;
    knows(&house, "one", bearer()).await;
    let gives = Endpoint::Gives("image/jpeg; q=1", b"behind the link");
    house.endpoints.becomes(LINK, gives);
    sent(&house, &engine, guarded(1)).await;
    let asked = house.endpoints.last(LINK).unwrap();
    assert_eq!(
        asked.headers,
        [("authorization".into(), "Bearer token".to_owned())]
    );
    assert_eq!(asked.answer_limit, 100 * 1024 * 1024 + 1);
    assert_eq!(asked.reach, Reach::Public);
    let taken = house.driver.hands().taken();
    assert_eq!(&*taken[0].mime_type, "image/jpeg");
    assert_eq!(taken[0].bytes, b"behind the link");

    sent(&house, &engine, guarded(2)).await;
    assert_eq!(
        house.endpoints.calls(LINK),
        1,
        "it was fetched a moment ago"
    );
    house.clock.advance(minutes(10));
    sent(&house, &engine, guarded(3)).await;
    assert_eq!(house.endpoints.calls(LINK), 2);
    engine.stop().await;
}

#[tokio::test]
async fn a_guarded_link_that_does_not_open_ends_the_message() {
    let (house, engine) = started().await;
    let unknown = submit(&engine, guarded(1)).await;
    let failed = failure(&house, unknown).await;
    assert_eq!(failed.code, 131_053);
    let details = failed.details.unwrap();
    assert_eq!(&*details, "there is no media provider named one");
    knows(&house, "one", bearer()).await;
    for (number, status) in [(2, 401), (3, 403), (4, 404)] {
        house.endpoints.becomes(LINK, Endpoint::Answers(status));
        let message = submit(&engine, guarded(number)).await;
        assert_eq!(failure(&house, message).await.code, 131_053);
    }
    engine.stop().await;
}

#[tokio::test]
async fn a_clients_server_that_is_away_delays_its_message_and_no_other() {
    let (house, engine) = started().await;
    knows(&house, "one", bearer()).await;
    house.endpoints.becomes(LINK, Endpoint::IsAway);
    let message = submit(&engine, guarded(1)).await;
    until("it was tried", SOON, async || {
        (house.endpoints.calls(LINK) == 1).then_some(())
    })
    .await;
    house.becomes(message, State::Queued).await;
    // Time stands still: a channel that counts as unreachable would send nothing.
    sent(&house, &engine, submission(CHANNEL, 2)).await;
    house
        .endpoints
        .becomes(LINK, Endpoint::Gives("image/png", b"back"));
    until("it is sent", SOON, async || {
        house.clock.advance(Duration::from_secs(1));
        (house.state(message).await == State::Submitted).then_some(())
    })
    .await;
    engine.stop().await;
}
