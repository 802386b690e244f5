//! A driver that only says what it has to be told.

use async_trait::async_trait;
use dragoman_core::catalog::Channel;
use dragoman_core::content::Kind;
use dragoman_core::message::InFlight;
use dragoman_core::outcome::{Receipt, SendError};
use dragoman_core::ports::{Driver, Echo, Http, Provider, ReceiveError, Received, Setting};

/// A driver whose channels need a `loft` and may have a `perch`.
pub(crate) struct Pigeon;

#[async_trait]
impl Driver for Pigeon {
    fn name(&self) -> &'static str {
        "pigeon"
    }

    fn settings(&self) -> &'static [Setting] {
        const LOFT: Setting = Setting {
            name: "loft",
            required: true,
        };
        const PERCH: Setting = Setting {
            name: "perch",
            required: false,
        };
        &[LOFT, PERCH]
    }

    fn takes(&self) -> &'static [Kind] {
        &Kind::OUTBOUND
    }

    fn echo(&self) -> Echo {
        unreachable!("the engine asks this")
    }

    async fn send(&self, _: &dyn Http, _: &Channel, _: &InFlight) -> Result<Receipt, SendError> {
        unreachable!("a dialect sends nothing")
    }

    fn verify(&self, _: &Channel, _: &[(String, String)]) -> Option<String> {
        unreachable!("a dialect hears no provider")
    }

    fn receive(&self, _: &Channel, _: Option<&str>, _: &[u8]) -> Result<Received, ReceiveError> {
        unreachable!("a dialect hears no provider")
    }

    fn signature_header(&self) -> &'static str {
        unreachable!("a dialect hears no provider")
    }

    fn provider(&self) -> Option<&dyn Provider> {
        None
    }

    fn shares_secret(&self, _: &Channel, _: &Channel) -> bool {
        unreachable!("a dialect hears no provider")
    }
}
