//! Slow data: what all kinds of it have in common.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{AppendHeaders, IntoResponse, Response};
use dragoman_core::Id;
use dragoman_core::catalog::{Catalog, Change};
use dragoman_core::ports::edit;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::answer::Problem;
use super::call::{Call, Caller, Query};
use super::words::Uuid;
use super::{Native, Room};
use crate::idempotency::{self, Owner};

/// A kind of slow data.
pub(super) trait Record: Clone + Send + Sync + 'static {
    /// What one is called (`team`).
    const WORD: &'static str;
    /// What several are called, as the key of their list.
    const LIST: &'static str;
    /// How one looks.
    type Shown: Serialize + ToSchema + Send;

    fn all(catalog: &Catalog) -> &[Self];
    fn id(&self) -> Id;
    /// Who may see it.
    fn account(&self) -> Id;
    /// In whom it is made: the scope of the idempotency key that it is made with.
    fn owner(&self) -> Id {
        self.account()
    }
    fn shown(&self, native: &Native) -> Self::Shown;
    fn kept(self) -> Change;

    /// The one that a path names, whosever it is. What is no uuid names nothing.
    fn named<'a>(catalog: &'a Catalog, name: &str) -> Option<&'a Self> {
        let id: Id = name.parse().ok()?;
        Self::all(catalog).iter().find(|one| one.id() == id)
    }
}

/// What is the same for every kind that an account has, and that has a list of its own in the
/// catalog: `listed!(Team, teams)`.
macro_rules! listed {
    ($record:ident, $list:ident) => {
        fn all(catalog: &Catalog) -> &[Self] {
            &catalog.$list
        }

        fn id(&self) -> Id {
            self.id
        }

        fn account(&self) -> Id {
            self.account
        }

        fn kept(self) -> Change {
            Change::$record(self)
        }
    };
}

pub(super) use listed;

/// A kind of slow data that can be taken away.
pub(super) trait Removable: Record {
    /// What has to change for that, and in others because of it.
    fn removed(&self, catalog: &Catalog) -> Vec<Change>;
}

/// The one that a path names, if the caller may see it.
pub(super) fn visible<'a, R: Record>(
    catalog: &'a Catalog,
    caller: Caller,
    name: &str,
) -> Result<&'a R, Problem> {
    let found = R::named(catalog, name).filter(|one| caller.may(one.account()));
    found.ok_or(Problem::NotFound(R::WORD))
}

/// Of which account a list is wanted.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct Of {
    /// Name or uuid of an account; left out, everything that the caller may see.
    account: Option<String>,
}

/// What was taken away.
#[derive(Serialize, ToSchema)]
pub(super) struct Removed {
    /// Its id.
    removed: String,
}

impl Removed {
    pub(super) fn answer(id: Id) -> Json<Self> {
        let removed = id.simple();
        Json(Self { removed })
    }
}

pub(super) async fn list<R: Record>(
    State(native): Room,
    caller: Caller,
    Query(of): Query<Of>,
) -> Result<Response, Problem> {
    let catalog = native.catalog();
    let account = caller.one_of(&catalog, of.account.as_deref())?;
    let wanted = |one: &&R| account.is_none_or(|account| one.account() == account);
    let all = R::all(&catalog).iter().filter(wanted);
    let shown: Vec<R::Shown> = all.map(|one| one.shown(&native)).collect();
    Ok(Json(serde_json::json!({ R::LIST: shown })).into_response())
}

pub(super) async fn get<R: Record>(
    State(native): Room,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<Json<R::Shown>, Problem> {
    let catalog = native.catalog();
    Ok(Json(visible::<R>(&catalog, caller, &name)?.shown(&native)))
}

pub(super) async fn remove<R: Removable>(
    State(native): Room,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<Json<Removed>, Problem> {
    edit(&*native.services.store, |catalog| {
        let found: &R = visible(catalog, caller, &name)?;
        Ok((found.removed(catalog), Removed::answer(found.id())))
    })
    .await
}

/// Changes the one that a path names; `plan` says what it becomes, and what else changes before.
pub(super) async fn change<R: Record>(
    native: &Native,
    caller: Caller,
    name: &str,
    mut plan: impl FnMut(&Catalog, R) -> Result<(Vec<Change>, R), Problem> + Send,
) -> Result<Json<R::Shown>, Problem> {
    let changed = edit(&*native.services.store, |catalog| {
        let found: &R = visible(catalog, caller, name)?;
        let (mut changes, changed) = plan(catalog, found.clone())?;
        changes.push(changed.clone().kept());
        Ok::<_, Problem>((changes, changed))
    })
    .await?;
    Ok(Json(changed.shown(native)))
}

/// What a call has made, now or the first time that it was made.
pub(super) struct Made<R> {
    pub(super) record: R,
    /// The call is a repetition: nothing was made.
    pub(super) replayed: bool,
}

impl<R: Record> Made<R> {
    /// The answer that shows it.
    pub(super) fn answer(self, native: &Native) -> Response {
        let shown = self.record.shown(native);
        self.showing(shown)
    }

    /// The answer that shows something else of it.
    pub(super) fn showing(&self, shown: impl Serialize) -> Response {
        if self.replayed {
            repeated(shown)
        } else {
            (StatusCode::CREATED, Json(shown)).into_response()
        }
    }
}

/// The answer to a repetition of a call that made something.
pub(super) fn repeated(shown: impl Serialize) -> Response {
    let mark = AppendHeaders([(idempotency::REPLAYED, "true")]);
    (StatusCode::CREATED, mark, Json(shown)).into_response()
}

/// Makes something that somebody owns, with the id that the caller brought, the one that belongs to the
/// call's idempotency key, or a new one. `plan` says what, and what else changes before. A repeated
/// call with a key finds what the first one made.
pub(super) async fn create<R: Record>(
    native: &Native,
    call: &Call,
    (owner, uuid): (impl Into<Owner>, Option<Uuid>),
    mut plan: impl FnMut(&Catalog, Id) -> Result<(Vec<Change>, R), Problem> + Send,
) -> Result<Made<R>, Problem> {
    let owner = owner.into();
    let key = call.key(owner)?;
    let id = match (uuid, &key) {
        (Some(Uuid(id)), _) => id,
        (None, Some(key)) => Id::of_request(key),
        (None, None) => native.services.fresh_id(),
    };
    edit(&*native.services.store, |catalog| {
        let mut known = R::all(catalog).iter();
        if let Some(first) = known.clone().find(|one| one.id() == id) {
            // A record with the same id would take its place.
            if key.is_none() || first.owner() != owner.id() {
                return Err(Problem::Taken(format!("the uuid {id}")));
            }
            let replayed = Made {
                record: first.clone(),
                replayed: true,
            };
            return Ok((Vec::new(), replayed));
        }
        if known.any(|one| id.shares_key(one.id())) {
            return Err(Problem::KeyReused);
        }
        let (mut changes, record) = plan(catalog, id)?;
        changes.push(record.clone().kept());
        let made = Made {
            record,
            replayed: false,
        };
        Ok((changes, made))
    })
    .await
}
