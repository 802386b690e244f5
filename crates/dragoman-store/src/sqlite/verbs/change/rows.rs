//! Slow data as rows.

use dragoman_core::Id;
use dragoman_core::catalog::{Catalog, Change};
use rusqlite::{Connection, params};

use crate::record::{Unreadable, VERSION, from_json, to_json};
use crate::record::{catalog as shapes, staff};
use crate::sqlite::batch::Batch;
use crate::sqlite::rows::ReadError;
use crate::sqlite::verbs::deliver;

/// The catalog as it is written down.
pub(crate) fn load(connection: &Connection) -> Result<Catalog, ReadError> {
    let mut catalog = Catalog::default();
    let mut statement =
        connection.prepare("SELECT kind, version, body FROM catalog ORDER BY row")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let body: String = row.get(2)?;
        catalog.apply(read(row.get(0)?, row.get(1)?, &body)?);
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
    MediaProvider = 13,
}

/// Writes one change down.
pub(super) fn write(batch: &mut Batch<'_>, change: &Change) -> rusqlite::Result<()> {
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
        Change::MediaProvider(new) => {
            let body = to_json::<shapes::MediaProviderRecord, _>(new);
            (Kind::MediaProvider, new.id, None, body)
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
        Change::RemoveMediaProvider(id) => return remove(batch, Kind::MediaProvider, *id),
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
        13 => Change::MediaProvider(from_json::<shapes::MediaProviderRecord, _>(
            "media provider",
            version,
            body,
        )?),
        other => {
            let why = format!("no kind {other}");
            return Err(Unreadable::new("record of the catalog", why));
        }
    })
}
