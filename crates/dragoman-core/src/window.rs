//! The customer service window.

use std::time::Duration;

use crate::time::Timestamp;

/// Free-form messages are allowed for this long after a customer's last message.
pub const SERVICE_WINDOW: Duration = Duration::from_secs(24 * 3600);

/// The same, after the customer came by an advertisement.
pub const REFERRAL_WINDOW: Duration = Duration::from_secs(72 * 3600);

/// A feed that was silent for longer than this has a gap: we may have missed a customer.
pub const FEED_TOLERANCE: Duration = Duration::from_secs(15 * 60);

/// Whether free-form messages are allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// Allowed until then.
    Open(Timestamp),
    /// Not allowed: nobody wrote, and we would have heard.
    Closed,
    /// We may have missed a message; the provider decides.
    Unknown,
}

/// What is known about a conversation's window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// The customer's last message.
    pub last_inbound: Option<Timestamp>,
    /// The customer's last message that came by an advertisement.
    pub last_referral: Option<Timestamp>,
}

impl Heard {
    /// When the window closes, as far as we have heard.
    fn until(self) -> Option<Timestamp> {
        let service = self.last_inbound.map(|at| at.plus(SERVICE_WINDOW));
        service.max(self.last_referral.map(|at| at.plus(REFERRAL_WINDOW)))
    }
}

/// The state of a window at `now`, on a channel whose feed is unbroken since `watched_since`.
pub fn window(heard: Heard, watched_since: Timestamp, now: Timestamp) -> Window {
    match heard.until() {
        Some(until) if until > now => Window::Open(until),
        _ if now.since(watched_since) >= SERVICE_WINDOW => Window::Closed,
        _ => Window::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    fn check(
        inbound_hours_ago: Option<u32>,
        referral_hours_ago: Option<u32>,
        watched_hours: u32,
        expected: &str,
    ) {
        let now = Timestamp::from_seconds(1_790_000_000);
        let ago = |hours: u32| now.minus(HOUR * hours);
        let heard = Heard {
            last_inbound: inbound_hours_ago.map(ago),
            last_referral: referral_hours_ago.map(ago),
        };
        let shown = match window(heard, ago(watched_hours), now) {
            Window::Open(until) => format!("open for {} h", until.since(now).as_secs() / 3600),
            Window::Closed => "closed".to_owned(),
            Window::Unknown => "unknown".to_owned(),
        };
        assert_eq!(shown, expected);
    }

    #[test]
    fn a_message_opens_the_window_for_a_day_and_an_advertisement_for_three() {
        check(Some(1), None, 100, "open for 23 h");
        check(Some(23), None, 1, "open for 1 h");
        check(Some(71), Some(71), 100, "open for 1 h");
    }

    #[test]
    fn the_window_is_closed_only_when_we_would_have_heard() {
        check(Some(24), None, 24, "closed");
        check(None, None, 24, "closed");
        check(Some(25), None, 23, "unknown");
        check(None, None, 2, "unknown");
        check(Some(80), Some(72), 100, "closed");
    }
}
