//! The allocator, and for how long it keeps what was given back to it.

/// Messages are made by one thread and dropped by another, which costs the system's allocator a
/// quarter of all time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// For how many milliseconds free memory stays with the process: one of the allocator's own
/// settings.
const DELAY: &str = "MIMALLOC_PURGE_DELAY";

/// Ours. Generations of the index take and give back megabytes every second or so, and with the
/// allocator's own second a tenth of a busy gateway's time goes into giving memory to the system
/// that is asked for again at once (`docs/decisions/0009-who-is-written-to.md`).
const LONG: &str = "10000";

/// Starts this program once more, as the same process, with free memory kept for longer, unless
/// the environment says for how long. The allocator reads its settings before anything else runs,
/// and from nowhere but the environment. To be called first, by what runs for long; where it does
/// not work the program goes on as it is, and is only slower.
pub(crate) fn keep_memory_longer() {
    if std::env::var_os(DELAY).is_none() {
        #[cfg(unix)]
        start_again();
    }
}

/// Answers only when that cannot be done.
#[cfg(unix)]
fn start_again() {
    use std::os::unix::process::CommandExt;
    let Ok(program) = std::env::current_exe() else {
        return;
    };
    let mut arguments = std::env::args_os();
    let name = arguments.next().unwrap_or_default();
    let mut again = std::process::Command::new(program);
    drop(again.arg0(name).args(arguments).env(DELAY, LONG).exec());
}
