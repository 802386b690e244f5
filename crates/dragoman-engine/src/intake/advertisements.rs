//! Pictures of advertisements: fetched only where somebody is shown them.

use dragoman_core::Id;
use dragoman_core::inbound::Report;

use crate::shared::Shared;

/// Whether a subscription that hears of this channel is shown the pictures.
pub(super) fn are_shown(shared: &Shared, channel: Id) -> bool {
    let catalog = shared.store.catalog();
    let Some(channel) = catalog.channel(channel) else {
        return false;
    };
    let mut subscriptions = catalog.subscriptions.iter();
    subscriptions.any(|subscription| {
        subscription.enabled
            && subscription.account == channel.account
            && subscription.channel.is_none_or(|only| only == channel.id)
            && shared
                .format(&subscription.format)
                .is_some_and(|format| format.shows_advertisements(subscription))
    })
}

/// Leaves the pictures where they are.
pub(super) fn leave(reports: &mut [Report]) {
    for report in reports {
        match report {
            Report::Inbound(inbound) => {
                if let Some(referral) = &mut inbound.referral {
                    referral.picture = None;
                }
            }
            Report::Status(_) => {}
        }
    }
}
