//! Short critical sections.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks for a few statements, never across an await. A panic in another holder does not spread:
/// every section leaves its data whole.
pub(crate) fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
