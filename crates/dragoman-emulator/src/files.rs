//! Files of either side: their bytes beside the journal, what is known of them in it.

use std::io;

use bytes::Bytes;
use sha2::{Digest as _, Sha256};

use crate::state::{State, fresh_number};
use crate::world::{Entry, Origin, StoredMedia};

/// A file that is to be kept.
#[derive(Debug)]
pub(crate) struct NewFile {
    /// The number that it was uploaded for, or sent to.
    pub(crate) phone_number_id: String,
    pub(crate) mime: String,
    pub(crate) filename: Option<String>,
    pub(crate) content: Bytes,
    pub(crate) origin: Origin,
}

/// Writes the bytes, then records the file under a fresh id; the journal may still be on its way.
pub(crate) async fn keep(state: &State, file: NewFile) -> io::Result<StoredMedia> {
    let media = StoredMedia {
        id: fresh_number(),
        phone_number_id: file.phone_number_id,
        at: state.clock.now(),
        mime: file.mime,
        filename: file.filename,
        sha256: hex(&Sha256::digest(&file.content)),
        bytes: file.content.len() as u64,
        origin: file.origin,
    };
    state.write_media(&media.id, &file.content).await?;
    state.hold().record(Entry::Media(media.clone()));
    Ok(media)
}

/// Lower-case, two digits a byte.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
