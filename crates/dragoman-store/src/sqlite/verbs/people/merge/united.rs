//! What two profiles come to, and two conversations.

use std::sync::Arc;

use dragoman_core::Timestamp;
use dragoman_core::contact::{Conversation, Profile};

/// The older one's values win, and what it lacks is the other's: all tags, all fields. Whoever was
/// blocked or has opted out as one of them, is and has as both.
pub(super) fn profile(
    older: &Option<Arc<Profile>>,
    younger: &Option<Arc<Profile>>,
) -> Option<Arc<Profile>> {
    let (Some(older), Some(younger)) = (older, younger) else {
        return older.clone().or_else(|| younger.clone());
    };
    let mut united = Profile::clone(older);
    for tag in &younger.tags {
        if !united.tags.contains(tag) {
            united.tags.push(tag.clone());
        }
    }
    for (name, value) in &younger.fields {
        let field = united.fields.entry(name.clone());
        field.or_insert_with(|| value.clone());
    }
    united.note = united.note.or_else(|| younger.note.clone());
    united.email = united.email.or_else(|| younger.email.clone());
    united.avatar_url = united.avatar_url.or_else(|| younger.avatar_url.clone());
    united.blocked_at = earlier(united.blocked_at, younger.blocked_at);
    united.opted_out_at = earlier(united.opted_out_at, younger.opted_out_at);
    if united.identity.is_none() {
        united.identity.clone_from(&younger.identity);
        united.acknowledged.clone_from(&younger.acknowledged);
    }
    Some(Arc::new(united))
}

/// The older one's, open if either is, with what it lacks of people and stages.
pub(super) fn conversation(older: &Conversation, younger: &Conversation) -> Conversation {
    let closed = older.closed_at.zip(younger.closed_at);
    Conversation {
        user: older.user.or(younger.user),
        team: older.team.or(younger.team),
        funnel: older.funnel.or(younger.funnel),
        closed_at: closed.map(|(one, other)| one.max(other)),
        ..older.clone()
    }
}

fn earlier(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    [one, other].into_iter().flatten().min()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(tags: &[&str], city: &str, email: Option<&str>, opted_out: Option<i64>) -> Profile {
        Profile {
            tags: tags.iter().map(|tag| (*tag).into()).collect(),
            fields: [("City".into(), city.into()), (city.into(), "yes".into())].into(),
            email: email.map(Into::into),
            opted_out_at: opted_out.map(Timestamp::from_seconds),
            ..Profile::default()
        }
    }

    #[test]
    fn the_older_ones_values_win_and_nothing_else_is_lost() {
        let older = said(&["vip", "lead"], "London", None, Some(9));
        let younger = said(&["lead", "new"], "Paris", Some("ada@example.com"), Some(7));
        let united = profile(&Some(Arc::new(older)), &Some(Arc::new(younger))).unwrap();
        let mut expected = said(
            &["vip", "lead", "new"],
            "London",
            Some("ada@example.com"),
            Some(7),
        );
        expected.fields.insert("Paris".into(), "yes".into());
        assert_eq!(*united, expected);
    }

    #[test]
    fn one_profile_is_enough() {
        let one = Some(Arc::new(said(&["vip"], "London", None, None)));
        assert_eq!(profile(&one, &None), one);
        assert_eq!(profile(&None, &one), one);
        assert_eq!(profile(&None, &None), None);
    }
}
