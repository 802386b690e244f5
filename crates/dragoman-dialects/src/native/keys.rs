//! The keys that secrets are sealed with.

use axum::Json;
use axum::extract::State;
use dragoman_core::ports::{KeysError, Rotated, Rotation};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Room;
use super::answer::Problem;
use super::call::Call;
use super::operation::Operation;

pub(super) fn operations() -> Vec<Operation> {
    let rotate = Operation::post("/api/v1/keys/rotate", rotate)
        .named(
            "rotate_keys",
            "Seals everything with a new master key. Only for the operator.",
        )
        .takes::<Wish>()
        .answers::<RotatedBody>(200);
    vec![rotate]
}

/// Which keys are made anew.
#[derive(Deserialize, ToSchema)]
#[schema(as = KeyRotation)]
#[serde(deny_unknown_fields)]
struct Wish {
    /// Also the data keys of the accounts: every secret is sealed again.
    #[serde(default)]
    data_keys: bool,
}

/// What was sealed again.
#[derive(Serialize, ToSchema)]
#[schema(as = RotatedKeys)]
struct RotatedBody {
    /// Data keys, one for each account that has secrets.
    data_keys: u64,
    /// Records with secrets.
    records: u64,
}

async fn rotate(State(native): Room, call: Call) -> Result<Json<RotatedBody>, Problem> {
    call.caller.operator()?;
    let wish: Wish = call.read()?;
    let rotation = if wish.data_keys {
        Rotation::MasterAndData
    } else {
        Rotation::Master
    };
    let Rotated { data_keys, records } = native.services.keys.rotate(rotation).await?;
    Ok(Json(RotatedBody { data_keys, records }))
}

impl From<KeysError> for Problem {
    fn from(error: KeysError) -> Self {
        match error {
            KeysError::File(why) => Self::Refused(why.into()),
            KeysError::Store(error) => error.into(),
        }
    }
}
