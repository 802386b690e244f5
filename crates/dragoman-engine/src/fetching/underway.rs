//! Which fetches run, and whose provider has failed of late.

use std::collections::HashMap;

use dragoman_core::file::Fetch;
use dragoman_core::outcome::Failure;
use dragoman_core::{Id, MessageId};

use super::job::{Ended, Hope, News};

/// So many fetches run at once.
const AT_ONCE: usize = 4;
/// And so many of one channel: where the provider does not answer, the other channels' files still
/// come.
const PER_CHANNEL: usize = 2;

/// What is being fetched, and what was learned of that.
#[derive(Debug, Default)]
pub(super) struct Underway {
    /// The channel of each message whose file is being fetched.
    running: HashMap<MessageId, Id>,
    /// Why the last try failed, of the channels whose provider did not give the last file.
    failing: HashMap<Id, Failure>,
}

impl Underway {
    /// Whether none of any channel may begin.
    pub(super) fn is_full(&self) -> bool {
        self.running.len() >= AT_ONCE
    }

    /// Begins a fetch, if it may run now and does not run already. Answers what hope there is.
    pub(super) fn begin(&mut self, fetch: &Fetch) -> Option<Hope> {
        let of_channel = self.running.values().filter(|of| **of == fetch.channel);
        let has_room = !self.is_full() && of_channel.count() < PER_CHANNEL;
        if !has_room || self.running.contains_key(&fetch.message) {
            return None;
        }
        self.running.insert(fetch.message, fetch.channel);
        let failure = self.failing.get(&fetch.channel).cloned();
        Some(failure.map_or(Hope::Good, Hope::Little))
    }

    /// A fetch has ended.
    pub(super) fn end(&mut self, ended: Ended) {
        let Some(channel) = self.running.remove(&ended.message) else {
            return;
        };
        match ended.news {
            News::Gives => drop(self.failing.remove(&channel)),
            News::Fails(failure) => drop(self.failing.insert(channel, failure)),
            News::None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use dragoman_core::Timestamp;

    use super::*;

    fn fetch(channel: u128, number: i64) -> Fetch {
        Fetch {
            message: MessageId::from_parts(number, 0),
            account: Id::from_u128(1),
            channel: Id::from_u128(channel),
            provider_media_id: "media".into(),
            filename: None,
            tries: 0,
            due_at: Timestamp::from_seconds(0),
        }
    }

    fn ended(number: i64, news: News) -> Ended {
        Ended {
            message: MessageId::from_parts(number, 0),
            news,
        }
    }

    #[test]
    fn a_channel_leaves_room_for_the_others() {
        let mut underway = Underway::default();
        let mut begins = |channel, number| underway.begin(&fetch(channel, number)).is_some();
        assert!(begins(1, 1) && begins(1, 2) && !begins(1, 3));
        assert!(begins(2, 4) && begins(2, 5) && !begins(3, 6));
        underway.end(ended(1, News::None));
        assert!(underway.begin(&fetch(3, 6)).is_some());
    }

    #[test]
    fn nothing_is_fetched_twice_at_the_same_moment() {
        let mut underway = Underway::default();
        assert!(underway.begin(&fetch(1, 1)).is_some());
        assert!(underway.begin(&fetch(1, 1)).is_none());
        underway.end(ended(1, News::None));
        assert!(underway.begin(&fetch(1, 1)).is_some());
    }

    #[test]
    fn hope_goes_with_a_failure_and_comes_with_a_file() {
        let mut underway = Underway::default();
        let failure = Failure::new(1, "away");
        underway.begin(&fetch(1, 1));
        underway.end(ended(1, News::Fails(failure.clone())));
        assert_eq!(underway.begin(&fetch(1, 2)), Some(Hope::Little(failure)));
        assert_eq!(underway.begin(&fetch(2, 3)), Some(Hope::Good));
        underway.end(ended(2, News::Gives));
        assert_eq!(underway.begin(&fetch(1, 4)), Some(Hope::Good));
    }
}
