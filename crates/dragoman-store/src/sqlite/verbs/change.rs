//! Changes of slow data.

mod rows;
mod tell;

use std::sync::Arc;

use dragoman_core::catalog::{Catalog, Change, cascade};
use dragoman_core::news::{self, StaffNews};
use dragoman_core::ports::StoreError;

use super::unique;
use crate::sqlite::batch::Batch;

pub(crate) use rows::{load, records, seal_again};

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

/// Applies all changes with what they bring with them, and tells what they mean for
/// collaborators; or none, when one would take a name that is in use.
pub(crate) fn run(
    batch: &mut Batch<'_>,
    changes: Vec<Change>,
) -> rusqlite::Result<Result<(), StoreError>> {
    if changes.is_empty() {
        // What others have seen stays as it is: nobody is woken for nothing, and no edit is lost.
        return Ok(Ok(()));
    }
    let plan = match plan(&batch.catalog, changes) {
        Ok(plan) => plan,
        Err(taken) => return Ok(Err(StoreError::Taken(taken.into()))),
    };
    for (change, news) in &plan.changes {
        rows::write(batch, &plan.catalog, change)?;
        for told in news {
            tell::run(batch, change, told)?;
        }
    }
    batch.catalog = Arc::new(plan.catalog);
    batch.draft.catalog = Some(Arc::clone(&batch.catalog));
    Ok(Ok(()))
}

/// What changes come to.
struct Plan {
    /// Each change in its turn, with what it means for collaborators.
    changes: Vec<(Change, Vec<StaffNews>)>,
    /// How things stand afterwards.
    catalog: Catalog,
}

/// # Errors
/// The name that is in use.
fn plan(before: &Catalog, wanted: Vec<Change>) -> Result<Plan, String> {
    let mut catalog = before.clone();
    let mut changes = Vec::with_capacity(wanted.len());
    for change in wanted {
        if let Some(taken) = unique::conflict(&catalog, &change) {
            return Err(taken);
        }
        for change in cascade(&catalog, change) {
            let news = news::of_change(&catalog, &change);
            catalog.apply(change.clone());
            changes.push((change, news));
        }
    }
    Ok(Plan { changes, catalog })
}
