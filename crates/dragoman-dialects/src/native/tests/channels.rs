//! Channels: making them, and changing them.

use dragoman_core::ports::Store;
use dragoman_testkit::tenant;
use serde_json::{Value, json};

use super::house::{ACME, CHANNEL, House, problem};

/// A good new channel with these settings.
fn new_channel(settings: Value) -> Value {
    json!({ "driver": "pigeon", "slug": "second", "account": "acme", "phone_number_id": "1",
        "settings": settings })
}

async fn add(house: &House, new: Value) -> super::house::Heard {
    house
        .operator("POST", "/api/v1/channels", new.to_string())
        .await
}

#[tokio::test]
async fn a_channel_has_what_its_driver_requires_and_nothing_that_it_does_not_know() {
    let house = House::new();
    for (settings, said) in [
        (json!({}), "loft is missing"),
        (json!({ "loft": "" }), "loft is missing"),
        (
            json!({ "loft": "a", "app_secret": "b" }),
            "pigeon has no setting \"app_secret\"",
        ),
        (
            json!({ "loft": "a", "onprem_api_key": "12345678901" }),
            "onprem_api_key must have 12 to 128 characters",
        ),
    ] {
        let heard = add(&house, new_channel(settings)).await;
        assert_eq!(problem(&heard), (400, "invalid", "settings"));
        assert_eq!(heard.1["error"]["message"], said);
    }
    let (status, made) = add(&house, new_channel(json!({ "loft": "a", "perch": "b" }))).await;
    assert_eq!(status, 201, "{made}");
    assert_eq!(made["webhook_url"], "https://gw.example/in/pigeon/second");
    let catalog = house.store.catalog();
    let channel = catalog.channel_by_name("second").unwrap();
    assert_eq!(
        (channel.setting("loft"), channel.setting("perch")),
        ("a", "b")
    );
    assert!(!channel.main, "the account has a main channel");
}

#[tokio::test]
async fn a_driver_that_there_is_not_is_refused_with_the_names_of_those_that_there_are() {
    let mut new = new_channel(json!({ "loft": "a" }));
    new["driver"] = "owl".into();
    let heard = add(&House::new(), new).await;
    assert_eq!(problem(&heard), (400, "invalid", "driver"));
    assert_eq!(heard.1["error"]["message"], "must be one of pigeon");
}

#[tokio::test]
async fn of_two_first_channels_that_are_made_at_once_one_is_the_main_one() {
    let house = House::new();
    house.store.rewrite(|catalog| catalog.channels.clear());
    let mut third = new_channel(json!({ "loft": "a" }));
    third["slug"] = "third".into();
    let (second, third) = tokio::join!(
        add(&house, new_channel(json!({ "loft": "a" }))),
        add(&house, third)
    );
    assert_eq!((second.0, third.0), (201, 201));
    let catalog = house.store.catalog();
    let main = catalog.channels.iter().filter(|channel| channel.main);
    assert_eq!(main.count(), 1);
}

#[tokio::test]
async fn a_channel_with_the_uuid_of_another_does_not_take_its_place() {
    let house = House::new();
    let mut new = new_channel(json!({ "loft": "a" }));
    new["uuid"] = CHANNEL.simple().into();
    assert_eq!(problem(&add(&house, new).await), (409, "taken", ""));
    let catalog = house.store.catalog();
    assert_eq!(&*catalog.channel(CHANNEL).unwrap().slug, "main");
}

#[tokio::test]
async fn two_changes_of_a_channel_at_once_both_survive() {
    let house = House::new();
    let set = |body: Value| house.operator("PATCH", "/api/v1/channels/main", body.to_string());
    let (rate, title) = tokio::join!(
        set(json!({ "rate": "7/s" })),
        set(json!({ "title": "Main number", "enabled": false }))
    );
    assert_eq!((rate.0, title.0), (200, 200));
    let catalog = house.store.catalog();
    let channel = catalog.channel_of(tenant(ACME), CHANNEL).unwrap();
    assert_eq!(channel.rate.to_string(), "7/s");
    assert_eq!(&*channel.title, "Main number");
    assert!(!channel.enabled);
}

#[tokio::test]
async fn what_a_channel_cannot_have_is_refused_and_named() {
    let house = House::new();
    for (body, field) in [
        (json!({ "rate": "fast" }), "rate"),
        (json!({ "concurrency": 0 }), "concurrency"),
        (json!({ "title": " " }), "title"),
    ] {
        let path = "/api/v1/channels/main";
        let heard = house.operator("PATCH", path, body.to_string()).await;
        assert_eq!(problem(&heard), (400, "invalid", field));
    }
    let nowhere = house
        .operator("PATCH", "/api/v1/channels/nowhere", "{}")
        .await;
    assert_eq!(problem(&nowhere), (404, "not_found", ""));
}

#[tokio::test]
async fn a_channel_has_a_window_for_repetitions_until_it_is_taken_away() {
    let house = House::new();
    let set = async |body: Value| {
        let path = "/api/v1/channels/main";
        house.operator("PATCH", path, body.to_string()).await
    };
    for (given, shown) in [
        (json!("60s"), json!("1m")),
        (json!("24h"), json!("1d")),
        (json!(null), json!(null)),
    ] {
        let (status, channel) = set(json!({ "duplicate_window": given })).await;
        assert_eq!((status, &channel["duplicate_window"]), (200, &shown));
    }
    set(json!({ "duplicate_window": "90s" })).await;
    let (_, channel) = set(json!({ "title": "Main number" })).await;
    assert_eq!(
        channel["duplicate_window"], "90s",
        "what is not named stays"
    );
    let heard = set(json!({ "duplicate_window": "2d" })).await;
    assert_eq!(problem(&heard), (400, "invalid", "duplicate_window"));
}

#[tokio::test]
async fn the_order_of_conversations_is_set_part_by_part() {
    let house = House::new();
    let path = "/api/v1/channels/main";
    let set = async |change: Value| {
        let (status, shown) = house.operator("PATCH", path, change.to_string()).await;
        assert_eq!(status, 200, "{shown}");
        let shown = |name: &str| shown[name].clone();
        [
            shown("order"),
            shown("order_timeout"),
            shown("on_order_timeout"),
            shown("order_strict"),
        ]
    };
    let usual = set(json!({})).await;
    assert_eq!(json!(usual), json!(["answer", null, "proceed", false]));
    let delivered = set(json!({ "order": "delivered" })).await;
    assert_eq!(
        json!(delivered),
        json!(["delivered", "1m", "proceed", false])
    );
    let more = json!({ "order_timeout": "90s", "on_order_timeout": "hold", "order_strict": true });
    assert_eq!(
        json!(set(more).await),
        json!(["delivered", "90s", "hold", true])
    );
    for (name, value) in [
        ("order", "soon"),
        ("on_order_timeout", "panic"),
        ("order_timeout", "0s"),
    ] {
        let change = json!({ name: value }).to_string();
        let (status, said) = house.operator("PATCH", path, change).await;
        assert_eq!(status, 400, "{said}");
    }
}
