//! Whom a conversation belongs to.

use crate::catalog::Catalog;
use crate::id::Id;
use crate::submission::Wish;
use crate::tenant::Tenant;

/// What becomes of a wish for assignment. The message goes out in any case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assignment {
    /// The collaborator who gets the conversation.
    pub user: Option<Id>,
    /// The team that gets it.
    pub team: Option<Id>,
    /// Why a part of the wish was not granted; recorded as an event.
    pub refused: Option<NotAssigned>,
}

/// Why a conversation was not assigned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAssigned {
    /// Nobody of the account has this e-mail address.
    UnknownUser,
    /// The collaborator is in no team of the account.
    UserInNoTeam,
}

/// Decides a wish. A team that does not exist is refused by the dialect before it comes here.
pub fn assign(wish: &Wish, account: Tenant, catalog: &Catalog) -> Assignment {
    let mut assignment = Assignment {
        team: wish.team,
        ..Assignment::default()
    };
    let Some(email) = &wish.user else {
        return assignment;
    };
    match catalog.user_by_email(account, email) {
        None => assignment.refused = Some(NotAssigned::UnknownUser),
        Some(user) if user.teams.is_empty() => assignment.refused = Some(NotAssigned::UserInNoTeam),
        Some(user) => assignment.user = Some(user.id),
    }
    assignment
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::User;
    use crate::time::Timestamp;

    #[test]
    fn only_members_of_a_team_get_conversations() {
        let (account, team) = (Id::from_u128(1), Id::from_u128(2));
        let user = |id, email: &str, teams: &[Id]| User {
            id: Id::from_u128(id),
            account,
            email: email.into(),
            name: "N".into(),
            teams: teams.to_vec(),
            password_hash: None,
            available: true,
            available_at: Timestamp::default(),
            status: None,
            created_at: Timestamp::default(),
        };
        let catalog = Catalog {
            users: vec![user(10, "in@e.com", &[team]), user(11, "out@e.com", &[])],
            ..Catalog::default()
        };
        let check = |email: &str, expected: Result<u128, NotAssigned>| {
            let wish = Wish {
                user: Some(email.into()),
                team: None,
            };
            let given = assign(&wish, catalog.users[0].tenant(), &catalog);
            assert_eq!(given.user, expected.ok().map(Id::from_u128));
            assert_eq!(given.refused, expected.err());
        };
        check("in@e.com", Ok(10));
        check("IN@e.com", Ok(10));
        check("out@e.com", Err(NotAssigned::UserInNoTeam));
        check("nobody@e.com", Err(NotAssigned::UnknownUser));
    }
}
