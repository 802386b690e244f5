//! Files that the provider is given before their message departs.

use std::time::Duration;

use dragoman_core::catalog::Change;
use dragoman_core::content::MediaSource;
use dragoman_core::event::What;
use dragoman_core::file::{File, Upload};
use dragoman_core::inbound::{Report, Status, StatusKind};
use dragoman_core::outcome::{Again, Failure, Slow};
use dragoman_core::ports::{Incoming, Store};
use dragoman_core::submission::Submission;
use dragoman_core::{Id, MessageId, State};
use dragoman_engine::{Engine, IntakeAnswer};
use dragoman_store::SqliteStore;
use dragoman_testkit::{tenant, until};

use crate::doubles::{DoubleDriver, Provider};
use crate::hands::{Hand, LASTS, NO_FILE};
use crate::house::{
    ACCOUNT, CHANNEL, House, OTHER, SOON, at, call, channel, echo, minutes, of_file, picture,
    submission, submit,
};
use crate::shelf::{PICTURE, file};

/// An installation whose provider takes files.
pub(crate) async fn started() -> (House, Engine) {
    let store = SqliteStore::in_memory().unwrap();
    let house = House::around(store, DoubleDriver::preparing()).await;
    let engine = house.start().await;
    (house, engine)
}

/// Sends it, and waits until the provider has taken it.
pub(crate) async fn sent(house: &House, engine: &Engine, what: Submission) {
    let message = submit(engine, what).await;
    house.becomes(message, State::Submitted).await;
}

/// Why the message failed.
pub(crate) async fn failure(house: &House, message: MessageId) -> Failure {
    house.becomes(message, State::Failed).await;
    let timeline = house
        .store
        .timeline(tenant(ACCOUNT), message)
        .await
        .unwrap();
    let events = timeline.unwrap().events.into_iter();
    let mut failures = events.filter_map(|event| {
        if let What::Failed { failure, .. } = event.what {
            Some(failure)
        } else {
            None
        }
    });
    failures.next().unwrap()
}

/// Submits as many messages, each with another file that we keep, to as many customers.
async fn files_of_their_own(house: &House, engine: &Engine, count: u32) -> Vec<MessageId> {
    let mut messages = Vec::new();
    for number in 1..=count {
        let id = Id::from_u128(number.into());
        house.files.has(id, b"another picture");
        let what = of_file(CHANNEL, number, MediaSource::Stored(id));
        messages.push(submit(engine, what).await);
    }
    messages
}

async fn uploads(house: &House, count: usize) {
    until(&format!("{count} files are uploaded"), SOON, async || {
        (house.driver.hands().taken().len() >= count).then_some(())
    })
    .await;
}

async fn waiting(house: &House, count: usize) {
    until(&format!("{count} files wait"), SOON, async || {
        (house.driver.hands().waiting() == count).then_some(())
    })
    .await;
}

fn counted(engine: &Engine, name: &str, word: &str) -> f64 {
    let mut metrics = engine.metrics().into_iter();
    let counted = metrics
        .find(|metric| metric.name == name && metric.labels.iter().any(|(_, label)| label == word));
    counted.unwrap().value
}

#[tokio::test]
async fn a_file_is_uploaded_once_and_sent_by_its_id_from_then_on() {
    let (house, engine) = started().await;
    for number in 0..3 {
        sent(&house, &engine, picture(CHANNEL, number)).await;
    }
    let taken = house.driver.hands().taken();
    assert_eq!(taken.len(), 1);
    assert_eq!(
        (&*taken[0].mime_type, &*taken[0].bytes),
        ("image/png", &b"picture"[..])
    );
    assert_eq!(house.driver.prepared(), vec![Some("media-1".to_owned()); 3]);
    assert_eq!(counted(&engine, "dragoman_uploads_total", "done"), 1.0);
    assert_eq!(counted(&engine, "dragoman_file_bytes_total", "out"), 7.0);
    engine.stop().await;
}

#[tokio::test]
async fn what_needs_no_preparation_asks_nobody() {
    let (house, engine) = started().await;
    sent(&house, &engine, submission(CHANNEL, 1)).await;
    let link = MediaSource::Link("https://files.example.com/open".into());
    sent(&house, &engine, of_file(CHANNEL, 2, link)).await;
    assert_eq!(house.files.count("file"), 0);
    assert_eq!(house.driver.prepared(), [None, None]);
    engine.stop().await;
}

#[tokio::test]
async fn messages_with_the_same_file_at_the_same_moment_upload_it_once() {
    let (house, engine) = started().await;
    house.driver.hands().next(&[Hand::Waits]);
    let mut messages = Vec::new();
    for number in 0..3 {
        messages.push(submit(&engine, picture(CHANNEL, number)).await);
    }
    until("all have looked for the file", SOON, async || {
        (house.files.count("file") == 3).then_some(())
    })
    .await;
    waiting(&house, 1).await;
    house.driver.hands().release();
    for message in messages {
        house.becomes(message, State::Submitted).await;
    }
    assert_eq!(house.driver.hands().taken().len(), 1);
    engine.stop().await;
}

#[tokio::test]
async fn each_channel_uploads_for_itself_and_two_files_at_once() {
    let (house, engine) = started().await;
    house.change(Change::Channel(channel(OTHER, "other"))).await;
    house.driver.hands().always(CHANNEL, Hand::Waits);
    let messages = files_of_their_own(&house, &engine, 4).await;
    until("all have looked for their file", SOON, async || {
        (house.files.count("upload") >= 8).then_some(())
    })
    .await;
    waiting(&house, 2).await;
    sent(&house, &engine, picture(OTHER, 5)).await;
    assert_eq!(house.driver.hands().waiting(), 2);
    house.driver.hands().release();
    for message in messages {
        house.becomes(message, State::Submitted).await;
    }
    assert_eq!(house.driver.hands().taken().len(), 5);
    engine.stop().await;
}

#[tokio::test]
async fn slow_uploads_leave_slots_to_messages_without_a_file() {
    let (house, engine) = started().await;
    house.driver.hands().always(CHANNEL, Hand::Waits);
    let messages = files_of_their_own(&house, &engine, 20).await;
    waiting(&house, 2).await;
    sent(&house, &engine, submission(CHANNEL, 21)).await;
    assert_eq!(house.driver.hands().waiting(), 2);
    house.driver.hands().release();
    for message in messages {
        until("it is sent", SOON, async || {
            house.clock.advance(Duration::from_secs(1));
            (house.state(message).await == State::Submitted).then_some(())
        })
        .await;
    }
    assert_eq!(house.driver.hands().taken().len(), 20, "each once");
    engine.stop().await;
}

#[tokio::test]
async fn a_message_that_waits_too_long_for_others_files_expires() {
    let (house, engine) = started().await;
    house.driver.hands().always(CHANNEL, Hand::Waits);
    let mut messages = Vec::new();
    for number in 1..=3 {
        let id = Id::from_u128(number.into());
        house.files.has(id, b"another picture");
        let what = Submission {
            ttl: Some(minutes(10)),
            ..of_file(CHANNEL, number, MediaSource::Stored(id))
        };
        messages.push(submit(&engine, what).await);
    }
    until("all have looked for their file", SOON, async || {
        (house.files.count("upload") >= 6).then_some(())
    })
    .await;
    waiting(&house, 2).await;
    house.clock.advance(minutes(11));
    house.driver.hands().release();
    for message in messages {
        house.becomes(message, State::Expired).await;
    }
    assert_eq!(house.driver.hands().taken().len(), 2);
    engine.stop().await;
}

#[tokio::test]
async fn a_file_that_a_status_blames_is_uploaded_anew() {
    let (house, engine) = started().await;
    sent(&house, &engine, picture(CHANNEL, 1)).await;
    let failed = |code| Status {
        kind: StatusKind::Failed(Failure::new(code, "Media upload error")),
        ..echo(*house.driver.posts().last().unwrap())
    };
    let says = async |status: Status| {
        house.driver.says(vec![Incoming {
            provider_id: "provider-demo".into(),
            reports: vec![Report::Status(status)],
        }]);
        assert_eq!(call(&engine, "demo").await, IntakeAnswer::Taken);
    };
    let without_token = Status {
        token: None,
        ..failed(131_053)
    };
    says(without_token.clone()).await;
    sent(&house, &engine, picture(CHANNEL, 2)).await;
    assert_eq!(house.driver.hands().taken().len(), 1, "of no message");
    says(failed(131_026)).await;
    sent(&house, &engine, picture(CHANNEL, 3)).await;
    assert_eq!(house.driver.hands().taken().len(), 1, "not the file");
    let blamed = failed(131_053);
    says(blamed.clone()).await;
    sent(&house, &engine, picture(CHANNEL, 4)).await;
    assert_eq!(house.driver.hands().taken().len(), 2);
    says(blamed).await;
    sent(&house, &engine, picture(CHANNEL, 5)).await;
    assert_eq!(house.driver.hands().taken().len(), 2, "only repeated");
    engine.stop().await;
}

#[tokio::test]
async fn an_upload_that_is_nearly_over_is_made_anew() {
    let (house, engine) = started().await;
    let lasting = |minutes| Upload {
        provider_id: "old".into(),
        until: at(minutes),
    };
    let key = (PICTURE, CHANNEL);
    house
        .files
        .state
        .lock()
        .unwrap()
        .uploads
        .insert(key, lasting(61));
    sent(&house, &engine, picture(CHANNEL, 1)).await;
    house
        .files
        .state
        .lock()
        .unwrap()
        .uploads
        .insert(key, lasting(60));
    sent(&house, &engine, picture(CHANNEL, 2)).await;
    let prepared = house.driver.prepared();
    assert_eq!(
        prepared,
        [Some("old".to_owned()), Some("media-1".to_owned())]
    );
    let until = house.files.state.lock().unwrap().uploads[&key].until;
    assert_eq!(until, at(0).plus(LASTS));
    engine.stop().await;
}

#[tokio::test]
async fn that_a_file_is_used_is_noted_now_and_then() {
    let (house, engine) = started().await;
    sent(&house, &engine, picture(CHANNEL, 1)).await;
    assert_eq!(house.files.count("used_file"), 0, "it is new");
    house.clock.advance(minutes(61));
    for number in 2..4 {
        sent(&house, &engine, picture(CHANNEL, number)).await;
    }
    assert_eq!(house.files.count("used_file"), 1);
    let used_at = house.files.state.lock().unwrap().files[&PICTURE].used_at;
    assert_eq!(used_at, at(61));
    engine.stop().await;
}

#[tokio::test]
async fn a_message_whose_file_is_gone_fails() {
    let (house, engine) = started().await;
    let foreign = File {
        account: Id::from_u128(0xbad),
        ..file(Id::from_u128(2), 1)
    };
    let mut without_bytes = file(Id::from_u128(3), 1);
    without_bytes.filename = Some("empty.png".into());
    for known in [foreign, without_bytes] {
        let mut state = house.files.state.lock().unwrap();
        state.files.insert(known.id, known);
    }
    for number in 1..=3 {
        let id = Id::from_u128(number.into());
        let what = of_file(CHANNEL, number, MediaSource::Stored(id));
        let message = submit(&engine, what).await;
        let failure = failure(&house, message).await;
        assert_eq!(failure.code, 131_053);
        assert_eq!(failure.details.as_deref(), Some("the file is gone"));
    }
    assert_eq!(house.driver.posts().len(), 0);
    engine.stop().await;
}

#[tokio::test]
async fn a_channel_whose_provider_takes_no_files_fails_what_needs_it() {
    let house = House::new().await;
    let engine = house.start().await;
    let message = submit(&engine, picture(CHANNEL, 1)).await;
    assert_eq!(failure(&house, message).await.code, 131_053);
    engine.stop().await;
}

#[tokio::test]
async fn an_upload_that_failed_is_tried_again_and_one_that_is_refused_is_not() {
    let (house, engine) = started().await;
    house
        .driver
        .hands()
        .next(&[Hand::Refuses(Again::After(minutes(1)))]);
    let message = submit(&engine, picture(CHANNEL, 1)).await;
    uploads(&house, 1).await;
    house.becomes(message, State::Queued).await;
    assert_eq!(house.driver.posts().len(), 0);
    house.clock.advance(minutes(2));
    house.becomes(message, State::Submitted).await;

    house.files.has(Id::from_u128(1), b"broken");
    house.driver.hands().next(&[Hand::Refuses(Again::Never)]);
    let broken = of_file(CHANNEL, 2, MediaSource::Stored(Id::from_u128(1)));
    let message = submit(&engine, broken).await;
    assert_eq!(failure(&house, message).await.code, NO_FILE);
    assert_eq!(counted(&engine, "dragoman_uploads_total", "failed"), 2.0);
    engine.stop().await;
}

#[tokio::test]
async fn a_store_that_is_unwell_delays_a_file_and_loses_nothing() {
    let (house, engine) = started().await;
    for verb in ["file", "upload", "get"] {
        house.files.fail(&[verb]);
        let before = house.files.count(verb);
        let id = Id::from_u128(house.driver.posts().len() as u128 + 1);
        house.files.has(id, b"picture");
        let message = submit(&engine, of_file(CHANNEL, 1, MediaSource::Stored(id))).await;
        until("the store was asked", SOON, async || {
            (house.files.count(verb) > before).then_some(())
        })
        .await;
        house.files.fail(&[]);
        until("it is sent", SOON, async || {
            house.clock.advance(Duration::from_secs(1));
            (house.state(message).await == State::Submitted).then_some(())
        })
        .await;
    }
    house.files.fail(&["keep_upload", "used_file"]);
    sent(&house, &engine, picture(CHANNEL, 2)).await;
    engine.stop().await;
}

#[tokio::test]
async fn a_file_that_the_provider_no_longer_has_is_uploaded_anew() {
    let (house, engine) = started().await;
    sent(&house, &engine, picture(CHANNEL, 1)).await;
    house.driver.next(&[Provider::MissesTheFile]);
    let message = submit(&engine, picture(CHANNEL, 2)).await;
    until("it is sent", SOON, async || {
        house.clock.advance(Duration::from_secs(1));
        (house.state(message).await == State::Submitted).then_some(())
    })
    .await;
    let prepared = house.driver.prepared();
    let expected = ["media-1", "media-1", "media-2"];
    assert!(prepared.iter().flatten().eq(&expected), "{prepared:?}");
    engine.stop().await;
}

#[tokio::test]
async fn a_file_that_the_provider_does_not_know_right_after_its_upload_ends_the_message() {
    let (house, engine) = started().await;
    house.driver.next(&[Provider::MissesTheFile]);
    let message = submit(&engine, picture(CHANNEL, 1)).await;
    assert_eq!(failure(&house, message).await.code, NO_FILE);
    engine.stop().await;
}

#[tokio::test]
async fn a_file_stays_uploaded_when_a_message_is_refused_for_another_reason() {
    let (house, engine) = started().await;
    sent(&house, &engine, picture(CHANNEL, 1)).await;
    let refuses = Provider::Refuses(Again::Never, Slow::Message);
    house.driver.next(&[refuses]);
    let message = submit(&engine, picture(CHANNEL, 2)).await;
    house.becomes(message, State::Failed).await;
    sent(&house, &engine, picture(CHANNEL, 3)).await;
    assert_eq!(house.driver.hands().taken().len(), 1);
    engine.stop().await;
}

#[tokio::test]
async fn a_stop_lets_an_upload_end_and_begins_no_other() {
    let (house, engine) = started().await;
    house.driver.hands().always(CHANNEL, Hand::Waits);
    let messages = files_of_their_own(&house, &engine, 3).await;
    until("all have looked for their file", SOON, async || {
        (house.files.count("upload") >= 6).then_some(())
    })
    .await;
    waiting(&house, 2).await;
    tokio::join!(engine.stop(), async {
        until("it drains", SOON, async || {
            let refused = engine.desk().submit(submission(CHANNEL, 9)).await;
            refused.is_err().then_some(())
        })
        .await;
        house.driver.hands().release();
    });
    // They are claimed again at the next start, and then need not be uploaded.
    for message in messages {
        assert_eq!(house.state(message).await, State::Claimed);
    }
    assert_eq!(house.driver.hands().taken().len(), 2);
    assert_eq!(house.files.count("keep_upload"), 2);
    assert_eq!(house.driver.posts().len(), 0);
}
