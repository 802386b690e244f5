//! How much those who call may take.

use std::time::Duration;

use anyhow::bail;
use dragoman_engine::Bounds;
use serde::Deserialize;

use super::span::Span;

/// How much those who call may take. None of it holds on the control socket.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Limits {
    /// Connections at the same moment, of all listeners together.
    pub(crate) connections: usize,
    /// Connections at the same moment from one address; the machine's own and those of trusted
    /// proxies may be as many as there are.
    pub(crate) connections_per_address: usize,
    /// How long a client may take to say what it wants, and rest between two calls.
    pub(crate) head: Span,
    /// How long a body may stand still.
    pub(crate) pause: Span,
    /// How long a call may take until it is answered; large bodies may take longer.
    pub(crate) call: Span,
    /// Failed authentications of one address in a minute.
    pub(crate) failures: u32,
    /// Messages of one account that wait, in all its channels together.
    pub(crate) queued_per_account: u64,
    /// How long a submission may wait for its turn at the disk.
    pub(crate) wait: Span,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 10_000,
            connections_per_address: 500,
            head: Span(Duration::from_secs(10)),
            pause: Span(Duration::from_secs(10)),
            call: Span(Duration::from_secs(30)),
            failures: 20,
            queued_per_account: 100_000,
            wait: Span(Duration::from_secs(1)),
        }
    }
}

impl Limits {
    /// For a developer's machine, whose disk is everybody's.
    pub(crate) const fn for_developers(self) -> Self {
        Self {
            wait: Span(Duration::from_secs(10)),
            ..self
        }
    }

    /// Those that the engine keeps to.
    pub(crate) const fn bounds(self) -> Bounds {
        let Span(wait) = self.wait;
        Bounds {
            queued_per_account: self.queued_per_account,
            wait,
        }
    }

    pub(super) fn check(self) -> anyhow::Result<()> {
        let spans = [
            ("head", self.head),
            ("pause", self.pause),
            ("call", self.call),
            ("wait", self.wait),
        ];
        let counts = [
            ("connections", self.connections),
            ("connections_per_address", self.connections_per_address),
            ("failures", self.failures as usize),
            ("queued_per_account", self.queued_per_account as usize),
        ];
        let spans = spans.map(|(key, Span(span))| (key, span.is_zero()));
        let counts = counts.map(|(key, count)| (key, count == 0));
        if let Some((key, _)) = spans.iter().chain(&counts).find(|(_, is_zero)| *is_zero) {
            bail!("limits.{key}: must be more than nothing");
        }
        Ok(())
    }
}
