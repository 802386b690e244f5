//! A disk that fails, and files that are not what they were.

mod damaged;
mod failing;
