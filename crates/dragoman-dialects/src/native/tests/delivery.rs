//! How many messages reach the customers.

use std::time::Duration;

use dragoman_core::reckoning::Fared;
use dragoman_core::state::Fold;
use dragoman_core::{Id, State};
use serde_json::{Value, json};

use super::house::{House, NOW, made, problem};

const PATH: &str = "/api/v1/channels/main/delivery";
const HOUR: Duration = Duration::from_secs(3600);

/// A message that was accepted so many hours ago.
pub(super) fn ours(contact: Id, state: State, hours: u32, code: Option<i64>) -> Fared {
    Fared::Ours {
        contact,
        accepted_at: NOW.minus(HOUR * hours),
        fold: Fold {
            state,
            ..Fold::ACCEPTED
        },
        code,
    }
}

#[tokio::test]
async fn an_operator_sees_how_many_messages_arrive_and_whom_nothing_reaches() {
    let house = House::new();
    let new = json!({ "address": "+31612345678", "name": "Jan" });
    let jan = made(&house, "/api/v1/contacts", new).await;
    let id: Id = jan["id"].as_str().unwrap().parse().unwrap();
    let gone = Id::from_u128(99);
    for fared in [
        ours(id, State::Sent, 30, None),
        ours(gone, State::Sent, 26, None),
        Fared::Theirs {
            contact: gone,
            at: NOW.minus(HOUR),
        },
        ours(gone, State::Delivered, 2, None),
        ours(gone, State::Failed, 2, Some(131_026)),
        ours(gone, State::Queued, 0, None),
    ] {
        house.store.note_fared(fared);
    }
    let (status, delivery) = house.caller("acme", PATH).await;
    assert_eq!(status, 200, "{delivery}");
    let states = json!({ "sent": 2, "delivered": 1, "failed": 1, "queued": 1 });
    assert_eq!(delivery["states"], states);
    assert_eq!(
        (&delivery["messages"], &delivery["days"]),
        (&json!(5), &json!(7))
    );
    assert_eq!(
        delivery["failures"],
        json!([{ "code": 131_026, "messages": 1 }])
    );
    assert_eq!(
        (&delivery["judged"], &delivery["rate"]),
        (&json!(4), &json!(0.25))
    );
    let silent = &delivery["undelivered"];
    assert_eq!(
        (&silent[0]["phone"], &silent[0]["name"]),
        (&json!("31612345678"), &json!("Jan"))
    );
    assert_eq!(silent[0]["since"], NOW.minus(HOUR * 30).iso().to_string());
    let perhaps = |silent: &Value| silent["perhaps"].as_str().unwrap().to_owned();
    assert!(perhaps(&silent[0]).contains("have blocked this sender"));
    assert!(perhaps(&silent[1]).contains("had not blocked this sender"));
    assert_eq!(silent[1]["alive_at"], NOW.minus(HOUR).iso().to_string());
}

#[tokio::test]
async fn a_span_is_one_to_thirty_days_and_another_accounts_channel_is_none() {
    let house = House::new();
    let (status, delivery) = house.caller("acme", &format!("{PATH}?days=30")).await;
    assert_eq!((status, &delivery["days"]), (200, &json!(30)));
    assert_eq!(delivery["rate"], Value::Null);
    for wrong in ["0", "31", "-1", "week"] {
        let heard = house.caller("acme", &format!("{PATH}?days={wrong}")).await;
        assert_eq!(problem(&heard), (400, "invalid", "days"), "{wrong}");
    }
    let heard = house.caller("other", PATH).await;
    assert_eq!(problem(&heard), (404, "not_found", ""));
    house.store.sicken();
    let heard = house.caller("acme", PATH).await;
    assert_eq!(problem(&heard), (503, "unavailable", ""));
}
