//! One try to fetch a customer's file, or what else belongs to their message.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use dragoman_core::MessageId;
use dragoman_core::file::{Fetch, Fetched, File, Wanted};
use dragoman_core::outcome::{Again, Failure, NotTaken, Proof, Slow};
use dragoman_core::ports::FileBytes;
use futures_util::FutureExt;
use sha2::{Digest, Sha256};

use super::schedule::{after_failure, is_late};
use super::{UNWELL, advertisement};
use crate::budget::LARGEST;
use crate::shared::{RunningToken, Shared};

/// "Media download error": the file of a customer's message.
const MEDIA_DOWNLOAD: i64 = 131_052;
/// A driver that never comes to an end does not keep its place.
const LONGEST_DOWNLOAD: Duration = Duration::from_secs(120);
/// So many bytes are digested before others have their turn.
const BITE: usize = 1024 * 1024;

/// Whether a try makes sense.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Hope {
    /// Who has it gave the last file, or nothing is known of them.
    Good,
    /// They failed to give the last one, like this: a message that has waited long enough is announced
    /// without its file.
    Little(Failure),
}

/// What a try says of those who were asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum News {
    /// They give files.
    Gives,
    /// They fail to, for now.
    Fails(Failure),
    /// Nothing.
    None,
}

/// A try that is over.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) message: MessageId,
    pub(super) news: News,
}

/// A try under way.
pub(super) struct Job {
    shared: Arc<Shared>,
    fetch: Fetch,
    hope: Hope,
    /// Keeps the engine from stopping in the middle.
    _running: RunningToken,
}

impl Job {
    pub(super) fn new(shared: Arc<Shared>, fetch: Fetch, hope: Hope) -> Self {
        Self {
            _running: shared.fetching.enter(),
            shared,
            fetch,
            hope,
        }
    }

    /// Tries, and writes down what came of it. A crash on the way is a failure like another.
    pub(super) async fn run(self) -> Ended {
        let (fetched, news) = match &self.hope {
            Hope::Little(failure) if is_late(&self.fetch, self.shared.clock.machine()) => {
                (Fetched::Missing(failure.clone()), News::None)
            }
            Hope::Good | Hope::Little(_) => self.attempt().await,
        };
        self.count(&fetched);
        self.write(fetched).await;
        Ended {
            message: self.fetch.message,
            news,
        }
    }

    async fn attempt(&self) -> (Fetched, News) {
        let trying = AssertUnwindSafe(self.bring()).catch_unwind();
        let brought = trying.await.unwrap_or_else(|_| {
            tracing::error!(message_id = %self.fetch.message, "fetching a file panicked");
            self.shared.meters.panics.count();
            Err(not_now("fetching the file crashed"))
        });
        let clock = &self.shared.clock;
        match brought {
            Ok(file) => (Fetched::Kept(file), News::Gives),
            Err(not_taken) => {
                let code = not_taken.failure.code;
                tracing::debug!(message_id = %self.fetch.message, code, "a customer's file was not to be had");
                let news = match not_taken.again {
                    Again::Never => News::None,
                    Again::Backoff | Again::After(_) => News::Fails(not_taken.failure.clone()),
                };
                let (now, machine) = (clock.now(), clock.machine());
                (after_failure(&self.fetch, not_taken, now, machine), news)
            }
        }
    }

    /// Brings the bytes to where we keep them. Only those who give them are hurried: to
    /// wait for memory is not their fault, and bytes that are being written would be there in the end,
    /// perhaps after somebody has looked for them to clear them away.
    async fn bring(&self) -> Result<File, NotTaken> {
        let largest = match self.fetch.wanted {
            Wanted::File(_) => LARGEST,
            Wanted::Advertisement(_) => advertisement::LARGEST,
        };
        let mut share = self.shared.budget.share(largest as u64).await;
        let download = tokio::time::timeout(LONGEST_DOWNLOAD, self.download()).await;
        let brought = download.map_err(|_| not_now("fetching the file took too long"))??;
        let size = brought.bytes.len();
        share.shrink_to(size);
        if size > largest {
            return Err(never("the file is larger than 100 MiB"));
        }
        let now = self.shared.clock.now();
        let file = File {
            id: self.fetch.file(),
            account: self.fetch.account,
            channel: self.fetch.channel,
            mime_type: brought.mime_type,
            size: size as u64,
            sha256: digest(&brought.bytes).await,
            filename: self.fetch.filename.clone().or(brought.filename),
            created_at: now,
            used_at: now,
        };
        let keeping = self.shared.objects.put(file.id, brought.bytes).await;
        keeping.map_err(|error| {
            tracing::warn!(message_id = %self.fetch.message, %error, "cannot keep a customer's file");
            not_now("the file cannot be kept now")
        })?;
        Ok(file)
    }

    async fn download(&self) -> Result<FileBytes, NotTaken> {
        match &self.fetch.wanted {
            Wanted::File(media) => self.provided(media).await,
            Wanted::Advertisement(address) => advertisement::download(&self.shared, address).await,
        }
    }

    async fn provided(&self, media: &str) -> Result<FileBytes, NotTaken> {
        let catalog = self.shared.store.catalog();
        let channel = catalog.channel(self.fetch.channel);
        let provider = channel.and_then(|channel| self.shared.provider(channel).zip(Some(channel)));
        let Some((provider, channel)) = provider else {
            return Err(never("the provider of the channel gives no files"));
        };
        provider.download(&*self.shared.http, channel, media).await
    }

    fn count(&self, fetched: &Fetched) {
        let meters = &self.shared.meters.files;
        match fetched {
            Fetched::Kept(file) => {
                meters.fetches_done.count();
                meters.bytes_fetched.add(file.size);
            }
            Fetched::Again { .. } => meters.fetches_failed.count(),
            Fetched::Missing(failure) => {
                meters.fetches_missing.count();
                tracing::warn!(message_id = %self.fetch.message, code = failure.code, "a message is announced without its file");
            }
        }
    }

    /// Writes down what came of it, however long that takes.
    async fn write(&self, fetched: Fetched) {
        loop {
            let (message, now) = (self.fetch.message, self.shared.clock.now());
            let (fetch, fetched) = (self.fetch.clone(), fetched.clone());
            let writing = self.shared.files.fetched(fetch, fetched, now);
            let Err(error) = writing.await else {
                return;
            };
            tracing::warn!(message_id = %message, %error, "cannot write down yet what came of a fetch");
            if !self.shared.rest(UNWELL).await {
                return;
            }
        }
    }
}

/// Without holding up what else is to be done.
async fn digest(bytes: &[u8]) -> [u8; 32] {
    let mut digest = Sha256::new();
    for bite in bytes.chunks(BITE) {
        digest.update(bite);
        tokio::task::yield_now().await;
    }
    digest.finalize().into()
}

pub(super) fn never(why: &str) -> NotTaken {
    not_taken(why, Again::Never)
}

fn not_now(why: &str) -> NotTaken {
    not_taken(why, Again::Backoff)
}

pub(super) fn not_taken(why: &str, again: Again) -> NotTaken {
    NotTaken {
        failure: Failure::new(MEDIA_DOWNLOAD, "Media download error").because(why),
        proof: Proof::Certain,
        again,
        slow: Slow::Message,
    }
}
