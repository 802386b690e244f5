use std::collections::HashMap;

use dragoman_core::Timestamp;
use dragoman_core::contact::{Bot, Contact, Conversation};

use super::*;
use crate::index::entry::Head;

const CHANNEL: i64 = 3;

/// People alone.
struct Town(HashMap<i64, Arc<Person>>);

impl People for Town {
    fn find_person(&self, contact: i64) -> Option<Cow<'_, Arc<Person>>> {
        self.0.get(&contact).map(Cow::Borrowed)
    }

    fn find_message(&self, _row: i64) -> Option<MessageId> {
        None
    }

    fn find_ends(&self, _key: i64) -> Option<Cow<'_, Ends>> {
        None
    }

    fn find_id(&self, _row: i64) -> Option<Id> {
        None
    }
}

/// Somebody in this row, who was heard so many seconds after the beginning.
fn person(row: i64) -> Person {
    let id = Id::from_u128(1);
    let contact = Contact {
        id,
        name: None,
        addresses: Vec::new(),
        created_at: Timestamp::default(),
        profile: None,
    };
    let conversation = Conversation {
        number: row,
        id,
        user: None,
        team: None,
        funnel: None,
        bot: Bot::Idle,
        created_at: Timestamp::default(),
        closed_at: None,
    };
    let head = Head {
        channel: CHANNEL,
        conversation,
        heard: Heard {
            last_inbound: Some(Timestamp::from_seconds(row)),
            last_referral: None,
        },
    };
    Person {
        conversations: vec![head],
        ..Person::new(contact)
    }
}

#[test]
fn who_proved_to_be_somebody_one_after_the_other_is_found_however_many_they_are() {
    const COUNT: i64 = 100_000;
    let people = (1..=COUNT).map(|row| {
        let mut one = person(row);
        if row > 1 {
            one.fate = Fate::MergedInto(row - 1);
        }
        if row < COUNT {
            one.take_in(row + 1);
        }
        (row, Arc::new(one))
    });
    let town = Town(people.collect());
    let (survivor, oldest) = town.survivor(COUNT).unwrap();
    assert_eq!(survivor, 1);
    let last = town.heard(&oldest, CHANNEL).last_inbound;
    assert_eq!(last, Some(Timestamp::from_seconds(COUNT)));
    assert_eq!(town.threads(&oldest).len(), 100_000);
}
