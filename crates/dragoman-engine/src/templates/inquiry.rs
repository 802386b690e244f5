//! One inquiry: asks a provider, and has the catalog say the same.

use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use dragoman_core::Id;
use dragoman_core::catalog::{Catalog, Change, Channel};
use dragoman_core::outcome::Failure;
use dragoman_core::ports::{self, OfferedTemplate, Provider, StoreError};
use futures_util::FutureExt;

use super::merge::merge;
use crate::shared::Shared;

/// A question that is to be asked.
pub(super) struct Inquiry {
    pub(super) shared: Arc<Shared>,
    /// The channel that asks.
    pub(super) channel: Arc<Channel>,
    /// For these it asks as well: they share its templates.
    pub(super) others: Vec<Arc<Channel>>,
}

/// An inquiry that is over.
pub(super) struct Ended {
    /// The slug of the channel that asked.
    pub(super) asked_as: Box<str>,
    pub(super) channels: Vec<Id>,
    pub(super) result: Result<(), Trouble>,
}

/// Why an inquiry came to nothing.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The provider did not answer, or with an error.
    Provider(Failure),
    /// What was learned could not be kept.
    Store(StoreError),
    /// The driver crashed.
    Crashed,
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // The provider's words may quote what they are about.
            Self::Provider(Failure { code: 0, .. }) => f.write_str("no answer that is understood"),
            Self::Provider(Failure { code, .. }) => write!(f, "refused with code {code}"),
            Self::Store(error) => error.fmt(f),
            Self::Crashed => f.write_str("asking panicked"),
        }
    }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Whether a provider would be asked the same about both.
pub(super) fn is_asked_alike(one: &Channel, other: &Channel) -> bool {
    one.driver == other.driver
        && one.provider_id == other.provider_id
        && one.settings == other.settings
}

impl Inquiry {
    /// Asks, and writes down what is new.
    pub(super) async fn run(self) -> Ended {
        let asking = AssertUnwindSafe(self.ask()).catch_unwind().await;
        let result = asking.unwrap_or_else(|_| {
            self.shared.meters.panics.count();
            Err(Trouble::Crashed)
        });
        Ended {
            asked_as: self.channel.slug.clone(),
            channels: self.channels().map(|channel| channel.id).collect(),
            result,
        }
    }

    async fn ask(&self) -> Result<(), Trouble> {
        let Some(provider) = self.shared.provider(&self.channel) else {
            return Ok(());
        };
        let offered = provider.templates(&*self.shared.http, &self.channel).await;
        let offered = offered.map_err(Trouble::Provider)?;
        self.keep_templates(&offered).await?;
        for channel in self.channels() {
            if channel.phone.is_none() {
                self.learn_number(provider, channel).await?;
            }
        }
        Ok(())
    }

    fn channels(&self) -> impl Iterator<Item = &Channel> {
        let all = std::iter::once(&self.channel).chain(&self.others);
        all.map(|channel| &**channel)
    }

    async fn keep_templates(&self, offered: &[OfferedTemplate]) -> Result<(), Trouble> {
        let Shared { clock, random, .. } = &*self.shared;
        let fresh = || Id::fresh(clock.machine(), random.bits());
        let keeping = ports::edit(&*self.shared.store, |catalog: &Catalog| {
            let channels = self.channels();
            let known = channels.filter_map(|asked| as_asked(catalog, asked));
            let changes = known.flat_map(|of| merge(catalog, of, offered, clock.now(), fresh));
            Ok::<_, Trouble>((changes.map(Change::Template).collect(), ()))
        });
        keeping.await
    }

    async fn learn_number(&self, provider: &dyn Provider, asked: &Channel) -> Result<(), Trouble> {
        let sender = provider.sender(&*self.shared.http, asked).await;
        let Some(number) = sender.map_err(Trouble::Provider)?.phone else {
            return Ok(());
        };
        let keeping = ports::edit(&*self.shared.store, |catalog: &Catalog| {
            let known = as_asked(catalog, asked).filter(|channel| channel.phone.is_none());
            let numbered = known.map(|channel| Channel {
                phone: Some(number.clone()),
                ..channel.clone()
            });
            let changes = numbered.into_iter().map(Change::Channel);
            Ok::<_, Trouble>((changes.collect(), ()))
        });
        keeping.await
    }
}

/// The channel as it stands, if the answer is still about it.
fn as_asked<'a>(catalog: &'a Catalog, asked: &Channel) -> Option<&'a Channel> {
    let known = catalog.channel(asked.id);
    known.filter(|channel| is_asked_alike(channel, asked))
}
