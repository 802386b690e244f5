//! When a channel stops sending and when it sends again, for people to hear of.

use std::fmt;
use std::time::Duration;

/// Why a channel sends nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// The provider throttles it with this code.
    Throttled(i64),
    /// The provider holds it back with this code, because of its bad name.
    BadName(i64),
    /// The provider takes nothing of it until somebody mends what this code stands for.
    Broken(i64),
    /// The provider cannot be reached.
    Unreachable,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Throttled(code) | Self::BadName(code) | Self::Broken(code) => write!(f, "{code}"),
            Self::Unreachable => f.write_str("unreachable"),
        }
    }
}

/// What people should hear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum News {
    /// The channel sends nothing, at first for this long.
    Stopped(Why, Duration),
    /// It sends again.
    SendsAgain,
}

/// Whether a channel is stopped. Pauses that follow each other for the same reason are one stop.
#[derive(Debug, Default)]
pub(super) struct Stop {
    why: Option<Why>,
    news: Option<News>,
}

impl Stop {
    /// A pause begins.
    pub(super) fn begin(&mut self, why: Why, pause: Duration) {
        if self.why != Some(why) {
            self.why = Some(why);
            self.news = Some(News::Stopped(why, pause));
        }
    }

    /// The provider has taken a message.
    pub(super) const fn sends(&mut self) {
        if self.why.take().is_some() {
            self.news = Some(News::SendsAgain);
        }
    }

    /// The provider has answered.
    pub(super) const fn reached(&mut self) {
        if matches!(self.why, Some(Why::Unreachable)) {
            self.sends();
        }
    }

    /// Why nothing was sent of late.
    pub(super) const fn why(&self) -> Option<Why> {
        self.why
    }

    /// What has not been told yet.
    pub(super) const fn news(&mut self) -> Option<News> {
        self.news.take()
    }
}
