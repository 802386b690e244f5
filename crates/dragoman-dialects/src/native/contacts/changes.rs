//! What callers want of a customer, as changes.

use std::collections::BTreeMap;

use dragoman_core::catalog::Catalog;
use dragoman_core::contact::CustomerChange;
use dragoman_core::{Address, Id, Tenant};
use serde::Deserialize;
use utoipa::ToSchema;

use super::value::{FieldValue, field};
use crate::native::answer::Problem;
use crate::native::input;
use crate::native::words::{Email, Endpoint, Name, Note, Uuid};

/// A customer to be made known.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewContact {
    /// Name or uuid of the account; a token may leave it out.
    pub(super) account: Option<String>,
    /// Slug or uuid of the channel on which they are talked to; left out, the main one for
    /// WhatsApp.
    pub(super) channel: Option<String>,
    /// Their number, or their WhatsApp user id.
    address: String,
    name: Option<Name>,
    tags: Option<Vec<Name>>,
    /// Custom fields by name.
    fields: Option<BTreeMap<String, FieldValue>>,
    note: Option<Note>,
    email: Option<Email>,
    /// Whether people have blocked them.
    blocked: Option<bool>,
    /// Uuid or e-mail address of the collaborator to whom the conversation belongs.
    user: Option<String>,
    /// The uuid of the team to which the conversation belongs.
    team: Option<Uuid>,
    /// The uuid of the stage in which the conversation is.
    funnel: Option<Uuid>,
    /// An id to keep, if they are new.
    pub(super) uuid: Option<Uuid>,
}

/// What is to be changed of a customer.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ContactChange {
    /// Slug or uuid of the channel whose conversation is meant; left out, the newest.
    pub(super) channel: Option<String>,
    name: Option<Name>,
    /// All their tags.
    tags: Option<Vec<Name>>,
    /// Those that are named; `null` and an empty text take one away.
    fields: Option<BTreeMap<String, FieldValue>>,
    /// `null` takes it away.
    #[serde(default, deserialize_with = "input::given")]
    #[schema(value_type = Option<Note>)]
    note: Option<Option<Note>>,
    /// `null` takes it away.
    #[serde(default, deserialize_with = "input::given")]
    #[schema(value_type = Option<Email>)]
    email: Option<Option<Email>>,
    /// `null` takes it away.
    #[serde(default, deserialize_with = "input::given")]
    #[schema(value_type = Option<Endpoint>)]
    avatar_url: Option<Option<Endpoint>>,
    /// Whether people have blocked them.
    blocked: Option<bool>,
    /// Whether they do not want messages.
    opted_out: Option<bool>,
    /// Uuid or e-mail address of the collaborator to whom the conversation belongs; `null` is
    /// nobody.
    #[serde(default, deserialize_with = "input::given")]
    #[schema(value_type = Option<String>)]
    user: Option<Option<String>>,
    /// The uuid of the team to which the conversation belongs; `null` is none.
    #[serde(default, deserialize_with = "input::given")]
    #[schema(value_type = Option<Uuid>)]
    team: Option<Option<Uuid>>,
    /// The uuid of the stage in which the conversation is; `null` is none.
    #[serde(default, deserialize_with = "input::given")]
    #[schema(value_type = Option<Uuid>)]
    funnel: Option<Option<Uuid>>,
}

impl NewContact {
    pub(super) fn address(&self) -> Result<Address, Problem> {
        let wrong = |_| Problem::invalid("address", "neither a number nor a WhatsApp user id");
        Address::parse(&self.address).map_err(wrong)
    }

    pub(super) fn changes(
        &self,
        catalog: &Catalog,
        account: Tenant,
    ) -> Result<Vec<CustomerChange>, Problem> {
        let said = ContactChange {
            channel: None,
            name: self.name.clone(),
            tags: self.tags.clone(),
            fields: self.fields.clone(),
            note: self.note.clone().map(Some),
            email: self.email.clone().map(Some),
            avatar_url: None,
            blocked: self.blocked,
            opted_out: None,
            user: self.user.clone().map(Some),
            team: self.team.clone().map(Some),
            funnel: self.funnel.clone().map(Some),
        };
        said.changes(catalog, account)
    }
}

impl ContactChange {
    pub(super) fn changes(
        &self,
        catalog: &Catalog,
        account: Tenant,
    ) -> Result<Vec<CustomerChange>, Problem> {
        let mut changes = Vec::new();
        changes.extend(self.name.clone().map(|name| CustomerChange::Name(name.0)));
        changes.extend(self.tags.as_deref().map(tags));
        for (name, value) in self.fields.iter().flatten() {
            changes.push(field(catalog, account, name, value)?);
        }
        let (note, email, avatar) = (
            self.note.clone(),
            self.email.clone(),
            self.avatar_url.clone(),
        );
        changes.extend(note.map(|note| CustomerChange::Note(note.map(|note| note.0))));
        changes.extend(email.map(|email| CustomerChange::Email(email.map(|email| email.0))));
        changes.extend(avatar.map(|url| CustomerChange::Avatar(url.map(|url| url.0))));
        changes.extend(self.blocked.map(CustomerChange::Blocked));
        changes.extend(self.opted_out.map(CustomerChange::OptedOut));
        if let Some(named) = &self.user {
            let named = named.as_deref();
            let user = named
                .map(|named| user(catalog, account, named))
                .transpose()?;
            changes.push(CustomerChange::User(user));
        }
        if let Some(wanted) = &self.team {
            let wanted = wanted.as_ref().map(|wanted| wanted.0);
            changes.push(team(catalog, account, wanted)?);
        }
        if let Some(wanted) = &self.funnel {
            let wanted = wanted.as_ref().map(|wanted| wanted.0);
            changes.push(funnel(catalog, account, wanted)?);
        }
        Ok(changes)
    }
}

fn tags(tags: &[Name]) -> CustomerChange {
    CustomerChange::Tags(tags.iter().map(|tag| tag.0.clone()).collect())
}

fn user(catalog: &Catalog, account: Tenant, named: &str) -> Result<Id, Problem> {
    let by_id = named
        .parse()
        .ok()
        .and_then(|id| catalog.user_of(account, id));
    let found = by_id.or_else(|| catalog.user_by_email(account, named));
    let missing = || Problem::invalid("user", format!("no user {named:?}"));
    found.map(|user| user.id).ok_or_else(missing)
}

fn team(catalog: &Catalog, account: Tenant, wanted: Option<Id>) -> Result<CustomerChange, Problem> {
    match wanted {
        Some(id) if catalog.team_of(account, id).is_none() => {
            Err(Problem::invalid("team", format!("no team {id}")))
        }
        Some(_) | None => Ok(CustomerChange::Team(wanted)),
    }
}

fn funnel(
    catalog: &Catalog,
    account: Tenant,
    wanted: Option<Id>,
) -> Result<CustomerChange, Problem> {
    match wanted {
        Some(id) if catalog.funnel_of(account, id).is_none() => {
            Err(Problem::invalid("funnel", format!("no funnel {id}")))
        }
        Some(_) | None => Ok(CustomerChange::Funnel(wanted)),
    }
}
