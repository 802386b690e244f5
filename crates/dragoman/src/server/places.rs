//! How many connections there may be.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// So many files stay free for what the gateway itself opens.
const SPARE: usize = 256;

/// The places for connections, of all listeners together. What is counted is never more than the
/// connections that there are.
#[derive(Debug)]
pub(super) struct Places {
    most: usize,
    most_of_one: usize,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    by_caller: HashMap<IpAddr, usize>,
}

impl Places {
    /// So many connections, and of one caller so many; fewer where the system allows fewer files.
    pub(super) fn new(most: usize, most_of_one: usize) -> Arc<Self> {
        Self::within(most.min(open_files()), most_of_one)
    }

    fn within(most: usize, most_of_one: usize) -> Arc<Self> {
        Arc::new(Self {
            most,
            most_of_one,
            taken: Mutex::default(),
        })
    }

    /// A place for a connection, until it is dropped; `None` where there is no more. A caller that
    /// is `None` counts for the whole alone.
    pub(super) fn take(self: &Arc<Self>, caller: Option<IpAddr>) -> Option<Place> {
        let mut taken = self.taken();
        let own = caller.and_then(|caller| taken.by_caller.get(&caller));
        if taken.all >= self.most || own.is_some_and(|&own| own >= self.most_of_one) {
            return None;
        }
        taken.all += 1;
        if let Some(caller) = caller {
            *taken.by_caller.entry(caller).or_default() += 1;
        }
        let places = Arc::clone(self);
        Some(Place { places, caller })
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection's place.
#[derive(Debug)]
pub(super) struct Place {
    places: Arc<Places>,
    caller: Option<IpAddr>,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken();
        taken.all -= 1;
        let Some(caller) = self.caller else {
            return;
        };
        if let Some(own) = taken.by_caller.get_mut(&caller) {
            *own -= 1;
            if *own == 0 {
                taken.by_caller.remove(&caller);
            }
        }
    }
}

/// How many connections the system's bound for open files leaves room for.
fn open_files() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    allowed(&limits).map_or(usize::MAX, |files| files.saturating_sub(SPARE).max(SPARE))
}

/// The soft limit in the words of the kernel: `Max open files  1024  524288  files`.
fn allowed(limits: &str) -> Option<usize> {
    let mut lines = limits.lines();
    let line = lines.find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_has_more_than_its_places_and_all_have_no_more_than_there_are() {
        let places = Places::within(3, 2);
        let (one, other) = (
            Some(IpAddr::from([192, 0, 2, 1])),
            Some(IpAddr::from([192, 0, 2, 2])),
        );
        let first = places.take(one).unwrap();
        let _second = places.take(one).unwrap();
        assert!(places.take(one).is_none());
        let third = places.take(other).unwrap();
        assert!(places.take(None).is_none(), "there are three");
        drop(third);
        assert!(places.take(None).is_some(), "its place is free again");
        drop(first);
        assert!(places.take(one).is_some());
        assert_eq!(places.taken().by_caller.len(), 1, "who is gone is not kept");
    }

    #[test]
    fn the_bound_for_open_files_is_read() {
        let kernel = "Limit  Soft Limit  Hard Limit  Units\n\
            Max open files            1024                 524288               files     \n";
        assert_eq!(allowed(kernel), Some(1024));
        assert_eq!(allowed("Max open files  unlimited  unlimited  files"), None);
        assert_eq!(allowed(""), None);
    }
}
