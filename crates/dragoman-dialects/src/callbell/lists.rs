//! Lists in pages, and records found by the id in a path.

use axum::Json;
use axum::extract::Path;
use dragoman_core::Id;
use serde::Serialize;
use serde_json::{Value, json};

use super::errors::Error;
use super::handlers::UuidOf;
use super::params::Params;
use super::wire;

const PER_PAGE: usize = 20;

/// A page of a list. Pages count from 1; beyond the last there is nothing on them.
#[derive(Clone, Copy)]
pub(super) struct Page {
    number: usize,
    size: usize,
}

impl Page {
    /// The page that a query asks for.
    pub(super) fn read(params: &Params) -> Result<Self, Error> {
        Ok(Self {
            number: params.count("page")?.unwrap_or(1),
            size: PER_PAGE,
        })
    }

    /// The same with as many entries per page.
    pub(super) const fn sized(self, size: usize) -> Self {
        Self { size, ..self }
    }

    /// What of a list is on it.
    pub(super) fn of<T>(self, all: &[T]) -> &[T] {
        let first = (self.number - 1).saturating_mul(self.size).min(all.len());
        let rest = &all[first..];
        &rest[..self.size.min(rest.len())]
    }

    /// Where it stands in a list of so many.
    pub(super) fn meta(self, total: usize) -> wire::Meta {
        wire::Meta {
            page: self.number,
            pages: total.div_ceil(self.size).max(1),
        }
    }
}

/// One page of a list, under its name.
pub(super) fn page<T, O: Serialize>(
    name: &str,
    all: &[T],
    params: &Params,
    object: impl Fn(&T) -> O,
) -> Result<Json<Value>, Error> {
    let page = Page::read(params)?;
    let shown: Vec<O> = page.of(all).iter().map(object).collect();
    Ok(Json(json!({ name: shown, "meta": page.meta(all.len()) })))
}

/// One record, under its name.
pub(super) fn one<T: Serialize>(name: &str, found: Option<T>) -> Result<Json<Value>, Error> {
    let found = found.ok_or(Error::NotFound)?;
    Ok(Json(json!({ name: found })))
}

/// A uuid in either spelling; what is none names nothing.
pub(super) fn id(uuid: UuidOf) -> Result<Id, Error> {
    let uuid = uuid.ok().and_then(|Path(uuid)| uuid.parse().ok());
    uuid.ok_or(Error::NotFound)
}
