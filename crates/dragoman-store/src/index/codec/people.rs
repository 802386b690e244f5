//! Contacts, and where their conversations stand.

use std::sync::Arc;

use dragoman_core::contact::{Bot, Contact, Conversation, Profile};
use dragoman_core::window::Heard;
use dragoman_core::{Id, Timestamp};

use super::Value;
use super::reading::{Reading, write_text};
use crate::index::entry::{Ends, Fate, Head, Person};
use crate::record::profile::ProfileRecord;
use crate::record::{VERSION, from_json, to_json};

impl Value for Arc<Person> {
    fn write(&self, to: &mut Vec<u8>) {
        let Person {
            contact,
            conversations,
            fate,
            merged,
        } = &**self;
        contact.write(to);
        conversations.write(to);
        fate.write(to);
        merged.write(to);
    }

    fn read(from: &mut Reading<'_>) -> Option<Self> {
        Some(Self::new(Person {
            contact: Arc::new(Contact::read(from)?),
            conversations: Vec::read(from)?,
            fate: Fate::read(from)?,
            merged: Vec::read(from)?,
        }))
    }
}

impl Value for Fate {
    fn write(&self, to: &mut Vec<u8>) {
        let (number, older) = match self {
            Self::Known => (0, 0),
            Self::Forgotten => (1, 0),
            Self::MergedInto(older) => (2, *older),
        };
        to.push(number);
        older.write(to);
    }

    fn read(from: &mut Reading<'_>) -> Option<Self> {
        let (number, older) = (u8::read(from)?, i64::read(from)?);
        match number {
            0 => Some(Self::Known),
            1 => Some(Self::Forgotten),
            2 => Some(Self::MergedInto(older)),
            _ => None,
        }
    }
}

impl Value for Contact {
    fn write(&self, to: &mut Vec<u8>) {
        let Self {
            id,
            name,
            addresses,
            created_at,
            profile,
        } = self;
        id.write(to);
        created_at.write(to);
        to.push(u8::from(name.is_some()));
        write_text(name.as_deref().unwrap_or_default(), to);
        addresses.write(to);
        profile.as_deref().cloned().write(to);
    }

    fn read(from: &mut Reading<'_>) -> Option<Self> {
        let (id, created_at) = (Id::read(from)?, Timestamp::read(from)?);
        let named = u8::read(from)? != 0;
        let name = from.text()?;
        Some(Self {
            id,
            name: named.then(|| name.into()),
            addresses: Vec::read(from)?,
            created_at,
            profile: Option::<Profile>::read(from)?.map(Arc::new),
        })
    }
}

/// How many there are, then each.
impl<V: Value> Value for Vec<V> {
    fn write(&self, to: &mut Vec<u8>) {
        let count = u32::try_from(self.len()).expect("nobody has four billion of anything");
        to.extend(count.to_be_bytes());
        for value in self {
            value.write(to);
        }
    }

    fn read(from: &mut Reading<'_>) -> Option<Self> {
        let count = u32::from_be_bytes(from.bytes()?);
        (0..count).map(|_| V::read(from)).collect()
    }
}

impl Value for Head {
    fn write(&self, to: &mut Vec<u8>) {
        let Self {
            channel,
            conversation,
            heard,
        } = self;
        channel.write(to);
        conversation.write(to);
        heard.write(to);
    }

    fn read(from: &mut Reading<'_>) -> Option<Self> {
        Some(Self {
            channel: i64::read(from)?,
            conversation: Conversation::read(from)?,
            heard: Heard::read(from)?,
        })
    }
}

impl Value for Ends {
    fn write(&self, to: &mut Vec<u8>) {
        for last in self.all() {
            last.write(to);
        }
    }

    fn read(from: &mut Reading<'_>) -> Option<Self> {
        let mut all = *Self::default().all();
        for last in &mut all {
            *last = i64::read(from)?;
        }
        Some(Self::from_all(all))
    }
}

impl Value for Conversation {
    fn write(&self, to: &mut Vec<u8>) {
        let Self {
            number,
            id,
            user,
            team,
            funnel,
            bot,
            created_at,
            closed_at,
        } = self;
        number.write(to);
        id.write(to);
        user.write(to);
        team.write(to);
        funnel.write(to);
        to.push(*bot as u8);
        created_at.write(to);
        closed_at.write(to);
    }

    fn read(from: &mut Reading<'_>) -> Option<Self> {
        Some(Self {
            number: i64::read(from)?,
            id: Id::read(from)?,
            user: Option::read(from)?,
            team: Option::read(from)?,
            funnel: Option::read(from)?,
            bot: bot(u8::read(from)?)?,
            created_at: Timestamp::read(from)?,
            closed_at: Option::read(from)?,
        })
    }
}

/// The bot of that number.
pub(crate) const fn bot(number: u8) -> Option<Bot> {
    match number {
        0 => Some(Bot::Idle),
        1 => Some(Bot::Started),
        2 => Some(Bot::Ended),
        _ => None,
    }
}

/// As the JSON of its record: few have one.
impl Value for Profile {
    fn write(&self, to: &mut Vec<u8>) {
        write_text(&to_json::<ProfileRecord, _>(self), to);
    }

    fn read(from: &mut Reading<'_>) -> Option<Self> {
        from_json::<ProfileRecord, _>("profile", VERSION, from.text()?).ok()
    }
}

impl Value for Heard {
    fn write(&self, to: &mut Vec<u8>) {
        let Self {
            last_inbound,
            last_referral,
        } = self;
        last_inbound.write(to);
        last_referral.write(to);
    }

    fn read(from: &mut Reading<'_>) -> Option<Self> {
        Some(Self {
            last_inbound: Option::read(from)?,
            last_referral: Option::read(from)?,
        })
    }
}

impl Value for Id {
    fn write(&self, to: &mut Vec<u8>) {
        self.as_u128().write(to);
    }

    fn read(from: &mut Reading<'_>) -> Option<Self> {
        u128::read(from).map(Self::from_u128)
    }
}
