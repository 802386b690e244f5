//! Where the bytes of a message's file come from.

use dragoman_core::Id;
use dragoman_core::content::{Content, Media, MediaSource};

use super::to_upload;

/// Where the bytes come from. Messages with the same original have the same file.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Original {
    /// We keep them.
    Kept(Id),
    /// Behind an address that opens with credentials of the channel.
    Guarded {
        link: Box<str>,
        /// The name of the credentials.
        provider: Box<str>,
    },
}

impl Original {
    /// Of the file that the provider has to be given, if there is one.
    pub(super) fn of(content: &Content) -> Option<(Self, &Media)> {
        let media = to_upload(content)?;
        let original = match &media.source {
            MediaSource::Stored(file) => Self::Kept(*file),
            MediaSource::Guarded { link, provider } => Self::Guarded {
                link: link.clone(),
                provider: provider.clone(),
            },
            // The provider fetches it itself.
            MediaSource::Link(_) => return None,
        };
        Some((original, media))
    }
}
