//! The client APIs that Dragoman serves, one folder each.
//!
//! A dialect parses what a client asks into a `Submission`, hands it to the desk, and renders the
//! answer the way its original does. Its format renders events into the webhooks that its clients
//! expect. It decides no policy and opens no connection.
//!
//! Start reading with [`services`], then a folder's `mod.rs`, which is its route table.

pub mod callbell;
mod credentials;
mod idempotency;
pub mod native;
pub mod services;
pub mod whatsapp_onprem;

use std::sync::Arc;

use dragoman_core::ports::Format;

/// Every format that a subscription can name.
pub fn formats() -> Vec<Arc<dyn Format>> {
    vec![
        Arc::new(callbell::CallbellFormat),
        Arc::new(whatsapp_onprem::OnpremFormat),
    ]
}
