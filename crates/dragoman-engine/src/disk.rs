//! How much room the disk has, as whoever watches it says.

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

    /// Whether there is room for something new: messages and files.
    pub(crate) fn takes_more(&self) -> bool {
        self.room() == Room::Enough
    }

    /// Whether there is room for how attempts end.
    pub(crate) fn takes_results(&self) -> bool {
        self.room() < Room::None
    }

    /// Told whenever it changes.
    pub(crate) fn changes(&self) -> watch::Receiver<Room> {
        self.0.subscribe()
    }
}
