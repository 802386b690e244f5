//! The product, as its users meet it: the real binary on free ports, told as
//! stories; and what it does when it is attacked.

#![expect(
    clippy::unwrap_used,
    reason = "a story that cannot go on has failed, and says where"
)]

mod attacks;
mod ordeals;
mod stories;
mod support;
