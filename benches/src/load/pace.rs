//! When messages of an open loop are meant to leave.

use std::time::{Duration, Instant};

use tokio::sync::{Mutex, mpsc};

/// Gives out turns at a fixed rate. A thread of its own keeps the time, because the runtime's
/// timers count in whole milliseconds.
pub(super) struct Pace {
    turns: Mutex<mpsc::UnboundedReceiver<(u64, Instant)>>,
}

impl Pace {
    /// So many turns, `rate` in a second, from `begun` on.
    pub(super) fn start(rate: f64, begun: Instant, turns: u64) -> Self {
        let (sender, receiver) = mpsc::unbounded_channel();
        std::thread::spawn(move || {
            for number in 0..turns {
                let meant = begun + Duration::from_secs_f64(number as f64 / rate);
                std::thread::sleep(meant.saturating_duration_since(Instant::now()));
                if sender.send((number, meant)).is_err() {
                    return;
                }
            }
        });
        Self {
            turns: Mutex::new(receiver),
        }
    }

    /// The next turn: its number, and when it was meant to be.
    pub(super) async fn turn(&self) -> Option<(u64, Instant)> {
        self.turns.lock().await.recv().await
    }
}
