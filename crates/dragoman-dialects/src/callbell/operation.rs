//! One operation: how it is called, what it needs, and who handles it.

use std::sync::Arc;

use axum::handler::Handler;
use axum::routing::{MethodFilter, on};

use crate::need::Need;
use crate::services::Services;

/// What the router is made of.
pub(super) type Route = axum::routing::MethodRouter<Arc<Services>>;

/// A method of a path behind the version.
pub(super) struct Operation {
    /// By which the tests know whether they try everything.
    #[cfg(test)]
    pub(super) method: axum::http::Method,
    pub(super) node: &'static str,
    pub(super) need: Need,
    pub(super) route: Route,
}

/// Makes the functions that name an operation by its method.
macro_rules! methods {
    ($($name:ident $method:ident),*) => {$(
        pub(super) fn $name<T: 'static>(
            need: Need,
            node: &'static str,
            handler: impl Handler<T, Arc<Services>>,
        ) -> Self {
            Self {
                #[cfg(test)]
                method: axum::http::Method::$method,
                node,
                need,
                route: on(MethodFilter::$method, handler),
            }
        }
    )*};
}

impl Operation {
    methods!(get GET, post POST, put PUT, patch PATCH, delete DELETE);
}
