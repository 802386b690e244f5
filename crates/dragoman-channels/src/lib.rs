//! The drivers: the code that speaks to one provider product each.
//!
//! A driver turns a message that is in flight into the provider's request, reads the answer into a
//! receipt or a proven refusal or a doubt, and reads the provider's webhooks into reports.
//!
//! It never opens a connection (it is handed an `Http` port), never keeps state between calls
//! (error codes that its table does not list are counted), never reads a clock, and never decides
//! whether a message may be sent.
//!
//! Start reading with [`whatsapp_cloud`]; every other product has the same files. What Meta's
//! products share is in `graph`.

use std::sync::Arc;

use dragoman_core::ports::Driver;

mod graph;
pub mod whatsapp_cloud;

pub use graph::{Codes, NotATable};

/// Every driver that there is. A new one is a folder and a line here. `codes` says what refusals of
/// Meta's products mean.
pub fn drivers(codes: &Arc<Codes>) -> Vec<Arc<dyn Driver>> {
    vec![Arc::new(whatsapp_cloud::WhatsappCloud::new(Arc::clone(
        codes,
    )))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_drivers_have_the_same_name() {
        let drivers = drivers(&Arc::default());
        let mut names: Vec<&str> = drivers.iter().map(|driver| driver.name()).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
        assert!(names.contains(&"whatsapp_cloud"));
    }
}
