//! How far messages come, as operators see it.

use dragoman_core::State;
use dragoman_core::inbound::Report;
use dragoman_core::ports::Incoming;
use dragoman_engine::{Engine, IntakeAnswer};

use crate::house::{CHANNEL, House, call, echo, submission, submit};

fn counted(engine: &Engine, name: &str) -> Vec<(Vec<String>, f64)> {
    let metrics = engine.metrics().into_iter();
    let wanted = metrics.filter(|metric| metric.name == name);
    let rows = wanted.map(|metric| {
        let labels = metric.labels.into_iter().map(|(_, value)| value);
        (labels.collect(), metric.value)
    });
    rows.collect()
}

#[tokio::test]
async fn a_status_that_is_repeated_counts_once_and_as_a_repetition() {
    let house = House::new().await;
    let engine = house.start().await;
    let message = submit(&engine, submission(CHANNEL, 1)).await;
    house.becomes(message, State::Submitted).await;
    let post = *house.driver.posts().last().unwrap();
    house.driver.says(vec![Incoming {
        provider_id: "provider-demo".into(),
        reports: vec![Report::Status(echo(post))],
    }]);
    for _ in 0..3 {
        assert_eq!(call(&engine, "demo").await, IntakeAnswer::Taken);
    }
    let row = |labels: &[&str], value| {
        let labels = labels.iter().map(ToString::to_string);
        (labels.collect::<Vec<_>>(), value)
    };
    let submitted = counted(&engine, "dragoman_submitted_total");
    assert_eq!(submitted, [row(&["demo"], 1.0)]);
    let statuses = counted(&engine, "dragoman_statuses_total");
    assert_eq!(statuses, [row(&["demo", "sent"], 1.0)]);
    let repeated = counted(&engine, "dragoman_repeated_total");
    assert_eq!(repeated, [row(&[], 2.0)]);
    engine.stop().await;
}
