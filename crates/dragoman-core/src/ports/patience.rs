//! Whether somebody still waits for an answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

const WAITING: u8 = 0;
const SERVED: u8 = 1;
const GONE: u8 = 2;

/// A caller that waits, and the one who serves it, share this: the first of [`Patience::serve`] and
/// [`Patience::give_up`] decides for good. So nothing is kept for a caller who was told that it
/// was not.
#[derive(Clone, Debug, Default)]
pub struct Patience(Arc<AtomicU8>);

impl Patience {
    /// For who serves: whether the caller is still there. It then waits for the answer.
    pub fn serve(&self) -> bool {
        self.leave(SERVED)
    }

    /// For who waits: whether it may leave, because nobody will serve it any more.
    pub fn give_up(&self) -> bool {
        self.leave(GONE)
    }

    fn leave(&self, to: u8) -> bool {
        let (won, lost) = (Ordering::AcqRel, Ordering::Acquire);
        let before = self.0.compare_exchange(WAITING, to, won, lost);
        before.map_or_else(|decided| decided == to, |_| true)
    }
}

#[cfg(test)]
mod tests {
    use super::Patience;

    #[test]
    fn who_comes_first_decides_for_good() {
        let served = Patience::default();
        assert!(served.serve());
        assert!(!served.give_up());
        assert!(served.serve());

        let gone = Patience::default();
        assert!(gone.clone().give_up());
        assert!(!gone.serve());
    }
}
