//! What deliveries are signed with.

use std::time::Duration;

use axum::Json;
use axum::extract::{Path, State};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use dragoman_core::Secret;
use dragoman_core::catalog::{Retiring, Subscription};
use dragoman_core::ports::edit;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::answer::Problem;
use super::super::call::Caller;
use super::super::record::{Record, visible};
use super::super::{Native, Room};
use crate::telling::date;

/// An old secret is good for so long beside the new one.
const ROTATION: Duration = Duration::from_secs(24 * 3600);

/// A new secret.
#[derive(Serialize, ToSchema)]
pub(super) struct Rotated {
    id: String,
    /// Shown this once.
    secret: String,
    /// Until then deliveries are signed with the old one too.
    old_until: Option<String>,
}

pub(super) async fn rotate(
    State(native): Room,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<Json<Rotated>, Problem> {
    let secret = fresh_secret(&native);
    let until = native.services.clock.now().plus(ROTATION);
    edit(&*native.services.store, |catalog| {
        let found: &Subscription = visible(catalog, caller, &name)?;
        let old = found.secret.clone();
        let rotated = Subscription {
            secret: Some(Secret::new(secret.clone())),
            retiring: old.map(|secret| Retiring { secret, until }),
            ..found.clone()
        };
        let answer = Rotated {
            id: found.id.simple(),
            secret: secret.clone(),
            old_until: rotated.retiring.as_ref().map(|old| date(old.until)),
        };
        Ok((vec![rotated.kept()], Json(answer)))
    })
    .await
}

/// 32 random bytes, in the form of Standard Webhooks.
pub(super) fn fresh_secret(native: &Native) -> String {
    let random = &native.services.random;
    let halves = [random.bits().to_be_bytes(), random.bits().to_be_bytes()];
    format!("whsec_{}", STANDARD.encode(halves.concat()))
}
