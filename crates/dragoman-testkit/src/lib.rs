//! What tests of the other rooms share: a clock moved by hand, chance that repeats itself, a
//! scripted network, a server that misbehaves, inputs that nobody would write, a webhook receiver,
//! endpoints with bad habits, a store in plain memory, a way to wait, and the checker of the four
//! ledgers.
//!
//! It never touches anything but the loopback interface, and no room depends on it outside its
//! tests. Its parts fail a test by panicking with a sentence that says what was expected.
//!
//! Start reading with [`ledger`] (the promises, as a program), then [`http`] and [`receiver`].

pub mod clock;
pub mod faulty;
pub mod fuzz;
pub mod habits;
pub mod http;
pub mod ledger;
pub mod model;
pub mod random;
pub mod receiver;
pub mod tenant;
pub mod wait;

pub use clock::TestClock;
pub use faulty::FaultyServer;
pub use habits::{Endpoint, Habit};
pub use http::ScriptedHttp;
pub use model::ModelStore;
pub use random::SeededRandom;
pub use receiver::Receiver;
pub use tenant::tenant;
pub use wait::until;
