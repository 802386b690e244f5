//! Seeded lives of the whole engine in virtual time: a provider that does anything with a POST, a
//! store that fails now and then, crashes at random moments. The laws are checked at every POST and
//! when everything had time to come to rest.
//!
//! A seed makes the same world; the order of tasks that are ready at the same moment is the
//! runtime's own. `DRAGOMAN_SEED` and `DRAGOMAN_SEEDS` choose the first seed and how many.

mod provider;
mod world;

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;

use world::World;

/// So many worlds belong to every run of the tests.
const SEEDS: u64 = 20;

#[test]
fn in_no_seeded_world_is_a_message_lost_or_sent_twice() {
    let number = |name: &str| std::env::var(name).ok()?.parse::<u64>().ok();
    let first = number("DRAGOMAN_SEED").unwrap_or(1);
    let count = number("DRAGOMAN_SEEDS").unwrap_or(SEEDS);
    let mut seen = world::Seen::default();
    for seed in first..first + count {
        let run = std::panic::catch_unwind(|| World::new(seed).live());
        match run {
            Ok(of_seed) => seen.add(&of_seed),
            Err(broken) => {
                eprintln!(
                    "repeat with: DRAGOMAN_SEED={seed} DRAGOMAN_SEEDS=1 \
                     cargo test -p dragoman-engine --test it in_no_seeded_world"
                );
                std::panic::resume_unwind(broken);
            }
        }
    }
    eprintln!("seeds {first}..{}: {seen:?}", first + count);
    if count >= SEEDS {
        seen.assert_everything_happened();
    }
}

/// Waits on this thread alone, so that a paused clock stands still meanwhile.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(value) => return value,
            Poll::Pending => std::thread::park(),
        }
    }
}
