//! `/v1/stats` and `/v1/metrics`: those of the original's figures that we have, as JSON or for
//! Prometheus. The gateway's own metrics are at `/metrics` of its common listener.

use std::fmt::Write;

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use crate::whatsapp_onprem::Onprem;
use crate::whatsapp_onprem::caller::{ThisChannel, Watcher};
use crate::whatsapp_onprem::render::answer;
use crate::whatsapp_onprem::wire::Query;

/// The content type of Prometheus' text format.
const PROMETHEUS: &str = "text/plain; version=0.0.4";

/// One number that can go up and down.
struct Gauge {
    name: &'static str,
    help: &'static str,
    value: u64,
}

/// What the original counted of messages and callbacks on their way; nothing of that is counted per
/// channel here.
pub(in crate::whatsapp_onprem) async fn app(_: Watcher, query: Query) -> Response {
    told(
        &query,
        &[],
        |figures| json!({ "stats": { "app": figures } }),
    )
}

/// What waits.
pub(in crate::whatsapp_onprem) async fn db(
    State(house): State<Onprem>,
    watcher: Watcher,
    query: Query,
) -> Response {
    let waiting = Gauge {
        name: "db_pending_messages",
        help: "Current number of pending messages in DB",
        value: pending(&house, watcher.channel),
    };
    told(
        &query,
        &[waiting],
        |figures| json!({ "stats": { "db": figures } }),
    )
}

/// The server itself.
pub(in crate::whatsapp_onprem) async fn web(
    State(house): State<Onprem>,
    _: Watcher,
    query: Query,
) -> Response {
    let uptime = Gauge {
        name: "web_uptime",
        help: "Uptime in seconds",
        value: house.services.clock.monotonic().as_secs(),
    };
    told(&query, &[uptime], |figures| json!({ "metrics": figures }))
}

/// The channel's messages that are not settled.
fn pending(house: &Onprem, channel: ThisChannel) -> u64 {
    let counts = house.services.store.counts();
    let own = counts.unsettled.iter().filter(|(of, ..)| *of == channel.id);
    own.map(|(_, _, count)| count).sum()
}

fn told(query: &Query, gauges: &[Gauge], framed: fn(Value) -> Value) -> Response {
    if query.get("format") != Some("prometheus") {
        return answer(StatusCode::OK, framed(as_json(gauges)));
    }
    let headers = [
        (CONTENT_TYPE, PROMETHEUS),
        (CACHE_CONTROL, "no-cache, private"),
    ];
    (headers, as_text(gauges)).into_response()
}

fn as_json(gauges: &[Gauge]) -> Value {
    let figures = gauges.iter().map(|gauge| {
        let figure = json!({
            "type": "gauge",
            "help": gauge.help,
            "data": [{ "value": gauge.value }],
        });
        (gauge.name.to_owned(), figure)
    });
    Value::Object(figures.collect::<Map<_, _>>())
}

fn as_text(gauges: &[Gauge]) -> String {
    gauges.iter().fold(String::new(), |mut text, gauge| {
        let Gauge { name, help, value } = gauge;
        let line = format!("# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}\n");
        text.write_str(&line).expect("a text takes every text");
        text
    })
}
