//! The picture or film of an advertisement, from wherever its address leads.

use std::time::Duration;

use dragoman_core::outcome::NotTaken;
use dragoman_core::ports::FileBytes;

use super::job::{never, not_taken};
use crate::linked::Link;
use crate::shared::Shared;

/// The largest film that the messenger shows, in bytes: 16 MiB.
pub(super) const LARGEST: usize = 16 * 1024 * 1024;
/// For the whole exchange: a message waits for it.
const TIMEOUT: Duration = Duration::from_secs(20);

/// What is behind the address. Whoever made the advertisement wrote it: it leads to public networks
/// alone, and what it brings is shown as a picture.
///
/// # Errors
/// It cannot be had now, or never.
pub(super) async fn download(shared: &Shared, address: &str) -> Result<FileBytes, NotTaken> {
    if !shared.disk.takes_more() {
        return Err(never(
            "there is no room for the picture of an advertisement",
        ));
    }
    let link = Link {
        url: address,
        authorization: None,
        largest: LARGEST,
        timeout: TIMEOUT,
    };
    let given = link.fetch(&*shared.http).await;
    let given = given.map_err(|kept_back| not_taken(&kept_back.why, kept_back.again))?;
    let is_shown = ["image/", "video/"]
        .iter()
        .any(|kind| given.mime_type.starts_with(kind));
    if is_shown && !given.bytes.is_empty() {
        Ok(given)
    } else {
        Err(never(
            "the address of the advertisement leads to no picture",
        ))
    }
}
