//! Gives the provider the file of a message before the message departs.
//!
//! Everything here may be repeated, and nothing of it is the message itself: whatever goes wrong is
//! proof that the message was not taken.

mod blame;
mod crowd;
mod flights;
mod guarded;
mod original;
mod places;
mod recent;
mod refusal;
mod work;

use dragoman_core::catalog::Channel;
use dragoman_core::content::{Content, Media};
use dragoman_core::message::{Claim, InFlight, Ready};
use dragoman_core::outcome::NotTaken;
use dragoman_core::ports::{Http, Provider};

pub(crate) use self::blame::Blame;
use self::crowd::Crowd;
use self::flights::Flights;
use self::original::Original;
use self::places::Places;
use self::recent::Recent;
use self::work::{Which, Work};
use crate::shared::Shared;

/// What preparations know of each other.
#[derive(Debug, Default)]
pub(crate) struct Preparation {
    crowd: Crowd,
    flights: Flights,
    places: Places,
    recent: Recent,
}

/// A message whose file the provider has.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) ready: Ready,
    /// The file was given to the provider for an earlier message.
    pub(crate) reuses: bool,
}

/// Why a message was not prepared.
#[derive(Debug)]
pub(crate) enum Unprepared {
    /// The provider cannot be given the file.
    NotTaken(NotTaken),
    /// So many others of the channel prepare that it must not keep a slot: it is for later.
    Crowded,
    /// Its time ran out while it waited.
    Expired,
    /// The engine stops: it is for the next start.
    Draining,
}

impl From<NotTaken> for Unprepared {
    fn from(not_taken: NotTaken) -> Self {
        Self::NotTaken(not_taken)
    }
}

/// The file that the provider has to be given before this can be sent, if there is one.
pub(crate) fn to_upload(content: &Content) -> Option<&Media> {
    content.media().filter(|file| file.source.is_uploaded())
}

/// Who speaks to the provider.
#[derive(Clone, Copy)]
pub(crate) struct Line<'a> {
    /// Calls go through this one; those to a client's own server do not.
    pub(crate) http: &'a dyn Http,
    /// `None` where the provider offers nothing beside sending.
    pub(crate) provider: Option<&'a dyn Provider>,
    pub(crate) channel: &'a Channel,
}

/// Gives the provider the file of a message, unless it has it already.
///
/// # Errors
/// It was not taken, now or ever; or the engine stops.
pub(crate) async fn prepare(
    shared: &Shared,
    line: Line<'_>,
    claim: Claim,
) -> Result<Prepared, Unprepared> {
    let Some((original, media)) = Original::of(&claim.body.content) else {
        return Ok(Prepared {
            ready: Ready::new(claim, None),
            reuses: false,
        });
    };
    let provider = line
        .provider
        .ok_or_else(|| refusal::never("files cannot be given to the provider of this channel"))?;
    let work = Work {
        shared,
        http: line.http,
        provider,
        channel: line.channel,
        account: claim.tenant(),
        expires_at: claim.body.expires_at,
        original: &original,
    };
    let (provider_id, reuses) = work.run(media).await?;
    Ok(Prepared {
        ready: Ready::new(claim, Some(provider_id)),
        reuses,
    })
}

/// What follows from the refusal of a message whose file was given to the provider for an earlier
/// one. When the provider no longer has it, it is given it anew with the next attempt.
pub(crate) async fn reconsider(
    shared: &Shared,
    in_flight: &InFlight,
    not_taken: NotTaken,
) -> NotTaken {
    let original = Original::of(&in_flight.body().content);
    match original.zip(in_flight.prepared()) {
        Some(((original, _), provider_id)) if refusal::is_about_the_file(&not_taken.failure) => {
            let channel = in_flight.claim().channel;
            work::forget(shared, &original, channel, Which::Named(provider_id)).await;
            refusal::once_more(not_taken)
        }
        Some(_) | None => not_taken,
    }
}
