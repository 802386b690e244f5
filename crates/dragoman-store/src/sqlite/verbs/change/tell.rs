//! Tells what a change means for collaborators.

use dragoman_core::Timestamp;
use dragoman_core::catalog::{Change, User};
use dragoman_core::news::{StaffNews, Tidings};

use crate::sqlite::batch::Batch;

/// Writes one piece of news that a change has made.
pub(super) fn run(
    batch: &mut Batch<'_>,
    change: &Change,
    told: &StaffNews,
) -> rusqlite::Result<()> {
    let account = batch.row_of(whose(told).account)?;
    // Nobody says when a change is made. The heartbeat is seconds ago, and the record may know
    // better.
    let at = batch.counters.latest.max(last_instant(change));
    let what = Tidings::Staff(without_password(told));
    batch.news(account, what, None, at)
}

const fn whose(told: &StaffNews) -> &User {
    match told {
        StaffNews::Status(user)
        | StaffNews::Session(user, _)
        | StaffNews::Membership(user, _, _) => user,
    }
}

/// Nobody is told a password, and a log is no place to keep one.
fn without_password(told: &StaffNews) -> StaffNews {
    let known = |user: &User| User {
        password_hash: None,
        ..user.clone()
    };
    match told {
        StaffNews::Status(user) => StaffNews::Status(known(user)),
        StaffNews::Session(user, session) => StaffNews::Session(known(user), *session),
        StaffNews::Membership(user, team, membership) => {
            StaffNews::Membership(known(user), team.clone(), *membership)
        }
    }
}

/// The last instant that the record of a change speaks of.
fn last_instant(change: &Change) -> Timestamp {
    if let Change::User(user) = change {
        let shown_at = user.status.map(|(_, at)| at);
        return user.available_at.max(shown_at.unwrap_or_default());
    }
    if let Change::Token(token) = change {
        return token.created_at;
    }
    Timestamp::default()
}
