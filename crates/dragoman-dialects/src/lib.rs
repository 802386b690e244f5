//! The client APIs that Dragoman serves, one folder each.
//!
//! A dialect parses what a client asks into a `Submission`, hands it to the desk, and renders the
//! answer the way its original does. Its format renders events into the webhooks that its clients
//! expect. It decides no policy and opens no connection.
//!
//! Start reading with [`services`], then a folder's `mod.rs`, which is its route table.

mod api_key;
mod body;
pub mod callbell;
mod control;
mod credentials;
mod custom_values;
#[cfg(test)]
mod doubles;
mod endpoint;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod idempotency;
pub mod limits;
pub mod links;
mod manner;
mod memory;
pub mod native;
mod need;
mod passwords;
pub mod services;
mod spans;
mod telling;
#[cfg(test)]
mod tests;
pub mod uses;
pub mod whatsapp_cloud;
pub mod whatsapp_onprem;

use std::sync::Arc;

use dragoman_core::ports::{Format, Happened};

/// Every format that a subscription can name. `links` makes the addresses in webhooks.
pub fn formats(links: &links::Links) -> Vec<Arc<dyn Format>> {
    vec![
        Arc::new(callbell::CallbellFormat::new(links.clone())),
        Arc::new(whatsapp_onprem::OnpremFormat),
        Arc::new(whatsapp_cloud::CloudFormat::new(links.clone())),
        Arc::new(native::DragomanFormat),
    ]
}

/// The words for events that subscriptions to a format can choose among; none for a format that
/// there is not.
pub(crate) fn events(format: &str) -> &'static [&'static str] {
    match format {
        "callbell" => &callbell::EVENTS,
        "onprem" => &whatsapp_onprem::EVENTS,
        "cloud" => &whatsapp_cloud::EVENTS,
        "dragoman" => &native::names::EVENTS,
        _ => &[],
    }
}

/// What something that happened is called in the words of a format; `None` where it has no word
/// for it.
pub(crate) fn event_name(format: &str, happened: &Happened) -> Option<&'static str> {
    match format {
        "callbell" => callbell::event_name(happened),
        "onprem" | "cloud" => match happened {
            Happened::Message(_, message) if message.inbound().is_some() => Some("messages"),
            Happened::Message(..) => Some("statuses"),
            Happened::News(..) => None,
        },
        "dragoman" => native::names::name(happened),
        _ => None,
    }
}
