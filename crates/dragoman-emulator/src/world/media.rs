//! Media that a business uploaded; the bytes lie beside the journal.

use serde::{Deserialize, Serialize};

use crate::clock::UnixMillis;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct StoredMedia {
    pub(crate) id: String,
    pub(crate) phone_number_id: String,
    pub(crate) at: UnixMillis,
    pub(crate) mime: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) filename: Option<String>,
    /// Lower-case hex.
    pub(crate) sha256: String,
    pub(crate) bytes: u64,
}
