//! Which fetches run, and who has failed of late to give a file.

use std::collections::HashMap;

use dragoman_core::file::{Fetch, Wanted};
use dragoman_core::outcome::Failure;
use dragoman_core::{Id, MessageId};

use super::job::{Ended, Hope, News};

/// So many fetches run at once.
const AT_ONCE: usize = 4;
/// And so many of one channel: where the provider does not answer, the other channels' files still
/// come.
const PER_CHANNEL: usize = 2;
/// And so many of the advertisements that bring customers to a channel.
const ADVERTISEMENTS_PER_CHANNEL: usize = 1;

/// Who gives files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Giver {
    /// The provider of a channel.
    Provider(Id),
    /// Whoever advertises for a channel.
    Advertiser(Id),
}

impl Giver {
    const fn of(fetch: &Fetch) -> Self {
        match fetch.wanted {
            Wanted::File(_) => Self::Provider(fetch.channel),
            Wanted::Advertisement(_) => Self::Advertiser(fetch.channel),
        }
    }

    const fn at_once(self) -> usize {
        match self {
            Self::Provider(_) => PER_CHANNEL,
            Self::Advertiser(_) => ADVERTISEMENTS_PER_CHANNEL,
        }
    }
}

/// What is being fetched, and what was learned of that.
#[derive(Debug, Default)]
pub(super) struct Underway {
    /// Who is asked for the file of each message that is being fetched.
    running: HashMap<MessageId, Giver>,
    /// Why the last try failed, of those who did not give the last file.
    failing: HashMap<Giver, Failure>,
}

impl Underway {
    /// Whether none of any channel may begin.
    pub(super) fn is_full(&self) -> bool {
        self.running.len() >= AT_ONCE
    }

    /// Begins a fetch, if it may run now and does not run already. Answers what hope there is.
    pub(super) fn begin(&mut self, fetch: &Fetch) -> Option<Hope> {
        let giver = Giver::of(fetch);
        let asked = self.running.values().filter(|asked| **asked == giver);
        let has_room = !self.is_full() && asked.count() < giver.at_once();
        if !has_room || self.running.contains_key(&fetch.message) {
            return None;
        }
        self.running.insert(fetch.message, giver);
        let failure = self.failing.get(&giver).cloned();
        Some(failure.map_or(Hope::Good, Hope::Little))
    }

    /// A fetch has ended.
    pub(super) fn end(&mut self, ended: Ended) {
        let Some(giver) = self.running.remove(&ended.message) else {
            return;
        };
        match ended.news {
            News::Gives => drop(self.failing.remove(&giver)),
            News::Fails(failure) => drop(self.failing.insert(giver, failure)),
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
            wanted: Wanted::File("media".into()),
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
    fn advertisements_leave_room_for_files_and_say_nothing_of_the_provider() {
        let advertisement = |number| Fetch {
            wanted: Wanted::Advertisement("https://example.com/".into()),
            ..fetch(1, number)
        };
        let mut underway = Underway::default();
        assert!(underway.begin(&advertisement(1)).is_some());
        assert!(underway.begin(&advertisement(2)).is_none());
        underway.end(ended(1, News::Fails(Failure::new(1, "away"))));
        assert_eq!(underway.begin(&fetch(1, 3)), Some(Hope::Good));
        let hope = underway.begin(&advertisement(2));
        assert!(matches!(hope, Some(Hope::Little(_))), "{hope:?}");
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
