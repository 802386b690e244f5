//! Collaborators as Callbell shows them. Pure.

use dragoman_core::catalog::{Catalog, User};
use serde::Serialize;

use super::objects;

/// A collaborator.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TeamMember {
    pub(super) email: String,
    pub(super) name: String,
    pub(super) available: bool,
    pub(super) last_updated_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) user_custom_status: Option<UserCustomStatus>,
}

/// The custom status that a collaborator shows, and since when.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct UserCustomStatus {
    id: String,
    name: String,
    emoji: String,
    updated_at: String,
}

impl TeamMember {
    pub(super) fn of(user: &User, catalog: &Catalog) -> Self {
        Self {
            email: user.email.to_string(),
            name: user.name.to_string(),
            available: user.available,
            last_updated_at: objects::date(user.available_at),
            user_custom_status: UserCustomStatus::of(user, catalog),
        }
    }
}

impl UserCustomStatus {
    /// `None` where they show none, or one that has been taken away.
    pub(super) fn of(user: &User, catalog: &Catalog) -> Option<Self> {
        let (id, since) = user.status?;
        let status = catalog.custom_status_of(user.tenant(), id)?;
        Some(Self {
            id: id.dashed(),
            name: status.name.to_string(),
            emoji: status.emoji.to_string(),
            updated_at: objects::date(since),
        })
    }
}
