//! Whose data a call may reach.

use crate::catalog::{Account, Channel, Subscription, Token, User};
use crate::file::File;
use crate::id::Id;
use crate::message::{Admitted, Claim, Stored};
use crate::ports::Doubt;

/// An account whose data may be reached. The ports take nothing else, so that what belongs to an
/// account is found only by those who come from it.
///
/// It comes from the record of a token that was presented, or from another record that was found:
/// who holds that may see what is the same account's. Records name their account by its bare id,
/// which is written down and compared and opens nothing. Nor does the text of a request, whatever
/// id it names:
///
/// ```compile_fail,E0423
/// use dragoman_core::Id;
/// use dragoman_core::tenant::Tenant;
///
/// fn named(text: &str) -> Tenant {
///     let account: Id = text.parse().unwrap();
///     Tenant(account)
/// }
/// ```
///
/// And such an id is not taken in its place:
///
/// ```compile_fail,E0308
/// use dragoman_core::message::Stored;
/// use dragoman_core::ports::{Store, StoreError};
/// use dragoman_core::{Id, MessageId};
///
/// async fn read(
///     store: &dyn Store,
///     account: Id,
///     message: MessageId,
/// ) -> Result<Option<Stored>, StoreError> {
///     store.message(account, message).await
/// }
/// ```
///
/// The same call with what a token proves:
///
/// ```
/// use dragoman_core::MessageId;
/// use dragoman_core::catalog::Token;
/// use dragoman_core::message::Stored;
/// use dragoman_core::ports::{Store, StoreError};
///
/// async fn read(
///     store: &dyn Store,
///     token: &Token,
///     message: MessageId,
/// ) -> Result<Option<Stored>, StoreError> {
///     store.message(token.tenant(), message).await
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Tenant(Id);

impl Tenant {
    /// The public id of the account, to be compared and written down.
    pub const fn id(self) -> Id {
        self.0
    }
}

/// Whether a record that names this account is the tenant's.
impl PartialEq<Tenant> for Id {
    fn eq(&self, tenant: &Tenant) -> bool {
        *self == tenant.0
    }
}

impl Token {
    /// For whom a call speaks that has presented this token.
    pub const fn tenant(&self) -> Tenant {
        Tenant(self.account)
    }
}

impl Account {
    /// The account itself: for the operator, who may name any that there is.
    pub const fn tenant(&self) -> Tenant {
        Tenant(self.id)
    }
}

impl Channel {
    /// Whose sender it is: for what comes and goes through it.
    pub const fn tenant(&self) -> Tenant {
        Tenant(self.account)
    }
}

impl Subscription {
    /// Whose endpoint it is: for what it is told.
    pub const fn tenant(&self) -> Tenant {
        Tenant(self.account)
    }
}

impl User {
    /// For whom the collaborator works: for what else the account has.
    pub const fn tenant(&self) -> Tenant {
        Tenant(self.account)
    }
}

impl Admitted {
    /// Who submitted it.
    pub const fn tenant(&self) -> Tenant {
        Tenant(self.account)
    }
}

impl Claim {
    /// Whose message it is: for what is sent with it.
    pub const fn tenant(&self) -> Tenant {
        Tenant(self.account)
    }
}

impl Stored {
    /// Whose message it is: for what else belongs to it.
    pub const fn tenant(&self) -> Tenant {
        Tenant(self.account)
    }
}

impl Doubt {
    /// Whose message is in doubt.
    pub const fn tenant(&self) -> Tenant {
        Tenant(self.account)
    }
}

impl File {
    /// Whose file it is.
    pub const fn tenant(&self) -> Tenant {
        Tenant(self.account)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;

    #[test]
    fn a_record_proves_its_own_account_and_no_other() {
        let account = |id| Account {
            id: Id::from_u128(id),
            name: "acme".into(),
            created_at: Timestamp::default(),
        };
        let (own, other) = (account(1), account(2));
        assert_eq!(own.tenant().id(), own.id);
        assert!(own.id == own.tenant());
        assert!(other.id != own.tenant());
        assert_ne!(own.tenant(), other.tenant());
    }
}
