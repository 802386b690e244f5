//! Whose turn it is: three priorities, served fairly.

use std::collections::VecDeque;

use dragoman_core::message::Priority;

/// How many turns each priority has while the others wait too.
const WEIGHTS: [u8; 3] = [8, 4, 1];

/// The conversations that may send now, in order, by priority.
#[derive(Debug)]
pub(super) struct Rings {
    rings: [VecDeque<i64>; 3],
    credits: [u8; 3],
}

impl Rings {
    pub(super) const fn new() -> Self {
        Self {
            rings: [const { VecDeque::new() }; 3],
            credits: WEIGHTS,
        }
    }

    pub(super) fn push(&mut self, priority: Priority, conversation: i64) {
        self.rings[index(priority)].push_back(conversation);
    }

    /// The next conversation, and the priority that it was pushed with.
    pub(super) fn next(&mut self) -> Option<(Priority, i64)> {
        let with_credit = |rings: &Self, credits: &[u8; 3]| {
            (0..3).find(|&at| credits[at] > 0 && !rings.rings[at].is_empty())
        };
        let at = with_credit(self, &self.credits).or_else(|| {
            self.credits = WEIGHTS;
            with_credit(self, &WEIGHTS)
        })?;
        self.credits[at] -= 1;
        let conversation = self.rings[at].pop_front()?;
        Some((PRIORITIES[at], conversation))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rings.iter().all(VecDeque::is_empty)
    }
}

const PRIORITIES: [Priority; 3] = [Priority::High, Priority::Normal, Priority::Bulk];

const fn index(priority: Priority) -> usize {
    match priority {
        Priority::High => 0,
        Priority::Normal => 1,
        Priority::Bulk => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_come_first_and_broadcasts_are_not_starved() {
        let mut rings = Rings::new();
        for conversation in 0..100 {
            for priority in PRIORITIES {
                rings.push(priority, conversation);
            }
        }
        let served: String = (0..26)
            .filter_map(|_| rings.next())
            .map(|(priority, _)| match priority {
                Priority::High => 'h',
                Priority::Normal => 'n',
                Priority::Bulk => 'b',
            })
            .collect();
        assert_eq!(served, "hhhhhhhhnnnnbhhhhhhhhnnnnb");
    }

    #[test]
    fn a_priority_that_is_alone_gets_everything() {
        let mut rings = Rings::new();
        (0..20).for_each(|conversation| rings.push(Priority::Bulk, conversation));
        let served: Vec<i64> = std::iter::from_fn(|| rings.next())
            .map(|(_, conversation)| conversation)
            .collect();
        assert_eq!(served, (0..20).collect::<Vec<_>>());
        assert!(rings.is_empty());
    }
}
