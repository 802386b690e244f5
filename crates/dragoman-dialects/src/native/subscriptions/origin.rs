//! Of which messages a subscription hears statuses.

use dragoman_core::Raw;
use dragoman_core::catalog::Subscription;
use serde::Deserialize;
use utoipa::ToSchema;

use super::super::answer::Problem;
use crate::telling::{self, Origin};

/// Of which messages statuses are heard.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum OriginWish {
    /// Those that came through the dialect of the format.
    Own,
    All,
}

impl OriginWish {
    const fn origin(self) -> Origin {
        match self {
            Self::Own => Origin::Own,
            Self::All => Origin::All,
        }
    }
}

/// Formats that tell statuses of their own dialect's messages alone.
const OWN: [&str; 2] = ["cloud", "onprem"];

pub(super) fn origin(subscription: &Subscription) -> Option<&'static str> {
    let is_told = OWN.contains(&&*subscription.format);
    is_told.then(|| match telling::origin(subscription) {
        Origin::Own => "own",
        Origin::All => "all",
    })
}

/// The settings as they are to be.
pub(super) fn settings(
    format: &str,
    before: Option<&Raw>,
    wish: Option<OriginWish>,
) -> Result<Option<Raw>, Problem> {
    match wish {
        None => Ok(before.cloned()),
        Some(wish) if OWN.contains(&format) => {
            Ok(Some(telling::with_origin(before, wish.origin())))
        }
        Some(_) => {
            let text = format!(
                "this format tells all; it is only for {}",
                OWN.join(" and ")
            );
            Err(Problem::invalid("origin", text))
        }
    }
}
