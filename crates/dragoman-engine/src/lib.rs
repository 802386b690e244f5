//! What moves: submissions to the desk, messages to the provider, webhooks in, webhooks out, and
//! the files of all these.
//!
//! It never decides what may be sent (that is core's admission), never speaks a provider's or a
//! client's language (drivers, dialects and formats do), and keeps nothing durable itself: what is
//! in memory here can be read from the store again. It alone opens connections to the outside.
//!
//! Start reading with [`Engine`], then `dispatcher` for the way out (`preparation` for its files,
//! `reconciler` for messages whose answer was lost),
//! `notifier` for the way to customers' endpoints and `fetching` for the files that customers send.

mod budget;
mod clock;
mod desk;
mod disk;
mod dispatcher;
mod engine;
mod feed;
mod fetching;
mod guard;
mod held;
mod http;
mod intake;
mod linked;
mod lock;
mod metrics;
mod notifier;
mod preparation;
mod pulse;
mod reconciler;
mod sessions;
mod shared;
mod sweeping;
mod templates;
mod threads;

pub use clock::{SystemClock, SystemRandom};
pub use desk::Bounds;
pub use disk::{Disk, Room};
pub use engine::{Engine, Parts};
pub use guard::Guard;
pub use http::HttpClient;
#[cfg(any(test, fuzzing))]
pub use http::fuzzing;
pub use intake::{Intake, IntakeAnswer};
pub use metrics::{Metric, MetricKind};
pub use threads::serving_threads;
