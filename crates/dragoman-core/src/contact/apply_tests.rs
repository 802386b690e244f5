use super::*;
use crate::address::Address;
use crate::contact::Bot;
use crate::id::Id;

const NOW: Timestamp = Timestamp::from_seconds(1_790_000_000);

fn contact() -> Contact {
    Contact {
        id: Id::from_u128(1),
        name: None,
        addresses: vec![Address::parse("31612345678").unwrap()],
        created_at: NOW,
        profile: None,
    }
}

fn talk() -> Conversation {
    Conversation {
        number: 1,
        id: Id::from_u128(2),
        user: None,
        team: None,
        funnel: None,
        bot: Bot::Idle,
        created_at: NOW,
        closed_at: None,
    }
}

fn check(changes: &[CustomerChange], expected: &[ContactNews]) -> (Contact, Conversation) {
    let (mut contact, mut talk) = (contact(), talk());
    let news = apply(changes, &mut contact, Some(&mut talk), NOW);
    assert_eq!(news.as_deref(), Ok(expected));
    let again = apply(changes, &mut contact, Some(&mut talk), NOW);
    assert_eq!(again.as_deref(), Ok(&[][..]), "a repetition is no news");
    (contact, talk)
}

#[test]
fn what_is_changed_is_news_once() {
    let (contact, talk) = check(
        &[
            CustomerChange::Name("Ada".into()),
            CustomerChange::Tags(vec!["lead".into(), "vip".into(), "lead".into()]),
            CustomerChange::Field("City".into(), Some("London".into())),
            CustomerChange::User(Some(Id::from_u128(3))),
            CustomerChange::OptedOut(true),
        ],
        &[ContactNews::Updated],
    );
    let profile = contact.profile.unwrap();
    assert_eq!(contact.name.as_deref(), Some("Ada"));
    assert_eq!(profile.tags, ["lead".into(), "vip".into()]);
    assert_eq!(profile.fields["City"], "London".into());
    assert_eq!(profile.opted_out_at, Some(NOW));
    assert_eq!(talk.user, Some(Id::from_u128(3)));
}

#[test]
fn closing_is_news_of_its_own() {
    let close = CustomerChange::Close {
        reason: "issue_resolved".into(),
    };
    let closed = ContactNews::Closed {
        reason: "issue_resolved".into(),
    };
    let (mut contact, mut talk) = check(std::slice::from_ref(&close), &[closed]);
    assert_eq!(talk.closed_at, Some(NOW));
    let open = [CustomerChange::Open];
    let news = apply(&open, &mut contact, Some(&mut talk), NOW).unwrap();
    assert_eq!((news, talk.closed_at), (vec![ContactNews::Opened], None));
}

#[test]
fn a_profile_that_says_nothing_is_none() {
    let field = |value: Option<&str>| CustomerChange::Field("City".into(), value.map(Into::into));
    let (contact, _) = check(&[field(Some("London")), field(None)], &[]);
    assert_eq!(contact.profile, None);
}

#[test]
fn without_a_conversation_nothing_is_changed() {
    let mut changed = contact();
    let changes = [CustomerChange::Name("Ada".into()), CustomerChange::Open];
    assert_eq!(
        apply(&changes, &mut changed, None, NOW),
        Err(NoConversation)
    );
    assert_eq!(changed, contact());
}

#[test]
fn the_keys_that_were_acknowledged_last_are_the_ones_that_count() {
    let hash = |hash: &str| CustomerChange::Acknowledged(hash.into());
    let (contact, _) = check(&[hash("a"), hash("b")], &[ContactNews::Updated]);
    let profile = contact.profile.unwrap();
    assert_eq!(profile.acknowledged.as_deref(), Some("b"));
}
