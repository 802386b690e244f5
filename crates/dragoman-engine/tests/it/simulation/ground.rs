//! What the installation stands on: the model, or the embedded store on a disk.

use std::sync::Arc;

use dragoman_core::contact::CustomerChange;
use dragoman_core::ports::{Contacts, Moment, Store};
use dragoman_core::{Address, Id};
use dragoman_store::SqliteStore;
use dragoman_testkit::{ModelStore, tenant};
use tempfile::TempDir;

use super::block_on;

pub(super) enum Ground {
    Model(Arc<ModelStore>),
    Disk {
        dir: TempDir,
        /// While a process runs.
        store: Option<Arc<SqliteStore>>,
    },
}

impl Ground {
    pub(super) fn model() -> Self {
        Self::Model(Arc::default())
    }

    pub(super) fn disk() -> Self {
        Self::Disk {
            dir: tempfile::tempdir().unwrap(),
            store: None,
        }
    }

    /// The store as the next process finds it. The one before is gone.
    pub(super) fn open(&mut self) -> Arc<dyn Store> {
        match self {
            Self::Model(model) => {
                model.restart();
                Arc::clone(model) as _
            }
            Self::Disk { dir, store } => {
                *store = None;
                // Outside a runtime, so that the store answers on its own thread.
                let opened = Arc::new(SqliteStore::open(dir.path()).unwrap());
                *store = Some(Arc::clone(&opened));
                opened
            }
        }
    }

    /// Changes who is reached there; answers whether anybody is.
    pub(super) fn change(
        &self,
        account: Id,
        who: &Address,
        change: CustomerChange,
        at: Moment,
    ) -> bool {
        match self {
            Self::Model(model) => model.change_customer(account, who, change, at),
            Self::Disk { store, .. } => {
                let store = store.as_ref().expect("a process runs");
                let Some(known) = block_on(store.reached_at(tenant(account), who)).unwrap() else {
                    return false;
                };
                let wish = vec![change];
                let changing =
                    store.change_customer(tenant(account), known.contact.id, None, wish, at);
                block_on(changing).unwrap().is_some()
            }
        }
    }
}
