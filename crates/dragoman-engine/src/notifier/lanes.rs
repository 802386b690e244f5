//! One event of a conversation after the other, for subscriptions that want it so.

use std::collections::{BTreeSet, HashMap};

use dragoman_core::ports::Due;

/// The events of conversations that are not over. Empty where no order is wanted: then everything
/// may be told at any time.
#[derive(Debug, Default)]
pub(super) struct Lanes {
    lanes: HashMap<i64, Lane>,
    /// Event → its conversation.
    of: HashMap<i64, i64>,
    /// Event → what waits for an earlier one.
    parked: HashMap<i64, Due>,
}

#[derive(Debug, Default)]
struct Lane {
    /// Events that are not over, in order.
    open: BTreeSet<i64>,
    /// The one that is being told.
    flying: Option<i64>,
}

impl Lanes {
    /// An event of this conversation is to be told.
    pub(super) fn enter(&mut self, conversation: i64, seq: i64) {
        self.of.insert(seq, conversation);
        self.lanes.entry(conversation).or_default().open.insert(seq);
    }

    /// Begins to tell an event, if it is its turn.
    pub(super) fn fly(&mut self, seq: i64) -> bool {
        let Some(lane) = self.lane(seq) else {
            return true;
        };
        let is_next = lane.flying.is_none() && lane.open.first() == Some(&seq);
        if is_next {
            lane.flying = Some(seq);
        }
        is_next
    }

    /// Keeps an event until it is its turn.
    pub(super) fn park(&mut self, due: Due) {
        self.parked.insert(due.seq, due);
    }

    /// So many wait for their turn.
    pub(super) fn parked(&self) -> usize {
        self.parked.len()
    }

    /// An event was tried and will be tried again. Answers whose turn it is now, if it has waited.
    pub(super) fn land(&mut self, seq: i64) -> Option<Due> {
        let lane = self.lane(seq)?;
        lane.flying.take_if(|flying| *flying == seq);
        let next = lane
            .open
            .first()
            .filter(|_| lane.flying.is_none())
            .copied()?;
        self.parked.remove(&next)
    }

    /// An event is over. Answers whose turn it is now, if it has waited.
    pub(super) fn leave(&mut self, seq: i64) -> Option<Due> {
        self.parked.remove(&seq);
        let conversation = *self.of.get(&seq)?;
        self.lanes.get_mut(&conversation)?.open.remove(&seq);
        let next = self.land(seq);
        self.of.remove(&seq);
        self.lanes
            .retain(|known, lane| *known != conversation || !lane.open.is_empty());
        next
    }

    fn lane(&mut self, seq: i64) -> Option<&mut Lane> {
        self.lanes.get_mut(self.of.get(&seq)?)
    }
}

#[cfg(test)]
mod tests {
    use dragoman_core::Timestamp;

    use super::*;

    fn due(seq: i64) -> Due {
        Due {
            seq,
            message: None,
            due_at: Timestamp::from_seconds(0),
            tries: 0,
        }
    }

    fn seq(due: Option<Due>) -> Option<i64> {
        due.map(|due| due.seq)
    }

    #[test]
    fn the_second_waits_until_the_first_is_over_and_others_do_not() {
        let mut lanes = Lanes::default();
        for (conversation, event) in [(1, 10), (1, 11), (2, 12), (1, 13)] {
            lanes.enter(conversation, event);
        }
        assert!(lanes.fly(10) && !lanes.fly(11) && lanes.fly(12) && !lanes.fly(13));
        lanes.park(due(11));
        lanes.park(due(13));
        assert_eq!(seq(lanes.land(10)), None, "it is still the first");
        assert!(!lanes.fly(11) && lanes.fly(10));
        assert_eq!(seq(lanes.leave(10)), Some(11));
        assert!(lanes.fly(11) && !lanes.fly(13));
        assert_eq!(seq(lanes.leave(11)), Some(13));
        assert_eq!((seq(lanes.leave(13)), seq(lanes.leave(12))), (None, None));
        assert!(lanes.lanes.is_empty() && lanes.of.is_empty() && lanes.parked() == 0);
    }

    #[test]
    fn an_earlier_one_that_is_told_again_goes_before_the_others_but_interrupts_none() {
        let mut lanes = Lanes::default();
        lanes.enter(1, 10);
        assert!(lanes.fly(10));
        lanes.enter(1, 5);
        assert!(!lanes.fly(5));
        lanes.park(due(5));
        assert_eq!(seq(lanes.land(10)), Some(5));
        assert!(!lanes.fly(10) && lanes.fly(5));
    }

    #[test]
    fn what_is_in_no_lane_waits_for_nobody() {
        let mut lanes = Lanes::default();
        assert!(lanes.fly(1));
        assert_eq!((seq(lanes.land(1)), seq(lanes.leave(1))), (None, None));
    }
}
