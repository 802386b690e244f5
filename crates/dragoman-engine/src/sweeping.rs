//! Clears away files that nobody uses, and bytes that nothing refers to any more.

use std::sync::Arc;
use std::time::Duration;

use dragoman_core::ports::StoreError;

use crate::pulse::Phase;
use crate::shared::Shared;

/// Pause after something could not be cleared away.
const UNWELL: Duration = Duration::from_secs(1);
/// How often files without use are looked for.
const ROUND: Duration = Duration::from_secs(3600);
/// A file that was not used for so long is removed.
const UNUSED: Duration = Duration::from_secs(30 * 24 * 3600);
/// So many are dealt with in one go.
const PAGE: usize = 256;

/// Clears away until the end.
pub(crate) async fn keep_sweeping(shared: Arc<Shared>) {
    let mut moves = shared.pulse.moves();
    let mut phases = shared.pulse.phases();
    let mut next_round = Duration::ZERO;
    let mut was_well = true;
    let mut seen = 0;
    while shared.is_running() {
        let running = shared.fetching.enter();
        let swept = sweep(&shared, &mut next_round).await;
        drop(running);
        if let Err(error) = &swept
            && was_well
        {
            tracing::warn!(%error, "cannot clear files away yet");
        }
        was_well = swept.is_ok();
        let pause = if was_well { ROUND } else { UNWELL };
        tokio::select! {
            biased;
            () = tokio::time::sleep(pause) => {}
            // What was erased is soon gone everywhere.
            count = shared.files.litter_beyond(seen), if was_well => seen = count,
            _ = moves.changed() => {}
            _ = phases.wait_for(|phase| *phase > Phase::Running) => {}
        }
    }
}

/// Removes what nobody uses, when it is time for that, and all litter.
async fn sweep(shared: &Shared, next_round: &mut Duration) -> Result<(), StoreError> {
    let now = shared.clock.monotonic();
    if now >= *next_round {
        remove_unused(shared).await?;
        *next_round = now + ROUND;
    }
    while shared.is_running() {
        let litter = shared.files.litter(PAGE).await?;
        let is_all = litter.len() < PAGE;
        for file in &litter {
            shared.objects.delete(*file).await?;
        }
        if !litter.is_empty() {
            shared.files.swept(litter).await?;
        }
        if is_all {
            break;
        }
    }
    Ok(())
}

async fn remove_unused(shared: &Shared) -> Result<(), StoreError> {
    let since = shared.clock.now().minus(UNUSED);
    while shared.is_running() {
        let unused = shared.files.unused_files(since, PAGE).await?;
        let is_all = unused.len() < PAGE;
        if !unused.is_empty() {
            let unused = unused.into_iter().map(|file| file.id).collect();
            // One that is used in between is none of those any more.
            shared.files.remove_unused(unused, since).await?;
        }
        if is_all {
            break;
        }
    }
    Ok(())
}
