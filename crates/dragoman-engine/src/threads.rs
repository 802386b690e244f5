//! How many threads serve.

use std::thread::available_parallelism;

/// As many as there are cores, but for one that is left to the store's writer, which works as hard
/// as all of them: threads that push each other off their cores do less than one thread fewer.
pub fn serving_threads() -> usize {
    let cores = available_parallelism().map_or(1, |cores| cores.get());
    cores.saturating_sub(1).max(1)
}
