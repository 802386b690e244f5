//! What the whole binary goes through: short in every run, and for as long as one likes with
//! `cargo xtask torture`. Each begins a trial, which has the seed and the time, and says at its end
//! what it has seen.

mod fairness;
mod herd;
mod lost;
mod rate;
mod receivers;
mod stops;

use std::time::Duration;

use dragoman_core::ports::Method;
use serde_json::{Value, json};

use crate::support::api;
use crate::support::process::Dev;

/// For what takes minutes when much is asked for.
const LONG: Duration = Duration::from_secs(1800);
/// Between two looks at something that takes long.
const LOOK_AGAIN: Duration = Duration::from_millis(200);

/// The emulator follows these rules of misbehaviour from now on.
async fn misbehaves(dev: &Dev, seed: u64, rules: &Value) {
    let url = format!("{}/emulator/v1/faults", dev.text("/emulator"));
    let plan = json!({ "seed": seed, "rules": rules }).to_string();
    let answer = api::call(Method::Put, &url, None, plan.as_bytes()).await;
    assert_eq!(answer.unwrap().status, 200);
}
