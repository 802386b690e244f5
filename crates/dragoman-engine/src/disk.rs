//! How much room the disk has, as whoever watches it says.

use dragoman_core::ports::DeskError;
use tokio::sync::watch;

/// What may still be written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Room {
    /// Everything.
    #[default]
    Enough,
    /// What is under way, and what providers say of it: nothing new is accepted, and customers' files
    /// stay at the provider.
    Little,
    /// How that ends: nothing departs either.
    None,
}

/// What the engine has been told of the disk; as long as nobody says anything there is room.
///
/// Providers' webhooks and results are recorded whatever stands here.
#[derive(Debug, Default)]
pub struct Disk(watch::Sender<Room>);

impl Disk {
    /// There is so much room from now on. Answers whether that is news.
    pub fn set(&self, room: Room) -> bool {
        self.0
            .send_if_modified(|was| std::mem::replace(was, room) != room)
    }

    /// How much room there is.
    pub fn room(&self) -> Room {
        *self.0.borrow()
    }

    /// Whether something new may be begun.
    ///
    /// # Errors
    /// There is too little room for it.
    pub(crate) fn admit(&self) -> Result<(), DeskError> {
        match self.room() {
            Room::Enough => Ok(()),
            Room::Little | Room::None => Err(DeskError::Unavailable),
        }
    }

    /// Whether customers' files may be brought.
    pub(crate) fn takes_files(&self) -> bool {
        self.room() == Room::Enough
    }

    /// Whether a message may depart: a result that cannot be written down is a message in doubt.
    pub(crate) fn takes_results(&self) -> bool {
        self.room() < Room::None
    }

    /// Told whenever it changes.
    pub(crate) fn changes(&self) -> watch::Receiver<Room> {
        self.0.subscribe()
    }
}
