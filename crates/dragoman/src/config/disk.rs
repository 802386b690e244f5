//! How much of the disk has to stay free.

use anyhow::bail;
use serde::Deserialize;

use super::size::Size;

/// How much of the disk has to stay free.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Disk {
    /// Nothing new is accepted with less than this; left out, 5 % of the disk, and at least 2 GiB.
    pub(crate) refuse_below: Option<Size>,
    /// Nothing is sent with less than this; left out, 1 % of the disk.
    pub(crate) stop_below: Option<Size>,
    /// The size of the file that is given up for results when the disk is full; none for 0.
    pub(crate) reserve: Size,
}

impl Default for Disk {
    fn default() -> Self {
        Self {
            refuse_below: None,
            stop_below: None,
            reserve: Size(64 << 20),
        }
    }
}

impl Disk {
    /// For a developer's machine, whose disk is large, nearly full, and not the gateway's.
    pub(crate) const DEV: Self = Self {
        refuse_below: Some(Size(64 << 20)),
        stop_below: Some(Size(16 << 20)),
        reserve: Size(4 << 20),
    };

    pub(super) fn check(self) -> anyhow::Result<()> {
        if let (Some(refuse), Some(stop)) = (self.refuse_below, self.stop_below)
            && stop > refuse
        {
            bail!("disk.stop_below: must not be more than disk.refuse_below");
        }
        Ok(())
    }
}
