//! Collaborators, and what an account arranges its customers by.

use super::Catalog;
use crate::id::Id;
use crate::secret::Secret;
use crate::tenant::Tenant;
use crate::time::Timestamp;

/// Collaborators who share conversations.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Team {
    pub id: Id,
    pub account: Id,
    pub name: Box<str>,
    pub default: bool,
    pub created_at: Timestamp,
}

/// A collaborator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Public id.
    pub id: Id,
    /// The tenant.
    pub account: Id,
    /// Unique in the account, in any case.
    pub email: Box<str>,
    /// What people call them.
    pub name: Box<str>,
    /// The teams they are in.
    pub teams: Vec<Id>,
    /// Argon2id, in the PHC string format; `None` cannot log in.
    pub password_hash: Option<Secret>,
    /// Whether they take conversations now.
    pub available: bool,
    /// Since when that is so.
    pub available_at: Timestamp,
    /// The custom status that they show, and since when.
    pub status: Option<(Id, Timestamp)>,
    /// When they were made.
    pub created_at: Timestamp,
}

/// A stage on a customer's way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Funnel {
    /// Public id.
    pub id: Id,
    /// The tenant.
    pub account: Id,
    /// What people call it.
    pub name: Box<str>,
    /// A sign for it; may be empty.
    pub emoji: Box<str>,
    /// Its place among the stages, from 1.
    pub position: u32,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What a collaborator can say about being away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomStatus {
    /// Public id.
    pub id: Id,
    /// The tenant.
    pub account: Id,
    /// What it says.
    pub name: Box<str>,
    /// A sign for it; may be empty.
    pub emoji: Box<str>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// A field that an account keeps for its customers beside the usual ones. Fields without a
/// definition are text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomField {
    /// Public id.
    pub id: Id,
    /// The tenant.
    pub account: Id,
    /// Unique in the account.
    pub name: Box<str>,
    /// What its values are.
    pub kind: FieldKind,
    /// What may be chosen, of [`FieldKind::Dropdown`] and [`FieldKind::Checkbox`].
    pub options: Vec<Box<str>>,
}

/// What the values of a custom field are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum FieldKind {
    Text,
    Email,
    Number,
    Date,
    /// One of the options.
    Dropdown,
    /// Any of the options.
    Checkbox,
}

impl FieldKind {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Text,
        Self::Email,
        Self::Number,
        Self::Date,
        Self::Dropdown,
        Self::Checkbox,
    ];

    /// The word in APIs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Email => "email",
            Self::Number => "number",
            Self::Date => "date",
            Self::Dropdown => "dropdown",
            Self::Checkbox => "checkbox",
        }
    }

    /// The kind of that name.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

impl Catalog {
    /// The collaborator with this id, whosever it is. For rooms that act for the installation.
    pub fn user(&self, id: Id) -> Option<&User> {
        self.users.iter().find(|user| user.id == id)
    }

    /// The account's collaborator with this id.
    pub fn user_of(&self, account: Tenant, id: Id) -> Option<&User> {
        self.user(id).filter(|user| user.account == account)
    }

    /// The account's collaborator with this address, in any case.
    pub fn user_by_email(&self, account: Tenant, email: &str) -> Option<&User> {
        self.users
            .iter()
            .find(|user| user.account == account && user.email.eq_ignore_ascii_case(email))
    }

    /// The account's team with this id.
    pub fn team_of(&self, account: Tenant, id: Id) -> Option<&Team> {
        self.teams
            .iter()
            .find(|team| team.account == account && team.id == id)
    }

    /// The number of collaborators in a team.
    pub fn members(&self, team: Id) -> usize {
        self.users
            .iter()
            .filter(|user| user.teams.contains(&team))
            .count()
    }

    /// The account's stage with this id.
    pub fn funnel_of(&self, account: Tenant, id: Id) -> Option<&Funnel> {
        self.funnels
            .iter()
            .find(|funnel| funnel.account == account && funnel.id == id)
    }

    /// The account's custom status with this id.
    pub fn custom_status_of(&self, account: Tenant, id: Id) -> Option<&CustomStatus> {
        self.custom_statuses
            .iter()
            .find(|status| status.account == account && status.id == id)
    }

    /// The account's definition of a custom field.
    pub fn custom_field(&self, account: Tenant, name: &str) -> Option<&CustomField> {
        self.custom_fields
            .iter()
            .find(|field| field.account == account && *field.name == *name)
    }
}
