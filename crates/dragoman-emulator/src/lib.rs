//! The provider's side: an own implementation of the `WhatsApp` Cloud API with emulated customers' phones.
//!
//! It is a real HTTP server. A program that speaks the Cloud API is pointed at it, sends messages, and hears of
//! them by signed webhooks; the customers are driven over the control addresses under `/emulator/v1` or on the page
//! at `/`. It enforces the rules that a client meets in production (windows, templates, unreachable phones) and can
//! misbehave on purpose.
//!
//! It never knows who is listening: nothing of the gateway is used here, and the only way in or out is HTTP.
//! It never forgets what it answered: everything stands in a journal under `data_dir`, written before the answer.
//!
//! Start reading at [`start`], then `graph/send.rs` (a message comes in), `statuses.rs` (what becomes of it),
//! `webhooks/deliver.rs` (who hears of it) and `world/` (the state, as a fold of the journal's entries).

mod body;
mod clock;
mod control;
mod faults;
mod files;
mod graph;
mod journal;
mod page;
mod reviews;
mod server;
mod state;
mod statuses;
mod webhooks;
mod world;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub use crate::clock::{ClockHandle, TooFar};
use crate::state::State;

/// How an emulator is set up.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Where the journal lives; made when absent. Deleting it is a reset.
    pub data_dir: PathBuf,
    /// Refuse phone number ids and templates that nobody has registered. Otherwise any id with any token will do.
    pub strict: bool,
    /// Fetch media links (plain http only) and fail the message with 131053 when that does not work.
    pub fetch_links: bool,
}

/// A running emulator.
#[derive(Debug)]
pub struct Emulator {
    /// The address it really listens on.
    pub addr: SocketAddr,
    /// Its clock; moving it is the same as `POST /emulator/v1/clock`.
    pub clock: ClockHandle,
    state: Arc<State>,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

/// Replays the journal, listens, and goes on with whatever was unfinished.
pub async fn start(config: Config) -> anyhow::Result<Emulator> {
    let listener = TcpListener::bind(config.listen)
        .await
        .with_context(|| format!("listening on {}", config.listen))?;
    let addr = listener.local_addr().context("reading the own address")?;
    let (stop, stopped) = watch::channel(false);
    let (state, steps) = State::open(&config, addr, stopped.clone())?;
    let clock = state.clock.clone();

    let statuses = tokio::spawn(statuses::run(state.clone(), steps, stopped.clone()));
    state.resume();
    let router = server::router(state.clone());
    let serving = tokio::spawn(server::serve(listener, router, stopped));
    tracing::info!(%addr, "emulator is listening");
    Ok(Emulator {
        addr,
        clock,
        state,
        stop,
        tasks: vec![serving, statuses],
    })
}

impl Emulator {
    /// Has `listener` called with the total offset whenever the clock moves, before `POST /emulator/v1/clock` answers.
    pub fn on_advance(&self, listener: impl Fn(Duration) + Send + Sync + 'static) {
        self.clock.on_advance(listener);
    }

    /// Stops listening, lets open requests end, and writes the journal out.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        for task in self.tasks {
            if let Err(error) = task.await {
                tracing::warn!(%error, "a task of the emulator ended badly");
            }
        }
        if let Err(error) = self.state.written().await {
            tracing::error!(%error, "journal was not written out");
        }
    }
}
