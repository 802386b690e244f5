//! What the stories are told with.

pub(crate) mod api;
pub(crate) mod books;
pub(crate) mod browser;
pub(crate) mod chromedriver;
pub(crate) mod dice;
pub(crate) mod measured;
pub(crate) mod onprem_bodies;
pub(crate) mod phone_page;
pub(crate) mod process;
pub(crate) mod program;
pub(crate) mod raw;
pub(crate) mod samples;
pub(crate) mod story;
pub(crate) mod transcript;
pub(crate) mod trial;
