//! Slow data as rows.

use dragoman_core::Id;
use dragoman_core::catalog::{Catalog, Change};
use rusqlite::{Connection, params};
use serde_json::Value;

use crate::record::{Unreadable, VERSION, from_value, to_value};
use crate::record::{catalog as shapes, staff};
use crate::sealing::secrets::{self, Place};
use crate::sqlite::batch::Batch;
use crate::sqlite::keys::{Keys, NOBODY};
use crate::sqlite::rows::ReadError;
use crate::sqlite::verbs::deliver;

/// The catalog as it is written down.
pub(crate) fn load(connection: &Connection, keys: &Keys) -> Result<Catalog, ReadError> {
    let mut catalog = Catalog::default();
    for change in records(connection, keys)? {
        catalog.apply(change);
    }
    Ok(catalog)
}

/// Every record that is written down, in the order in which they were made.
pub(crate) fn records(connection: &Connection, keys: &Keys) -> Result<Vec<Change>, ReadError> {
    let all = "SELECT kind, id, account, version, body FROM catalog ORDER BY row";
    let mut statement = connection.prepare(all)?;
    let mut rows = statement.query([])?;
    let mut records = Vec::new();
    while let Some(row) = rows.next()? {
        let (kind, id): (i64, [u8; 16]) = (row.get(0)?, row.get(1)?);
        let account: Option<[u8; 16]> = row.get(2)?;
        let place = Place {
            kind,
            id: Id::from_u128(u128::from_be_bytes(id)),
            account: account.map_or(NOBODY, |id| Id::from_u128(u128::from_be_bytes(id))),
        };
        let (version, body): (i64, String) = (row.get(3)?, row.get(4)?);
        records.push(read(place, version, &body, keys)?);
    }
    Ok(records)
}

/// Writes those of the records that have secrets down again; answers how many have.
pub(crate) fn seal_again(
    connection: &Connection,
    keys: &mut Keys,
    catalog: &Catalog,
    records: &[Change],
) -> rusqlite::Result<u64> {
    let mut sealed = 0;
    for record in records {
        match written(catalog, record) {
            Written::Row(row) if secrets::any(&row.body) => {
                keep(connection, keys, row)?;
                sealed += 1;
            }
            Written::Row(_) | Written::Gone(..) => {}
        }
    }
    Ok(sealed)
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

/// What a change is in the table.
enum Written {
    Row(Row),
    Gone(Kind, Id),
}

struct Row {
    kind: Kind,
    id: Id,
    /// Whose it is, when that is known.
    account: Option<Id>,
    /// With its secrets as they are.
    body: Value,
}

/// Writes one change down. The catalog says whose channels are.
pub(super) fn write(
    batch: &mut Batch<'_>,
    catalog: &Catalog,
    change: &Change,
) -> rusqlite::Result<()> {
    if let Change::RemoveSubscription(id) = change {
        deliver::forget(batch, *id)?;
    }
    match written(catalog, change) {
        Written::Row(row) => keep(batch.connection, batch.keys, row),
        Written::Gone(kind, id) => remove(batch, kind, id),
    }
}

fn written(catalog: &Catalog, change: &Change) -> Written {
    let owner = |channel| catalog.channel(channel).map(|channel| channel.account);
    let (kind, id, account, body) = match change {
        Change::Account(new) => {
            let body = to_value::<shapes::AccountRecord, _>(new);
            (Kind::Account, new.id, Some(new.id), body)
        }
        Change::Token(new) => {
            let body = to_value::<shapes::TokenRecord, _>(new);
            (Kind::Token, new.id, Some(new.account), body)
        }
        Change::Channel(new) => {
            let body = to_value::<shapes::ChannelRecord, _>(new);
            (Kind::Channel, new.id, Some(new.account), body)
        }
        Change::Team(new) => {
            let body = to_value::<staff::TeamRecord, _>(new);
            (Kind::Team, new.id, Some(new.account), body)
        }
        Change::User(new) => {
            let body = to_value::<staff::UserRecord, _>(new);
            (Kind::User, new.id, Some(new.account), body)
        }
        Change::Funnel(new) => {
            let body = to_value::<staff::FunnelRecord, _>(new);
            (Kind::Funnel, new.id, Some(new.account), body)
        }
        Change::CustomStatus(new) => {
            let body = to_value::<staff::CustomStatusRecord, _>(new);
            (Kind::CustomStatus, new.id, Some(new.account), body)
        }
        Change::CustomField(new) => {
            let body = to_value::<staff::CustomFieldRecord, _>(new);
            (Kind::CustomField, new.id, Some(new.account), body)
        }
        Change::Template(new) => {
            let body = to_value::<shapes::TemplateRecord, _>(new);
            (Kind::Template, new.id, Some(new.account), body)
        }
        Change::Subscription(new) => {
            let body = to_value::<shapes::SubscriptionRecord, _>(new);
            (Kind::Subscription, new.id, Some(new.account), body)
        }
        Change::OnpremUser(new) => {
            let body = to_value::<shapes::OnpremUserRecord, _>(new);
            (Kind::OnpremUser, new.id, owner(new.channel), body)
        }
        Change::OnpremSettings(new) => {
            let body = to_value::<shapes::OnpremSettingsRecord, _>(new);
            (Kind::OnpremSettings, new.channel, owner(new.channel), body)
        }
        Change::MediaProvider(new) => {
            let body = to_value::<shapes::MediaProviderRecord, _>(new);
            (Kind::MediaProvider, new.id, owner(new.channel), body)
        }
        Change::RemoveToken(id) | Change::EndSession(id) => {
            return Written::Gone(Kind::Token, *id);
        }
        Change::RemoveTeam(id) => return Written::Gone(Kind::Team, *id),
        Change::RemoveUser(id) => return Written::Gone(Kind::User, *id),
        Change::RemoveFunnel(id) => return Written::Gone(Kind::Funnel, *id),
        Change::RemoveCustomStatus(id) => return Written::Gone(Kind::CustomStatus, *id),
        Change::RemoveCustomField(id) => return Written::Gone(Kind::CustomField, *id),
        Change::RemoveTemplate(id) => return Written::Gone(Kind::Template, *id),
        Change::RemoveSubscription(id) => return Written::Gone(Kind::Subscription, *id),
        Change::RemoveOnpremSettings(id) => return Written::Gone(Kind::OnpremSettings, *id),
        Change::RemoveOnpremUser(id) => return Written::Gone(Kind::OnpremUser, *id),
        Change::RemoveMediaProvider(id) => return Written::Gone(Kind::MediaProvider, *id),
    };
    Written::Row(Row {
        kind,
        id,
        account,
        body,
    })
}

fn keep(connection: &Connection, keys: &mut Keys, row: Row) -> rusqlite::Result<()> {
    let mut body = row.body;
    if secrets::any(&body) {
        let account = row.account.unwrap_or(NOBODY);
        let place = Place {
            kind: row.kind as i64,
            id: row.id,
            account,
        };
        secrets::seal(&mut body, place, keys.of(connection, account)?);
    }
    let mut statement = connection.prepare_cached(
        "INSERT INTO catalog (kind, id, account, version, body) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (kind, id) DO UPDATE SET
             account = excluded.account, version = excluded.version, body = excluded.body",
    )?;
    statement.execute(params![
        row.kind as i64,
        row.id.as_u128().to_be_bytes(),
        row.account.map(|account| account.as_u128().to_be_bytes()),
        VERSION,
        body.to_string()
    ])?;
    Ok(())
}

fn remove(batch: &Batch<'_>, kind: Kind, id: Id) -> rusqlite::Result<()> {
    batch.sql(
        "DELETE FROM catalog WHERE kind = ?1 AND id = ?2",
        params![kind as i64, id.as_u128().to_be_bytes()],
    )?;
    Ok(())
}

/// # Errors
/// The row cannot be read, or says that it is another's.
fn read(place: Place, version: i64, body: &str, keys: &Keys) -> Result<Change, Unreadable> {
    let what = "record of the catalog";
    if version != VERSION {
        let why = format!("version {version} is not known");
        return Err(Unreadable::new(what, why));
    }
    let mut body: Value =
        serde_json::from_str(body).map_err(|error| Unreadable::misshapen(what, &error))?;
    if !is_of(&body, place) {
        return Err(Unreadable::new(what, "it stands in the place of another"));
    }
    secrets::open(&mut body, place, keys.known(place.account))?;
    Ok(match place.kind {
        1 => Change::Account(from_value::<shapes::AccountRecord, _>("account", body)?),
        2 => Change::Token(from_value::<shapes::TokenRecord, _>("token", body)?),
        3 => Change::Channel(from_value::<shapes::ChannelRecord, _>("channel", body)?),
        4 => Change::Team(from_value::<staff::TeamRecord, _>("team", body)?),
        5 => Change::User(from_value::<staff::UserRecord, _>("user", body)?),
        6 => Change::Template(from_value::<shapes::TemplateRecord, _>("template", body)?),
        7 => Change::Subscription(from_value::<shapes::SubscriptionRecord, _>(
            "subscription",
            body,
        )?),
        8 => Change::OnpremUser(from_value::<shapes::OnpremUserRecord, _>("user", body)?),
        9 => Change::OnpremSettings(from_value::<shapes::OnpremSettingsRecord, _>(
            "settings", body,
        )?),
        10 => Change::Funnel(from_value::<staff::FunnelRecord, _>("funnel", body)?),
        11 => Change::CustomStatus(from_value::<staff::CustomStatusRecord, _>(
            "custom status",
            body,
        )?),
        12 => Change::CustomField(from_value::<staff::CustomFieldRecord, _>(
            "custom field",
            body,
        )?),
        13 => Change::MediaProvider(from_value::<shapes::MediaProviderRecord, _>(
            "media provider",
            body,
        )?),
        other => return Err(Unreadable::new(what, format!("no kind {other}"))),
    })
}

/// Whether a record is the one that its row says.
fn is_of(body: &Value, place: Place) -> bool {
    let named = |name| body.get(name)?.as_str()?.parse::<Id>().ok();
    named("id").is_none_or(|id| id == place.id)
        && named("account").is_none_or(|account| account == place.account)
}
