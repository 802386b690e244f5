//! Collaborators, and short words for what is told of them.

use dragoman_core::catalog::{Change, Policy, Team, Token, TokenScope, User};
use dragoman_core::news::{StaffNews, Tidings};
use dragoman_core::ports::Happened;
use dragoman_core::{Id, Secret};

use crate::world::{ACCOUNT, NOW, World};

pub(crate) const SALES: Id = Id::from_u128(0x71);
pub(crate) const SUPPORT: Id = Id::from_u128(0x72);
pub(crate) const ADA: Id = Id::from_u128(0x81);
pub(crate) const SESSION: Id = Id::from_u128(0x91);
pub(crate) const LUNCH: Id = Id::from_u128(0x92);

pub(crate) fn team(id: Id, name: &str) -> Team {
    Team {
        id,
        account: ACCOUNT,
        name: name.into(),
        default: false,
        created_at: NOW,
    }
}

pub(crate) fn ada(teams: &[Id]) -> User {
    User {
        id: ADA,
        account: ACCOUNT,
        email: "ada@example.org".into(),
        name: "Ada".into(),
        teams: teams.to_vec(),
        password_hash: Some(Secret::new("$argon2id$")),
        available: true,
        available_at: NOW,
        status: None,
        created_at: NOW,
    }
}

/// The same, but she takes no conversations.
pub(crate) fn away(teams: &[Id]) -> User {
    User {
        available: false,
        ..ada(teams)
    }
}

pub(crate) fn session() -> Token {
    Token {
        id: SESSION,
        account: ACCOUNT,
        name: "".into(),
        hash: [7; 32],
        scope: TokenScope::Session { user: ADA },
        policy: Policy::default(),
        created_at: NOW,
        expires_at: None,
        last_used_at: None,
    }
}

impl World {
    pub(crate) async fn change(&self, changes: Vec<Change>) {
        self.store().change(changes).await.unwrap();
    }

    /// Two teams, and a collaborator in the first, which is told.
    pub(crate) async fn with_staff(&self) {
        let changes = vec![
            Change::Team(team(SALES, "sales")),
            Change::Team(team(SUPPORT, "support")),
            Change::User(ada(&[SALES])),
        ];
        self.change(changes).await;
    }

    /// What is told after `seq`, with its number.
    pub(crate) async fn told(&self, seq: i64, limit: usize) -> Vec<(i64, String)> {
        let happened = self.store().events_after(seq, limit).await.unwrap();
        let told = happened.iter();
        told.map(|told| (told.seq(), words(told))).collect()
    }

    /// The same without the numbers.
    pub(crate) async fn words_after(&self, seq: i64) -> Vec<String> {
        let told = self.told(seq, 100).await;
        told.into_iter().map(|(_, words)| words).collect()
    }
}

pub(crate) fn words(happened: &Happened) -> String {
    match happened {
        Happened::Message(event, _) => event.what.word().to_owned(),
        Happened::News(news, _) => match &news.what {
            Tidings::Contact { what, .. } => format!("{what:?}"),
            Tidings::Delivery(news) => format!("{:?}", news.stopped),
            Tidings::Notice(notice) => format!("notice {}", notice.format),
            Tidings::Staff(StaffNews::Status(user)) if user.available => "here".to_owned(),
            Tidings::Staff(StaffNews::Status(_)) => "away".to_owned(),
            Tidings::Staff(StaffNews::Session(_, session)) => format!("{session:?}"),
            Tidings::Staff(StaffNews::Membership(_, team, way)) => {
                format!("{way:?} {}", team.name)
            }
        },
    }
}
