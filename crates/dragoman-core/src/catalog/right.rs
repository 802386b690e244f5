//! What a program may do.

/// One thing that a program may do in its account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// Send messages, and keep files for them.
    Send,
    /// Hear what became of messages, and read what was said.
    Read,
    /// See, change and forget customers, and erase what was said.
    Contacts,
    /// Have itself called when something happens.
    Webhooks,
    /// See and change how the account is set up.
    Management,
}

impl Right {
    /// All of them, in the order in which they are listed to people.
    pub const ALL: [Self; 5] = [
        Self::Send,
        Self::Read,
        Self::Contacts,
        Self::Webhooks,
        Self::Management,
    ];

    /// The word in APIs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Send => "messages:send",
            Self::Read => "messages:read",
            Self::Contacts => "contacts",
            Self::Webhooks => "webhooks",
            Self::Management => "management",
        }
    }

    /// The right of that name.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|right| right.word() == word)
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// What a program may do in its account, all told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rights(u8);

impl Rights {
    /// Everything, also what later versions can do.
    pub const ALL: Self = Self(u8::MAX);

    /// Whether a right is among them.
    pub const fn include(self, right: Right) -> bool {
        self.0 & right.bit() != 0
    }

    /// Each of them.
    pub fn each(self) -> impl Iterator<Item = Right> {
        let own = move |right: &Right| self.include(*right);
        Right::ALL.into_iter().filter(own)
    }
}

impl FromIterator<Right> for Rights {
    fn from_iter<I: IntoIterator<Item = Right>>(rights: I) -> Self {
        let bits = rights.into_iter().map(Right::bit);
        Self(bits.fold(0, |all, bit| all | bit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_include_what_they_are_made_of_and_nothing_else() {
        for right in Right::ALL {
            let only = Rights::from_iter([right]);
            assert_eq!(only.each().collect::<Vec<_>>(), [right]);
            assert!(Rights::ALL.include(right));
            assert_eq!(Right::from_word(right.word()), Some(right));
        }
        assert_eq!(Rights::from_iter([]).each().count(), 0);
        assert_eq!(Right::from_word("everything"), None);
    }
}
