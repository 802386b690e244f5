//! Where conversations end.

/// The last message or note of each of some conversations that began one after another; 0 before
/// the first. Every message changes one of these numbers and nothing else of its conversation, so
/// they stand apart from who the customer is, which is large and seldom changes; and together,
/// because one alone is much smaller than what a table of the shelf costs for each entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ends([i64; Self::COUNT]);

impl Ends {
    /// So many are kept together.
    const COUNT: usize = 32;

    /// The key of those among whom this conversation is.
    pub(crate) const fn key(conversation: i64) -> i64 {
        conversation.div_euclid(Self::COUNT as i64)
    }

    const fn place(conversation: i64) -> usize {
        conversation.rem_euclid(Self::COUNT as i64) as usize
    }

    /// The last message of this conversation, which is among them.
    pub(crate) const fn of(&self, conversation: i64) -> i64 {
        self.0[Self::place(conversation)]
    }

    /// This conversation goes on with a message. Answers the one before.
    pub(crate) const fn go_on(&mut self, conversation: i64, message: i64) -> i64 {
        std::mem::replace(&mut self.0[Self::place(conversation)], message)
    }

    /// All of them, in order.
    pub(crate) const fn all(&self) -> &[i64; Self::COUNT] {
        &self.0
    }

    /// The reverse of [`Ends::all`].
    pub(crate) const fn from_all(all: [i64; Self::COUNT]) -> Self {
        Self(all)
    }
}

/// A conversation, and its last message or note; 0 before the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Thread {
    pub(crate) conversation: i64,
    pub(crate) last: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_share_their_key_and_not_their_ends() {
        let mut ends = Ends::default();
        assert_eq!(Ends::key(32), Ends::key(63));
        assert_eq!((ends.go_on(32, 5), ends.go_on(63, 6)), (0, 0));
        assert_eq!(ends.go_on(32, 7), 5);
        assert_eq!((ends.of(32), ends.of(33), ends.of(63)), (7, 0, 6));
        assert_ne!(Ends::key(63), Ends::key(64));
    }
}
