//! What a webhook proves beside what it says.

use dragoman_core::inbound::Report;
use dragoman_core::ports::Recorded;
use dragoman_core::{Id, Timestamp};

use super::Intake;

impl Intake {
    /// What echoes prove about attempts that nobody was waiting for.
    pub(super) fn note_echoes(&self, channel: Id, recorded: &Recorded) {
        let meters = &self.shared.meters.doubts;
        meters.foreign.add(recorded.foreign.into());
        for proven in &recorded.late {
            let message = proven.message;
            meters.late_echoes.count();
            tracing::warn!(message_id = %message, "an echo proves that a message was sent which was to be sent again: it is not");
            self.dispatcher.withdraw(channel, *proven);
        }
        for proven in &recorded.regressed {
            let message = proven.message;
            meters.regressions.count();
            tracing::error!(message_id = %message, "store_regression: an echo of an attempt that the store has no record of: every channel is held until `dragoman channel release`");
            self.dispatcher.withdraw(channel, *proven);
        }
    }
}

/// The provider's time of what it tells.
pub(super) const fn happened_at(report: &Report) -> Timestamp {
    match report {
        Report::Inbound(inbound) => inbound.at,
        Report::Status(status) => status.at,
    }
}
