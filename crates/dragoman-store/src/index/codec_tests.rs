use std::fmt::Debug;
use std::sync::Arc;

use dragoman_core::contact::{Bot, Contact, Conversation, Profile};
use dragoman_core::id::AttemptId;
use dragoman_core::message::Priority;
use dragoman_core::state::Fold;
use dragoman_core::window::Heard;
use dragoman_core::{Id, State};
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::index::entry::{Ends, Fate, Head, Kept, Outcome, Person};
use crate::index::mark::{Label, Mark};

fn time() -> impl Strategy<Value = Timestamp> {
    any::<i64>().prop_map(Timestamp::from_millis)
}

fn id() -> impl Strategy<Value = Id> {
    any::<u128>().prop_map(Id::from_u128)
}

fn address() -> impl Strategy<Value = Address> {
    let user = ("[a-z0-9]{0,6}", "[A-Z]{2}\\.[0-9]{1,20}").prop_map(|(scope, id)| Address::User {
        scope: scope.into(),
        id: id.into(),
    });
    let phone = "[1-9][0-9]{6,14}".prop_map(|digits| Address::parse(&digits).unwrap());
    prop_oneof![phone, user]
}

fn fold() -> impl Strategy<Value = Fold> {
    let times = [of(time()), of(time()), of(time()), of(time())];
    (select(State::ALL.to_vec()), of(any::<u128>()), times).prop_map(|(state, attempt, times)| {
        let [sent_at, delivered_at, read_at, failed_at] = times;
        Fold {
            state,
            attempt: attempt.map(AttemptId),
            sent_at,
            delivered_at,
            read_at,
            failed_at,
        }
    })
}

fn outcome() -> impl Strategy<Value = Outcome> {
    let priorities = vec![Priority::High, Priority::Normal, Priority::Bulk];
    let numbers = any::<[i64; 7]>();
    let provider_id = of(".{0,80}");
    let rest = (of(select(priorities)), any::<bool>(), time(), fold());
    (numbers, provider_id, rest).prop_map(|(numbers, provider_id, rest)| {
        let [
            tail,
            account,
            channel,
            contact,
            conversation,
            last_event,
            last_delivery,
        ] = numbers;
        let (priority, refused, expires_at, fold) = rest;
        Outcome {
            tail,
            account,
            channel,
            contact,
            conversation,
            priority,
            refused,
            expires_at,
            fold,
            provider_id: provider_id.map(Into::into),
            last_event,
            last_delivery,
        }
    })
}

fn head() -> impl Strategy<Value = Head> {
    let numbers = any::<[i64; 2]>();
    let bot = select(vec![Bot::Idle, Bot::Started, Bot::Ended]);
    let conversation = (id(), of(id()), of(id()), of(id()), bot, time(), of(time()));
    let heard = (of(time()), of(time()));
    (numbers, conversation, heard).prop_map(|([channel, number], conversation, heard)| {
        let (id, user, team, funnel, bot, created_at, closed_at) = conversation;
        let (last_inbound, last_referral) = heard;
        Head {
            channel,
            conversation: Conversation {
                number,
                id,
                user,
                funnel,
                bot,
                closed_at,
                team,
                created_at,
            },
            heard: Heard {
                last_inbound,
                last_referral,
            },
        }
    })
}

fn profile() -> impl Strategy<Value = Profile> {
    let tags = prop::collection::vec(".{0,9}", 0..3);
    let fields = prop::collection::btree_map(".{0,9}", ".{0,9}", 0..3);
    let texts = (of(".{0,9}"), of(".{0,9}"), of(".{0,9}"));
    (tags, fields, texts, of(time()), of(time())).prop_map(
        |(tags, fields, (note, email, avatar_url), blocked_at, opted_out_at)| Profile {
            tags: tags.into_iter().map(Into::into).collect(),
            fields: fields
                .into_iter()
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
            note: note.map(Into::into),
            email: email.map(Into::into),
            avatar_url: avatar_url.map(Into::into),
            blocked_at,
            opted_out_at,
            ..Profile::default()
        },
    )
}

fn contact() -> impl Strategy<Value = Contact> {
    let addresses = prop::collection::vec(address(), 0..4);
    (id(), of(".{0,20}"), addresses, time(), of(profile())).prop_map(
        |(id, name, addresses, created_at, profile)| Contact {
            id,
            name: name.map(Into::into),
            profile: profile.map(Arc::new),
            addresses,
            created_at,
        },
    )
}

fn person() -> impl Strategy<Value = Arc<Person>> {
    let conversations = prop::collection::vec(head(), 0..3);
    let fate = prop_oneof![
        Just(Fate::Known),
        any::<i64>().prop_map(Fate::MergedInto),
        Just(Fate::Forgotten),
    ];
    (contact(), conversations, fate, any::<Vec<i64>>()).prop_map(
        |(contact, conversations, fate, merged)| {
            Arc::new(Person {
                contact: Arc::new(contact),
                conversations,
                fate,
                merged,
            })
        },
    )
}

/// What is written reads the same; what was cut short reads as nothing.
fn check<V: Value + PartialEq + Debug>(value: &V) {
    let bytes = written(value);
    assert_eq!(read::<V>(&bytes).as_ref(), Some(value));
    let short = bytes.split_last().map_or(&[][..], |(_, rest)| rest);
    assert_ne!(read::<V>(short).as_ref(), Some(value));
}

proptest! {
    #[test]
    fn an_outcome_comes_back(outcome in outcome()) {
        check(&outcome);
    }

    #[test]
    fn a_person_comes_back(person in person()) {
        check(&person);
    }

    #[test]
    fn the_ends_of_conversations_come_back(all: [i64; 32]) {
        check(&Ends::from_all(all));
    }

    #[test]
    fn a_key_and_a_number_come_back(fingerprint: [u8; 16], message: i64) {
        check(&Kept { fingerprint, message });
        check(&message);
    }

    #[test]
    fn a_mark_comes_back(format: u32, store: i64, numbers: [i64; 8]) {
        let [message, tail, event, contact, address, conversation, delivery, touched] = numbers;
        let mark = Mark { message, tail, event, contact, address, conversation, delivery, touched };
        check(&Label { format, store, mark });
    }

    #[test]
    fn bytes_that_are_no_value_are_read_as_none(bytes: Vec<u8>) {
        let _ = (read::<Outcome>(&bytes), read::<Arc<Person>>(&bytes));
        let longer = [written(&7_i64), bytes.clone(), vec![0]].concat();
        prop_assert_eq!(read::<i64>(&longer), None);
    }

    #[test]
    fn keys_sort_as_what_they_stand_for(one in 0..i64::MAX, other in 0..i64::MAX) {
        prop_assert_eq!(one.bytes(1).cmp(&other.bytes(1)), one.cmp(&other));
    }

    #[test]
    fn two_addresses_have_two_keys(account in 0..i64::MAX, one in address(), other in address()) {
        let same = one == other;
        prop_assert_eq!((account, one).bytes(1) == (account, other).bytes(1), same);
    }
}
