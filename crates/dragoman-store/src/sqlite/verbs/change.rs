//! Changes of slow data.

use std::sync::Arc;

use dragoman_core::Id;
use dragoman_core::catalog::{Catalog, Change};
use dragoman_core::ports::StoreError;
use rusqlite::{Connection, params};

use super::{deliver, unique};
use crate::record::{Unreadable, VERSION, from_json, to_json};
use crate::record::{catalog as shapes, staff};
use crate::sqlite::batch::Batch;
use crate::sqlite::rows::ReadError;

/// Like [`run`], if the slow data is still what the caller has seen: nobody has changed it since,
/// neither before this batch nor in it.
pub(crate) fn run_from(
    batch: &mut Batch<'_>,
    seen: &Arc<Catalog>,
    changes: Vec<Change>,
) -> rusqlite::Result<Result<(), StoreError>> {
    if Arc::ptr_eq(&batch.catalog, seen) {
        run(batch, changes)
    } else {
        Ok(Err(StoreError::Stale))
    }
}

/// Applies all changes, or none when one would take a name that is in use.
pub(crate) fn run(
    batch: &mut Batch<'_>,
    changes: Vec<Change>,
) -> rusqlite::Result<Result<(), StoreError>> {
    if changes.is_empty() {
        // What others have seen stays as it is: nobody is woken for nothing, and no edit is lost.
        return Ok(Ok(()));
    }
    let mut catalog = Catalog::clone(&batch.catalog);
    for change in &changes {
        if let Some(taken) = unique::conflict(&catalog, change) {
            return Ok(Err(StoreError::Taken(taken.into())));
        }
        apply(&mut catalog, change.clone());
    }
    for change in &changes {
        write(batch, change)?;
    }
    batch.catalog = Arc::new(catalog);
    batch.draft.catalog = Some(Arc::clone(&batch.catalog));
    Ok(Ok(()))
}

/// The catalog as it is written down.
pub(crate) fn load(connection: &Connection) -> Result<Catalog, ReadError> {
    let mut catalog = Catalog::default();
    let mut statement =
        connection.prepare("SELECT kind, version, body FROM catalog ORDER BY row")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let body: String = row.get(2)?;
        apply(&mut catalog, read(row.get(0)?, row.get(1)?, &body)?);
    }
    Ok(catalog)
}

/// `catalog.kind`. The numbers are stored: never change one.
#[derive(Clone, Copy)]
enum Kind {
    Account = 1,
    Token = 2,
    Channel = 3,
    Team = 4,
    User = 5,
    Template = 6,
    Subscription = 7,
    OnpremUser = 8,
    OnpremSettings = 9,
    Funnel = 10,
    CustomStatus = 11,
    CustomField = 12,
}

fn write(batch: &mut Batch<'_>, change: &Change) -> rusqlite::Result<()> {
    let (kind, id, account, body) = match change {
        Change::Account(new) => {
            let body = to_json::<shapes::AccountRecord, _>(new);
            (Kind::Account, new.id, Some(new.id), body)
        }
        Change::Token(new) => {
            let body = to_json::<shapes::TokenRecord, _>(new);
            (Kind::Token, new.id, Some(new.account), body)
        }
        Change::Channel(new) => {
            let body = to_json::<shapes::ChannelRecord, _>(new);
            (Kind::Channel, new.id, Some(new.account), body)
        }
        Change::Team(new) => {
            let body = to_json::<staff::TeamRecord, _>(new);
            (Kind::Team, new.id, Some(new.account), body)
        }
        Change::User(new) => {
            let body = to_json::<staff::UserRecord, _>(new);
            (Kind::User, new.id, Some(new.account), body)
        }
        Change::Funnel(new) => {
            let body = to_json::<staff::FunnelRecord, _>(new);
            (Kind::Funnel, new.id, Some(new.account), body)
        }
        Change::CustomStatus(new) => {
            let body = to_json::<staff::CustomStatusRecord, _>(new);
            (Kind::CustomStatus, new.id, Some(new.account), body)
        }
        Change::CustomField(new) => {
            let body = to_json::<staff::CustomFieldRecord, _>(new);
            (Kind::CustomField, new.id, Some(new.account), body)
        }
        Change::Template(new) => {
            let body = to_json::<shapes::TemplateRecord, _>(new);
            (Kind::Template, new.id, Some(new.account), body)
        }
        Change::Subscription(new) => {
            let body = to_json::<shapes::SubscriptionRecord, _>(new);
            (Kind::Subscription, new.id, Some(new.account), body)
        }
        Change::OnpremUser(new) => {
            let body = to_json::<shapes::OnpremUserRecord, _>(new);
            (Kind::OnpremUser, new.id, None, body)
        }
        Change::OnpremSettings(new) => {
            let body = to_json::<shapes::OnpremSettingsRecord, _>(new);
            (Kind::OnpremSettings, new.channel, None, body)
        }
        Change::RemoveToken(id) | Change::EndSession(id) => {
            return remove(batch, Kind::Token, *id);
        }
        Change::RemoveTeam(id) => return remove(batch, Kind::Team, *id),
        Change::RemoveUser(id) => return remove(batch, Kind::User, *id),
        Change::RemoveFunnel(id) => return remove(batch, Kind::Funnel, *id),
        Change::RemoveCustomStatus(id) => return remove(batch, Kind::CustomStatus, *id),
        Change::RemoveCustomField(id) => return remove(batch, Kind::CustomField, *id),
        Change::RemoveTemplate(id) => return remove(batch, Kind::Template, *id),
        Change::RemoveOnpremSettings(id) => return remove(batch, Kind::OnpremSettings, *id),
        Change::RemoveOnpremUser(id) => return remove(batch, Kind::OnpremUser, *id),
        Change::RemoveSubscription(id) => {
            deliver::forget(batch, *id)?;
            return remove(batch, Kind::Subscription, *id);
        }
    };
    batch.sql(
        "INSERT INTO catalog (kind, id, account, version, body) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (kind, id) DO UPDATE SET
             account = excluded.account, version = excluded.version, body = excluded.body",
        params![
            kind as i64,
            id.as_u128().to_be_bytes(),
            account.map(|account| account.as_u128().to_be_bytes()),
            VERSION,
            body
        ],
    )?;
    Ok(())
}

fn remove(batch: &Batch<'_>, kind: Kind, id: Id) -> rusqlite::Result<()> {
    batch.sql(
        "DELETE FROM catalog WHERE kind = ?1 AND id = ?2",
        params![kind as i64, id.as_u128().to_be_bytes()],
    )?;
    Ok(())
}

fn read(kind: i64, version: i64, body: &str) -> Result<Change, Unreadable> {
    Ok(match kind {
        1 => Change::Account(from_json::<shapes::AccountRecord, _>(
            "account", version, body,
        )?),
        2 => Change::Token(from_json::<shapes::TokenRecord, _>("token", version, body)?),
        3 => Change::Channel(from_json::<shapes::ChannelRecord, _>(
            "channel", version, body,
        )?),
        4 => Change::Team(from_json::<staff::TeamRecord, _>("team", version, body)?),
        5 => Change::User(from_json::<staff::UserRecord, _>("user", version, body)?),
        6 => Change::Template(from_json::<shapes::TemplateRecord, _>(
            "template", version, body,
        )?),
        7 => Change::Subscription(from_json::<shapes::SubscriptionRecord, _>(
            "subscription",
            version,
            body,
        )?),
        8 => Change::OnpremUser(from_json::<shapes::OnpremUserRecord, _>(
            "user", version, body,
        )?),
        9 => Change::OnpremSettings(from_json::<shapes::OnpremSettingsRecord, _>(
            "settings", version, body,
        )?),
        10 => Change::Funnel(from_json::<staff::FunnelRecord, _>(
            "funnel", version, body,
        )?),
        11 => Change::CustomStatus(from_json::<staff::CustomStatusRecord, _>(
            "custom status",
            version,
            body,
        )?),
        12 => Change::CustomField(from_json::<staff::CustomFieldRecord, _>(
            "custom field",
            version,
            body,
        )?),
        other => {
            let why = format!("no kind {other}");
            return Err(Unreadable::new("record of the catalog", why));
        }
    })
}

fn apply(catalog: &mut Catalog, change: Change) {
    match change {
        Change::Account(new) => put(&mut catalog.accounts, new, |one| one.id),
        Change::Token(new) => put(&mut catalog.tokens, new, |one| one.id),
        Change::Channel(new) => put(&mut catalog.channels, new, |one| one.id),
        Change::Team(new) => put(&mut catalog.teams, new, |one| one.id),
        Change::User(new) => put(&mut catalog.users, new, |one| one.id),
        Change::Funnel(new) => put(&mut catalog.funnels, new, |one| one.id),
        Change::CustomStatus(new) => put(&mut catalog.custom_statuses, new, |one| one.id),
        Change::CustomField(new) => put(&mut catalog.custom_fields, new, |one| one.id),
        Change::Template(new) => put(&mut catalog.templates, new, |one| one.id),
        Change::Subscription(new) => put(&mut catalog.subscriptions, new, |one| one.id),
        Change::OnpremUser(new) => put(&mut catalog.onprem_users, new, |one| one.id),
        Change::OnpremSettings(new) => put(&mut catalog.onprem_settings, new, |one| one.channel),
        Change::RemoveToken(id) | Change::EndSession(id) => {
            catalog.tokens.retain(|one| one.id != id);
        }
        Change::RemoveTeam(id) => catalog.teams.retain(|one| one.id != id),
        Change::RemoveUser(id) => catalog.users.retain(|one| one.id != id),
        Change::RemoveFunnel(id) => catalog.funnels.retain(|one| one.id != id),
        Change::RemoveCustomStatus(id) => catalog.custom_statuses.retain(|one| one.id != id),
        Change::RemoveCustomField(id) => catalog.custom_fields.retain(|one| one.id != id),
        Change::RemoveTemplate(id) => catalog.templates.retain(|one| one.id != id),
        Change::RemoveSubscription(id) => catalog.subscriptions.retain(|one| one.id != id),
        Change::RemoveOnpremSettings(id) => {
            catalog.onprem_settings.retain(|one| one.channel != id);
        }
        Change::RemoveOnpremUser(id) => catalog.onprem_users.retain(|one| one.id != id),
    }
}

/// Replaces the record with the same id, or adds it at the end.
fn put<T>(list: &mut Vec<T>, new: T, id: impl Fn(&T) -> Id) {
    match list.iter_mut().find(|old| id(old) == id(&new)) {
        Some(old) => *old = new,
        None => list.push(new),
    }
}
