//! A client program with many connections, in a process of its own.
//!
//! Closed loop: each connection sends its next message when the last one was answered, so the rate
//! is what the server can do. Open loop: messages are meant to leave at a fixed rate, and a latency
//! counts from the moment that was meant, so that a server that stalls cannot hide it.

mod call;
mod pace;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context;
use futures_util::future::try_join_all;
use serde::{Deserialize, Serialize};

use crate::cli::LoadArgs;
use crate::role;
use crate::statistics;
use crate::wire::connection::Connection;
use call::Caller;
use pace::Pace;

/// What came of a load.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Loaded {
    /// Answered as they should be.
    pub(crate) messages: u64,
    /// From the first request to the last answer.
    pub(crate) seconds: f64,
    /// Answered otherwise.
    pub(crate) refused: u64,
    /// Half of the answers came within so many milliseconds.
    pub(crate) p50_ms: f64,
    /// Ninety-nine of a hundred did.
    pub(crate) p99_ms: f64,
}

/// Loads, and says what came of it.
///
/// # Errors
/// A connection broke.
pub(crate) async fn run(args: LoadArgs) -> anyhow::Result<()> {
    let opening = (0..args.connections).map(|_| Connection::open(args.to));
    let connections = try_join_all(opening).await.context("connecting")?;
    let begun = Instant::now();
    let load = Load {
        next: AtomicU64::new(0),
        until: begun + Duration::from_secs_f64(args.seconds),
        pace: args
            .rate
            .map(|rate| Pace::start(rate, begun, args.messages)),
        args,
    };
    let load = Arc::new(load);
    let sending = connections.into_iter().map(|connection| {
        let load = Arc::clone(&load);
        tokio::spawn(async move { load.send_on(connection).await })
    });
    let sent = try_join_all(sending).await?;
    let seconds = begun.elapsed().as_secs_f64();
    let sent: Vec<Sent> = sent.into_iter().collect::<anyhow::Result<_>>()?;
    role::say(&summary(&sent, seconds))
}

struct Load {
    args: LoadArgs,
    next: AtomicU64,
    until: Instant,
    pace: Option<Pace>,
}

/// What one connection has done.
#[derive(Debug, Default)]
struct Sent {
    latencies: Vec<Duration>,
    refused: u64,
}

impl Load {
    async fn send_on(&self, mut connection: Connection) -> anyhow::Result<Sent> {
        let mut caller = Caller::new(&self.args);
        let mut sent = Sent::default();
        while let Some((number, meant)) = self.turn().await {
            let request = caller.request(self.args.first + number);
            let status = connection.call(request).await;
            if caller.is_success(status.context("sending a message")?) {
                sent.latencies.push(meant.elapsed());
            } else {
                sent.refused += 1;
            }
        }
        Ok(sent)
    }

    /// The next message, and when it is meant to leave.
    async fn turn(&self) -> Option<(u64, Instant)> {
        if let Some(pace) = &self.pace {
            let (number, meant) = pace.turn().await?;
            return (meant < self.until).then_some((number, meant));
        }
        let now = Instant::now();
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        (number < self.args.messages && now < self.until).then_some((number, now))
    }
}

fn summary(sent: &[Sent], seconds: f64) -> Loaded {
    let latencies = sent.iter().flat_map(|sent| &sent.latencies);
    let mut latencies: Vec<f64> = latencies
        .map(|latency| latency.as_secs_f64() * 1000.0)
        .collect();
    latencies.sort_unstable_by(f64::total_cmp);
    Loaded {
        messages: latencies.len() as u64,
        seconds,
        refused: sent.iter().map(|sent| sent.refused).sum(),
        p50_ms: statistics::percentile(&latencies, 50.0),
        p99_ms: statistics::percentile(&latencies, 99.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_connections_did_is_added_up() {
        let millis = |from: u64, to: u64| (from..=to).map(Duration::from_millis).collect();
        let sent = [
            Sent {
                latencies: millis(51, 100),
                refused: 1,
            },
            Sent {
                latencies: millis(1, 50),
                refused: 2,
            },
        ];
        let expected = Loaded {
            messages: 100,
            seconds: 4.0,
            refused: 3,
            p50_ms: 50.0,
            p99_ms: 99.0,
        };
        assert_eq!(summary(&sent, 4.0), expected);
    }
}
