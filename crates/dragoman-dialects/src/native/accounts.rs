//! Accounts: the tenants.

use axum::extract::State;
use axum::response::Response;
use dragoman_core::Id;
use dragoman_core::catalog::{Account, Catalog, Change};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answer::Problem;
use super::call::{Call, find_account};
use super::operation::Operation;
use super::record::{self, Record};
use super::words::{Name, Uuid};
use super::{Native, Room};
use crate::idempotency::Owner;

const ALL: &str = "/api/v1/accounts";
const ONE: &str = "/api/v1/accounts/{id}";

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::list::<Account>(ALL).named("list_accounts", "Accounts that the caller sees."),
        Operation::post(ALL, create)
            .named("create_account", "Makes an account. Only for the operator.")
            .takes::<NewAccount>()
            .creates::<AccountBody>(&["get_account"]),
        Operation::show::<Account>(ONE).named("get_account", "An account, by name or uuid."),
    ]
}

/// An account.
#[derive(Serialize, ToSchema)]
#[schema(as = Account)]
pub(super) struct AccountBody {
    id: String,
    name: String,
    created_at: String,
}

/// A new account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewAccount {
    /// Unique in the installation.
    name: Name,
    /// An id to keep.
    uuid: Option<Uuid>,
}

impl Record for Account {
    const WORD: &'static str = "account";
    const LIST: &'static str = "accounts";
    type Shown = AccountBody;

    fn all(catalog: &Catalog) -> &[Self] {
        &catalog.accounts
    }

    fn id(&self) -> Id {
        self.id
    }

    fn account(&self) -> Id {
        self.id
    }

    fn owner(&self) -> Id {
        Owner::Installation.id()
    }

    fn named<'a>(catalog: &'a Catalog, name: &str) -> Option<&'a Self> {
        find_account(catalog, name)
    }

    fn shown(&self, _: &Native) -> AccountBody {
        AccountBody {
            id: self.id.simple(),
            name: self.name.to_string(),
            created_at: self.created_at.iso().to_string(),
        }
    }

    fn kept(self) -> Change {
        Change::Account(self)
    }
}

async fn create(State(native): Room, call: Call) -> Result<Response, Problem> {
    call.caller.operator()?;
    let new: NewAccount = call.read()?;
    let now = native.services.clock.now();
    let made = record::create(&native, &call, (Owner::Installation, new.uuid), |_, id| {
        let account = Account {
            id,
            name: new.name.0.clone(),
            created_at: now,
        };
        Ok((Vec::new(), account))
    })
    .await?;
    Ok(made.answer(&native))
}
