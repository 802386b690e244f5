//! Seeded lives of the whole engine in virtual time: a provider that does anything with a POST and
//! tells of it in any way, a store that is slow, fails and crashes at random moments, endpoints that
//! struggle, clients who ask twice, and people who decide. The laws are checked at every POST, at
//! every webhook, after every life, and when everything had time to come to rest.
//!
//! A seed makes the same life, to the last verb. `DRAGOMAN_SEED` and `DRAGOMAN_SEEDS` choose the
//! first seed and how many; `DRAGOMAN_SKEW` is by how many seconds the machine's clock may be set wrong.

mod chronicle;
mod clients;
mod clock;
mod departure;
mod feed;
mod ground;
mod laws;
mod plan;
mod planted;
mod provider;
mod receivers;
mod store;
mod tally;
mod watching;
mod world;

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;

use tally::Tally;
use world::World;

/// So many worlds belong to every run of the tests.
const SEEDS: u64 = 1000;
/// And so many of those on the disk.
const ON_DISK: u64 = 3;

#[test]
fn in_no_seeded_world_is_a_message_lost_or_sent_twice() {
    let first = number("DRAGOMAN_SEED").unwrap_or(1);
    let count = number("DRAGOMAN_SEEDS").unwrap_or(SEEDS);
    let tally = live(first, count, World::in_memory);
    eprintln!("seeds {first}..{}: {tally:?}", first + count);
    if count >= SEEDS {
        tally.assert_everything_happened();
    }
}

#[test]
fn in_no_seeded_world_on_disk_is_a_message_lost_or_sent_twice() {
    let first = number("DRAGOMAN_SEED").unwrap_or(1);
    let count = number("DRAGOMAN_SEEDS").unwrap_or(ON_DISK).min(ON_DISK);
    live(first, count, World::on_disk);
}

#[test]
fn a_seed_makes_the_same_life_to_the_last_verb() {
    for seed in 1..=20 {
        let [one, other] = [seed, seed].map(|seed| World::in_memory(seed).trace());
        assert!(one.len() > 100, "something happens");
        let differs = one.iter().zip(&other).position(|(one, other)| one != other);
        if let Some(place) = differs {
            let near = place.saturating_sub(3)..place + 3;
            let (one, other) = (one.get(near.clone()), other.get(near));
            panic!("seed {seed} at {place}: {one:#?} or {other:#?}");
        }
        assert_eq!(one.len(), other.len(), "seed {seed}");
    }
}

/// The environment's number of that name.
fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Lives through so many worlds, on as many threads as there are.
#[track_caller]
fn live(first: u64, count: u64, world: fn(u64) -> World) -> Tally {
    let threads = std::thread::available_parallelism().map_or(1, |count| count.get() as u64);
    let run = |of: u64| -> Result<Tally, String> {
        let mut tally = Tally::default();
        for seed in (first..first + count)
            .skip(of as usize)
            .step_by(threads as usize)
        {
            match world(seed).live() {
                Ok(of_seed) => tally.add(&of_seed),
                Err(broken) => return Err(format!("seed {seed}: {broken}")),
            }
        }
        Ok(tally)
    };
    let results = std::thread::scope(|scope| {
        let running = (0..threads).map(|of| scope.spawn(move || run(of)));
        let running: Vec<_> = running.collect();
        let results = running.into_iter().map(|one| one.join().expect("no panic"));
        results.collect::<Vec<_>>()
    });
    let mut tally = Tally::default();
    for result in results {
        match result {
            Ok(of_thread) => tally.add(&of_thread),
            Err(broken) => panic!(
                "{broken}\nrepeat with: DRAGOMAN_SEED=… DRAGOMAN_SEEDS=1 \
                 cargo test -p dragoman-engine --test it in_no_seeded_world"
            ),
        }
    }
    tally
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
