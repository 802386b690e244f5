//! A webhook endpoint: counts, and answers 200.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Context;

use crate::role;
use crate::wire::message::Message;
use crate::wire::server;

/// Where a server tells how many calls it has had.
pub(crate) const COUNT: &str = "/count";

/// Serves until it is told to stop.
///
/// # Errors
/// The port is not to be had.
pub(crate) async fn run() -> anyhow::Result<()> {
    let listener = role::listen().await?;
    role::ready(&listener)?;
    let count = Arc::new(AtomicU64::new(0));
    let serving = server::serve(listener, move |request, outgoing| {
        if !answer_count(request, &count, outgoing) {
            count.fetch_add(1, Ordering::Relaxed);
            server::ok("{}", outgoing);
        }
    });
    tokio::select! {
        ended = serving => ended.context("serving"),
        () = role::told_to_stop() => Ok(()),
    }
}

/// Answers the question how many calls there were; `false` when this is no such question.
pub(crate) fn answer_count(
    request: &Message<'_>,
    count: &AtomicU64,
    outgoing: &mut Vec<u8>,
) -> bool {
    let asked = request.path() == COUNT;
    if asked {
        server::ok(&count.load(Ordering::Relaxed).to_string(), outgoing);
    }
    asked
}
