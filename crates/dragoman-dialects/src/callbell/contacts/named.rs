//! What a query asks for by name. Pure.

use dragoman_core::Id;
use dragoman_core::catalog::{Channel, Source};

use super::super::caller::Caller;
use super::super::errors::Error;
use super::super::params::{Params, wrong};
use super::super::parse::SOURCES;

/// `source`: a messenger.
pub(super) fn source(params: &Params) -> Result<Option<Source>, Error> {
    let read = |word| Source::from_word(word).ok_or_else(|| wrong("source", SOURCES));
    params.text("source").map(read).transpose()
}

/// `channel_uuid`: a channel of the caller's account.
pub(super) fn channel<'a>(
    params: &Params,
    caller: &'a Caller,
) -> Result<Option<&'a Channel>, Error> {
    let (catalog, account) = (&caller.catalog, caller.account);
    found(params, "channel_uuid", |id| catalog.channel_of(account, id))
}

/// `team_uuid`: a team of the caller's account.
pub(super) fn team(params: &Params, caller: &Caller) -> Result<Option<Id>, Error> {
    let (catalog, account) = (&caller.catalog, caller.account);
    let team = found(params, "team_uuid", |id| catalog.team_of(account, id))?;
    Ok(team.map(|team| team.id))
}

/// `include_field_types`: whether contacts are shown with the types of their custom fields.
pub(super) fn field_types(params: &Params) -> Result<bool, Error> {
    let wanted = params.flag("include_field_types")?;
    Ok(wanted.unwrap_or(false))
}

/// Something that is named by its uuid.
fn found<T>(
    params: &Params,
    name: &'static str,
    find: impl Fn(Id) -> Option<T>,
) -> Result<Option<T>, Error> {
    let Some(uuid) = params.text(name) else {
        return Ok(None);
    };
    let found = uuid.parse().ok().and_then(find);
    found.map(Some).ok_or_else(|| wrong(name, "not found"))
}
