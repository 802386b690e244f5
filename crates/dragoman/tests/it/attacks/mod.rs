//! What a provider, or the network on the way to it, can do to us.

mod messages;
mod stale;
mod upstream;
