use super::*;
use crate::catalog::{Policy, Rights, Token};

const ACCOUNT: Id = Id::from_u128(1);
const SALES: Id = Id::from_u128(2);
const SUPPORT: Id = Id::from_u128(3);

fn team(id: Id) -> Team {
    Team {
        id,
        account: ACCOUNT,
        name: format!("{id}").into(),
        default: false,
        created_at: Timestamp::default(),
    }
}

fn user(teams: &[Id]) -> User {
    User {
        id: Id::from_u128(4),
        account: ACCOUNT,
        email: "ada@example.org".into(),
        name: "Ada".into(),
        teams: teams.to_vec(),
        password_hash: None,
        available: true,
        available_at: Timestamp::default(),
        status: None,
        created_at: Timestamp::default(),
    }
}

fn token() -> Token {
    Token {
        id: Id::from_u128(5),
        account: ACCOUNT,
        name: "".into(),
        hash: [0; 32],
        scope: TokenScope::Session { user: user(&[]).id },
        policy: Policy::default(),
        created_at: Timestamp::default(),
        expires_at: None,
        last_used_at: None,
    }
}

fn catalog() -> Catalog {
    Catalog {
        teams: vec![team(SALES), team(SUPPORT)],
        users: vec![user(&[SALES])],
        tokens: vec![token()],
        ..Catalog::default()
    }
}

#[test]
fn whoever_changes_teams_leaves_one_and_joins_the_other() {
    let new = user(&[SUPPORT]);
    assert_eq!(
        of_change(&catalog(), &Change::User(new.clone())),
        [
            StaffNews::Membership(new.clone(), team(SALES), Membership::Removed),
            StaffNews::Membership(new, team(SUPPORT), Membership::Added),
        ]
    );
}

#[test]
fn only_a_known_collaborator_s_status_is_news() {
    let away = User {
        available: false,
        ..user(&[SALES])
    };
    assert_eq!(
        of_change(&catalog(), &Change::User(away.clone())),
        [StaffNews::Status(away.clone())]
    );
    let nobody = Catalog {
        users: Vec::new(),
        ..catalog()
    };
    assert_eq!(
        of_change(&nobody, &Change::User(away.clone())),
        [StaffNews::Membership(away, team(SALES), Membership::Added)]
    );
    assert_eq!(of_change(&catalog(), &Change::User(user(&[SALES]))), []);
}

#[test]
fn whoever_is_removed_leaves_every_team() {
    assert_eq!(
        of_change(&catalog(), &Change::RemoveUser(user(&[]).id)),
        [StaffNews::Membership(
            user(&[SALES]),
            team(SALES),
            Membership::Removed
        )]
    );
}

#[test]
fn sessions_begin_and_end_with_their_tokens() {
    let ada = || user(&[SALES]);
    for (change, session) in [
        (Change::Token(token()), Session::LoggedIn),
        (Change::RemoveToken(token().id), Session::LoggedOut),
        (Change::EndSession(token().id), Session::EndedBySystem),
    ] {
        assert_eq!(
            of_change(&catalog(), &change),
            [StaffNews::Session(ada(), session)]
        );
    }
    let program = Token {
        scope: TokenScope::Api(Rights::ALL),
        ..token()
    };
    assert_eq!(of_change(&catalog(), &Change::Token(program)), []);
}
