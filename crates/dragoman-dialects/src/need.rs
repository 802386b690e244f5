//! What a call needs of the token that it comes with.

use axum::Extension;
use axum::http::Extensions;
use axum::routing::MethodRouter;
use dragoman_core::catalog::{Right, Rights};

/// What the token of a call has to be good for. Every route says so in the table of its dialect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// Nothing beyond opening the API.
    Token,
    /// One of the rights.
    Right(Right),
}

impl Need {
    pub(crate) const SEND: Self = Self::Right(Right::Send);
    pub(crate) const READ: Self = Self::Right(Right::Read);
    pub(crate) const CONTACTS: Self = Self::Right(Right::Contacts);
    pub(crate) const WEBHOOKS: Self = Self::Right(Right::Webhooks);
    pub(crate) const MANAGEMENT: Self = Self::Right(Right::Management);

    /// A route whose calls bring along what they need.
    pub(crate) fn of<S: Clone + Send + Sync + 'static>(
        self,
        route: MethodRouter<S>,
    ) -> MethodRouter<S> {
        route.layer(Extension(self))
    }

    /// Whether the rights of a token are enough for a call. What says nothing needs the most.
    ///
    /// # Errors
    /// The right that the token lacks.
    pub(crate) fn judge(call: &Extensions, rights: Rights) -> Result<(), Right> {
        match call.get().copied().unwrap_or(Self::MANAGEMENT) {
            Self::Right(right) if !rights.include(right) => Err(right),
            Self::Right(_) | Self::Token => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_of_which_nothing_is_said_needs_the_most() {
        let call = Extensions::new();
        let few = [Right::Send, Right::Read, Right::Contacts, Right::Webhooks];
        let few: Rights = few.into_iter().collect();
        assert_eq!(Need::judge(&call, few), Err(Right::Management));
        assert_eq!(Need::judge(&call, Rights::ALL), Ok(()));
    }
}
