//! One preparation: looks for an earlier upload, and makes one where there is none.

use std::time::Duration;

use dragoman_core::catalog::Channel;
use dragoman_core::content::Media;
use dragoman_core::file::{File, Upload};
use dragoman_core::outcome::NotTaken;
use dragoman_core::ports::{FileBytes, Http, Provider, StoreError, Uploaded};
use dragoman_core::{Id, Tenant, Timestamp};

use super::original::Original;
use super::{Unprepared, guarded, refusal};
use crate::budget::LARGEST;
use crate::shared::Shared;

/// An upload that lasts no longer than this may be over when the message arrives.
const TOO_SHORT: Duration = Duration::from_secs(3600);
/// That a file is used is noted when it was not within this time.
const NOTED: Duration = Duration::from_secs(3600);

/// A preparation under way.
#[derive(Clone, Copy)]
pub(super) struct Work<'a> {
    pub(super) shared: &'a Shared,
    pub(super) http: &'a dyn Http,
    pub(super) provider: &'a dyn Provider,
    pub(super) channel: &'a Channel,
    pub(super) account: Tenant,
    /// Of the message.
    pub(super) expires_at: Timestamp,
    pub(super) original: &'a Original,
}

impl Work<'_> {
    /// The provider's id of the file, and whether it had it already.
    pub(super) async fn run(self, media: &Media) -> Result<(Box<str>, bool), Unprepared> {
        let preparation = &self.shared.preparation;
        let channel = self.channel.id;
        let kept = self.kept().await?;
        if let Some(provider_id) = self.known().await? {
            return Ok((provider_id, true));
        }
        let member = preparation.crowd.join(self.channel);
        let _member = member.ok_or(Unprepared::Crowded)?;
        let _flight = preparation.flights.enter(self.original, channel).await;
        if let Some(provider_id) = self.known().await? {
            return Ok((provider_id, true));
        }
        let _place = preparation.places.enter(channel).await;
        let size = kept.as_ref().map_or(LARGEST as u64, |file| file.size);
        let mut share = self.shared.budget.share(size).await;
        if !self.shared.is_running() {
            return Err(Unprepared::Draining);
        }
        if self.expires_at <= self.shared.clock.now() {
            return Err(Unprepared::Expired);
        }
        let bytes = self.bytes(kept, media).await?;
        share.shrink_to(bytes.bytes.len());
        let uploaded = self.upload(bytes).await?;
        let provider_id = uploaded.provider_id.clone();
        self.remember(uploaded).await;
        Ok((provider_id, false))
    }

    /// What is known of the file, if it is one that we keep.
    async fn kept(self) -> Result<Option<File>, NotTaken> {
        let Original::Kept(id) = self.original else {
            return Ok(None);
        };
        let found = self.shared.files.file(self.account, *id).await;
        let file = found.map_err(cannot_read)?.ok_or_else(gone)?;
        let now = self.shared.clock.now();
        if now.since(file.used_at) > NOTED {
            let noting = self.shared.files.used_file(file.id, now).await;
            if let Err(error) = noting {
                tracing::warn!(file = %file.id, %error, "cannot note that a file is used");
            }
        }
        Ok(Some(file))
    }

    /// What the provider calls the file, if it has it for long enough.
    async fn known(self) -> Result<Option<Box<str>>, NotTaken> {
        let (now, channel) = (self.shared.clock.now(), self.channel.id);
        let Original::Kept(id) = self.original else {
            let recent = &self.shared.preparation.recent;
            return Ok(recent.find(self.original, channel, now));
        };
        let found = self.shared.files.upload(*id, channel).await;
        let lasting = |upload: &Upload| upload.until.since(now) > TOO_SHORT;
        let known = found.map_err(cannot_read)?.filter(lasting);
        Ok(known.map(|upload| upload.provider_id))
    }

    async fn bytes(self, kept: Option<File>, media: &Media) -> Result<FileBytes, NotTaken> {
        match (self.original, kept) {
            (Original::Guarded { link, provider }, _) => {
                let access = guarded::Access::new(self.shared, self.channel.id, provider)?;
                let bytes = access.fetch(link).await?;
                Ok(FileBytes {
                    filename: media.filename.clone(),
                    ..bytes
                })
            }
            (Original::Kept(_), Some(file)) => {
                let found = self.shared.objects.get(file.id).await;
                let bytes = found.map_err(cannot_read)?.ok_or_else(gone)?;
                Ok(FileBytes {
                    mime_type: file.mime_type,
                    filename: media.filename.clone().or(file.filename),
                    bytes,
                })
            }
            (Original::Kept(_), None) => Err(gone()),
        }
    }

    async fn upload(self, bytes: FileBytes) -> Result<Uploaded, NotTaken> {
        let (meters, size) = (&self.shared.meters.files, bytes.bytes.len() as u64);
        let uploading = self.provider.upload(self.http, self.channel, bytes);
        let uploaded = uploading
            .await
            .inspect_err(|_| meters.uploads_failed.count())?;
        meters.uploads_done.count();
        meters.bytes_uploaded.add(size);
        Ok(uploaded)
    }

    /// Another message need not upload it again. That this cannot be noted is no reason not to send
    /// this one.
    async fn remember(self, uploaded: Uploaded) {
        let (now, channel) = (self.shared.clock.now(), self.channel.id);
        let provider_id = uploaded.provider_id;
        let Original::Kept(id) = self.original else {
            let recent = &self.shared.preparation.recent;
            return recent.keep(self.original, channel, provider_id, now);
        };
        let upload = Upload {
            provider_id,
            until: now.plus(uploaded.lasts),
        };
        if let Err(error) = self.shared.files.keep_upload(*id, channel, upload).await {
            tracing::warn!(file = %id, %error, "cannot note where a file was uploaded to");
        }
    }
}

/// Which upload of a file is of no use any more.
#[derive(Clone, Copy)]
pub(super) enum Which<'a> {
    /// The one with this id of the provider's. The file may have been uploaded anew meanwhile.
    Named(&'a str),
    /// The last one.
    Last,
}

impl Which<'_> {
    pub(super) fn is(self, provider_id: &str) -> bool {
        match self {
            Self::Named(named) => named == provider_id,
            Self::Last => true,
        }
    }
}

/// The provider of the channel cannot send the file by what it was uploaded as.
pub(super) async fn forget(shared: &Shared, original: &Original, channel: Id, which: Which<'_>) {
    let Original::Kept(id) = original else {
        let recent = &shared.preparation.recent;
        return recent.forget(original, channel, which);
    };
    if let Err(error) = expire(shared, *id, channel, which).await {
        tracing::warn!(file = %id, %error, "cannot forget where a file was uploaded to");
    }
}

async fn expire(
    shared: &Shared,
    file: Id,
    channel: Id,
    which: Which<'_>,
) -> Result<(), StoreError> {
    let known = shared.files.upload(file, channel).await?;
    let Some(known) = known.filter(|known| which.is(&known.provider_id)) else {
        return Ok(());
    };
    let over = Upload {
        until: shared.clock.now(),
        ..known
    };
    shared.files.keep_upload(file, channel, over).await
}

fn gone() -> NotTaken {
    refusal::never("the file is gone")
}

fn cannot_read(error: StoreError) -> NotTaken {
    tracing::warn!(%error, "cannot read a file now");
    refusal::not_now("the file cannot be read now")
}
