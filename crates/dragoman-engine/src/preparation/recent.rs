//! Files behind guarded links that were given to a provider a moment ago: a campaign sends the same
//! one to many.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use dragoman_core::{Id, Timestamp};

use super::original::Original;
use super::work::Which;
use crate::lock::lock;

/// What is behind a link may change: after this time it is fetched again.
const FRESH: Duration = Duration::from_secs(600);
/// So many are remembered.
const MOST: usize = 1024;

/// Files that were uploaded of late, by channel.
#[derive(Debug, Default)]
pub(super) struct Recent(Mutex<HashMap<Key, Entry>>);

type Key = (Original, Id);
/// What the provider of the channel calls the file, and until when it is used.
type Entry = (Box<str>, Timestamp);

impl Recent {
    /// The provider's id of the file, if it was given it a moment ago.
    pub(super) fn find(
        &self,
        original: &Original,
        channel: Id,
        now: Timestamp,
    ) -> Option<Box<str>> {
        let recent = lock(&self.0);
        let (provider_id, until) = recent.get(&(original.clone(), channel))?;
        (now < *until).then(|| provider_id.clone())
    }

    /// The provider has been given the file.
    pub(super) fn keep(
        &self,
        original: &Original,
        channel: Id,
        provider_id: Box<str>,
        now: Timestamp,
    ) {
        let mut recent = lock(&self.0);
        if recent.len() >= MOST {
            recent.retain(|_, (_, until)| now < *until);
        }
        if recent.len() < MOST {
            recent.insert((original.clone(), channel), (provider_id, now.plus(FRESH)));
        }
    }

    /// The provider cannot send it by what it was uploaded as.
    pub(super) fn forget(&self, original: &Original, channel: Id, which: Which<'_>) {
        let mut recent = lock(&self.0);
        let key = (original.clone(), channel);
        if recent.get(&key).is_some_and(|(known, _)| which.is(known)) {
            recent.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHANNEL: Id = Id::from_u128(1);
    const NOW: Timestamp = Timestamp::from_seconds(1_790_000_000);

    fn link(number: usize) -> Original {
        Original::Guarded {
            link: format!("https://example.com/{number}").into(),
            provider: "one".into(),
        }
    }

    #[test]
    fn a_file_is_known_for_ten_minutes() {
        let recent = Recent::default();
        recent.keep(&link(1), CHANNEL, "id".into(), NOW);
        let just = NOW.plus(FRESH - Duration::from_secs(1));
        assert_eq!(recent.find(&link(1), CHANNEL, just).as_deref(), Some("id"));
        assert_eq!(recent.find(&link(1), CHANNEL, NOW.plus(FRESH)), None);
        assert_eq!(recent.find(&link(1), Id::from_u128(2), NOW), None);
    }

    #[test]
    fn no_more_are_remembered_than_there_is_room_for() {
        let recent = Recent::default();
        for number in 0..MOST {
            recent.keep(&link(number), CHANNEL, "id".into(), NOW);
        }
        recent.keep(&link(MOST), CHANNEL, "id".into(), NOW);
        assert_eq!(recent.find(&link(MOST), CHANNEL, NOW), None);
        let later = NOW.plus(FRESH);
        recent.keep(&link(MOST), CHANNEL, "id".into(), later);
        assert!(recent.find(&link(MOST), CHANNEL, later).is_some());
        assert_eq!(lock(&recent.0).len(), 1);
    }
}
