//! How messages are sent.

use std::time::Duration;

use dragoman_core::catalog::Sending;
use dragoman_core::doubt::OnUnknown;
use dragoman_core::order::{After, OnTimeout, Order};
use serde::{Deserialize, Serialize};

use super::shape::shape;

#[derive(Serialize, Deserialize)]
#[serde(remote = "Sending")]
pub(crate) struct SendingRecord {
    #[serde(default, with = "OrderRecord")]
    order: Order,
    #[serde(default, with = "OnUnknownRecord")]
    on_unknown: OnUnknown,
    #[serde(default)]
    strict: bool,
    #[serde(default)]
    held: Option<Box<str>>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Order")]
pub(crate) struct OrderRecord {
    #[serde(default, with = "AfterRecord")]
    after: After,
    #[serde(default)]
    timeout: Option<Duration>,
    #[serde(default, with = "OnTimeoutRecord")]
    on_timeout: OnTimeout,
    #[serde(default)]
    strict: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "After", rename_all = "snake_case")]
pub(crate) enum AfterRecord {
    Nothing,
    Answer,
    Sent,
    Delivered,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "OnTimeout", rename_all = "snake_case")]
pub(crate) enum OnTimeoutRecord {
    Proceed,
    Hold,
    Fail,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "OnUnknown", rename_all = "snake_case")]
pub(crate) enum OnUnknownRecord {
    Hold,
    Fail,
    ResendOnce,
}

shape! {
    AfterRecord => After,
    OnUnknownRecord => OnUnknown,
}
