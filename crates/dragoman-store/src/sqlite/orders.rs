//! What the writer is asked, and the line in which it waits.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};

use super::batch::Batch;
use super::readers::Job;

/// The most orders that wait. Bounds memory while the disk stalls; a second's work at best.
pub(crate) const MOST: usize = 65_536;

/// Runs inside the batch, and answers its caller after the commit. An error fails the batch, and the
/// verb has told the store's health of it before anybody hears; a guard that does not match is part
/// of the answer.
pub(crate) type Verb = Box<dyn FnOnce(&mut Batch<'_>) -> rusqlite::Result<Answer> + Send>;

/// Tells a caller what came of its verb. Dropped when the commit failed.
pub(crate) type Answer = Box<dyn FnOnce() + Send>;

/// What the writer is asked.
pub(crate) enum Order {
    /// To write.
    Verb(Verb),
    /// To read, where nobody else has a connection.
    Read(Job),
    /// To end after what was asked before.
    Stop,
}

/// Why an order was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotTaken {
    /// As many wait as may wait.
    Crowded,
    /// The writer has ended.
    Ended,
}

/// The end of the line where orders are placed.
#[derive(Clone)]
pub(crate) struct Orders {
    line: mpsc::Sender<Order>,
    waiting: Arc<AtomicUsize>,
}

/// The end of the line where the writer takes them.
pub(crate) struct Incoming {
    line: mpsc::Receiver<Order>,
    waiting: Arc<AtomicUsize>,
}

/// An empty line.
pub(crate) fn line() -> (Orders, Incoming) {
    let (sender, receiver) = mpsc::channel();
    let waiting = Arc::new(AtomicUsize::new(0));
    let orders = Orders {
        line: sender,
        waiting: Arc::clone(&waiting),
    };
    let incoming = Incoming {
        line: receiver,
        waiting,
    };
    (orders, incoming)
}

impl Orders {
    /// Places an order at the end of the line. Never waits.
    ///
    /// # Errors
    /// See [`NotTaken`].
    pub(crate) fn place(&self, order: Order) -> Result<(), NotTaken> {
        if self.waiting.fetch_add(1, Ordering::Relaxed) >= MOST {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            return Err(NotTaken::Crowded);
        }
        self.line.send(order).map_err(|_| NotTaken::Ended)
    }

    /// Ends the writer after what was asked before. There is always room for this.
    pub(crate) fn stop(&self) {
        // A writer that is gone already needs no order.
        let _ = self.line.send(Order::Stop);
    }
}

impl Incoming {
    /// Waits for the next order; `None` when nobody is left to place one.
    pub(crate) fn wait(&self) -> Option<Order> {
        let order = self.line.recv().ok()?;
        Some(self.taken(order))
    }

    /// The next order, when one is there.
    pub(crate) fn next(&self) -> Option<Order> {
        let order = self.line.try_recv().ok()?;
        Some(self.taken(order))
    }

    fn taken(&self, order: Order) -> Order {
        match order {
            Order::Verb(_) | Order::Read(_) => {
                self.waiting.fetch_sub(1, Ordering::Relaxed);
            }
            Order::Stop => {}
        }
        order
    }
}
