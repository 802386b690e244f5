//! Tenants, for tests that call a port themselves.

use dragoman_core::catalog::Account;
use dragoman_core::{Id, Tenant, Timestamp};

/// The account with this id, proven as for the operator: by its record.
pub fn tenant(account: Id) -> Tenant {
    let record = Account {
        id: account,
        name: "".into(),
        created_at: Timestamp::default(),
    };
    record.tenant()
}
