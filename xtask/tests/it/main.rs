//! What the sources and the pages say of each other.

mod house;
mod limits;
mod logs;
mod metrics;
mod promises;
mod tree;
