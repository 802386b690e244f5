use super::*;
use crate::catalog::{Policy, Rights, Token};
use crate::time::Timestamp;

const ACCOUNT: Id = Id::from_u128(1);
const STRANGER: Id = Id::from_u128(2);
const SALES: Id = Id::from_u128(3);
const SUPPORT: Id = Id::from_u128(4);
const ADA: Id = Id::from_u128(5);
const BOB: Id = Id::from_u128(6);
const LUNCH: Id = Id::from_u128(7);

fn team(id: Id, default: bool) -> Team {
    Team {
        id,
        account: ACCOUNT,
        name: "T".into(),
        default,
        created_at: Timestamp::default(),
    }
}

fn user(id: Id, teams: &[Id], status: Option<Id>) -> User {
    User {
        id,
        account: ACCOUNT,
        email: format!("{id}@example.org").into(),
        name: "N".into(),
        teams: teams.to_vec(),
        password_hash: None,
        available: true,
        available_at: Timestamp::default(),
        status: status.map(|status| (status, Timestamp::default())),
        created_at: Timestamp::default(),
    }
}

fn session(id: u128, scope: TokenScope) -> Token {
    Token {
        id: Id::from_u128(id),
        account: ACCOUNT,
        name: "".into(),
        hash: [0; 32],
        scope,
        policy: Policy::default(),
        created_at: Timestamp::default(),
        expires_at: None,
        last_used_at: None,
    }
}

fn catalog(teams: Vec<Team>, users: Vec<User>) -> Catalog {
    Catalog {
        teams,
        users,
        ..Catalog::default()
    }
}

#[track_caller]
fn check(catalog: &Catalog, change: Change, expected: &[Change]) {
    let changes = cascade(catalog, change);
    assert_eq!(format!("{changes:#?}"), format!("{expected:#?}"));
}

#[test]
fn whoever_is_in_a_team_leaves_it_before_it_goes() {
    let users = vec![
        user(ADA, &[SALES, SUPPORT], None),
        user(BOB, &[SUPPORT], None),
    ];
    let catalog = catalog(vec![team(SUPPORT, true), team(SALES, false)], users);
    let leaves = Change::User(user(ADA, &[SUPPORT], None));
    check(
        &catalog,
        Change::RemoveTeam(SALES),
        &[leaves, Change::RemoveTeam(SALES)],
    );
}

#[test]
fn sessions_end_before_their_collaborator_goes() {
    let sessions = vec![
        session(10, TokenScope::Session { user: ADA }),
        session(11, TokenScope::Session { user: BOB }),
        session(12, TokenScope::Api(Rights::ALL)),
    ];
    let catalog = Catalog {
        tokens: sessions,
        ..catalog(Vec::new(), vec![user(ADA, &[], None)])
    };
    let ends = Change::EndSession(Id::from_u128(10));
    check(
        &catalog,
        Change::RemoveUser(ADA),
        &[ends, Change::RemoveUser(ADA)],
    );
}

#[test]
fn nobody_shows_a_status_that_is_gone() {
    let users = vec![user(ADA, &[], Some(LUNCH)), user(BOB, &[], Some(SALES))];
    check(
        &catalog(Vec::new(), users),
        Change::RemoveCustomStatus(LUNCH),
        &[
            Change::User(user(ADA, &[], None)),
            Change::RemoveCustomStatus(LUNCH),
        ],
    );
}

#[test]
fn the_first_team_is_the_default_and_stays_it_until_another_is() {
    let nobody_s = catalog(Vec::new(), Vec::new());
    let first = Change::Team(team(SALES, true));
    check(
        &nobody_s,
        Change::Team(team(SALES, false)),
        std::slice::from_ref(&first),
    );
    let one = catalog(vec![team(SALES, true)], Vec::new());
    check(&one, Change::Team(team(SALES, false)), &[first]);
    let second = Change::Team(team(SUPPORT, false));
    check(&one, second.clone(), std::slice::from_ref(&second));
    let both = [
        Change::Team(team(SALES, false)),
        Change::Team(team(SUPPORT, true)),
    ];
    check(&one, both[1].clone(), &both);
}

#[test]
fn the_oldest_team_that_is_left_becomes_the_default() {
    let foreign = Team {
        account: STRANGER,
        ..team(LUNCH, false)
    };
    let teams = vec![foreign, team(SALES, true), team(SUPPORT, false)];
    check(
        &catalog(teams, Vec::new()),
        Change::RemoveTeam(SALES),
        &[Change::RemoveTeam(SALES), Change::Team(team(SUPPORT, true))],
    );
    let last = catalog(vec![team(SALES, true)], Vec::new());
    check(
        &last,
        Change::RemoveTeam(SALES),
        &[Change::RemoveTeam(SALES)],
    );
}

#[test]
fn an_account_s_default_is_nothing_to_another() {
    let foreign = Team {
        account: STRANGER,
        ..team(SUPPORT, true)
    };
    let theirs = catalog(vec![foreign], Vec::new());
    let first = Change::Team(team(SALES, true));
    check(&theirs, first.clone(), std::slice::from_ref(&first));
}
