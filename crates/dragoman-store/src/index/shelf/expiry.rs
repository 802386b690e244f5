//! Leaves idempotency keys behind whose life is over, when files are merged.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use dragoman_core::MessageId;
use fjall::compaction::filter::{
    CompactionFilter, CompactionFilterResult, Context, Factory, ItemAccessor, Verdict,
};

use super::files;
use crate::index::codec;
use crate::index::entry::{Kept, key_lives};

/// Makes a filter for each merge. A key whose life is over is as good as gone, so that it does not
/// matter when its file is merged.
pub(super) struct Expiry {
    newest: Arc<AtomicI64>,
}

impl Expiry {
    /// By the age of this message, the newest.
    pub(super) fn by(newest: Arc<AtomicI64>) -> Self {
        Self { newest }
    }
}

impl Factory for Expiry {
    fn name(&self) -> &str {
        "expiry of keys"
    }

    fn make_filter(&self, _: &Context) -> Box<dyn CompactionFilter> {
        Box::new(Judge {
            newest: self.newest.load(Ordering::Relaxed),
        })
    }
}

struct Judge {
    newest: i64,
}

impl CompactionFilter for Judge {
    fn filter_item(&mut self, item: ItemAccessor<'_>, _: &Context) -> CompactionFilterResult {
        if !files::is_key(item.key()) {
            return Ok(Verdict::Keep);
        }
        let kept: Option<Kept> = codec::read(&item.value()?);
        let now = MessageId::from_parts(self.newest, 0).at();
        let lives = kept.is_none_or(|kept| key_lives(kept.message, now));
        Ok(if lives {
            Verdict::Keep
        } else {
            // Without a trace: what an earlier use has left beneath is over too.
            Verdict::Destroy
        })
    }
}
