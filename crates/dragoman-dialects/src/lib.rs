//! The client APIs that Dragoman serves, one folder each.
//!
//! A dialect parses what a client asks into a `Submission`, hands it to the desk, and renders the
//! answer the way its original does. Its format renders events into the webhooks that its clients
//! expect. It decides no policy and opens no connection.
//!
//! Start reading with [`services`], then a folder's `mod.rs`, which is its route table.

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
mod memory;
pub mod native;
mod passwords;
pub mod services;
mod spans;
#[cfg(test)]
mod tests;
pub mod whatsapp_onprem;

use std::sync::Arc;

use dragoman_core::ports::Format;

/// Every format that a subscription can name. `links` makes the addresses in webhooks.
pub fn formats(links: &links::Links) -> Vec<Arc<dyn Format>> {
    vec![
        Arc::new(callbell::CallbellFormat::new(links.clone())),
        Arc::new(whatsapp_onprem::OnpremFormat),
    ]
}

/// The words for events that subscriptions to a format can choose among; none for a format that
/// there is not.
pub(crate) fn events(format: &str) -> &'static [&'static str] {
    match format {
        "callbell" => &callbell::EVENTS,
        "onprem" => &whatsapp_onprem::EVENTS,
        _ => &[],
    }
}
