//! What the rules say of a submission.

use std::sync::Arc;

use dragoman_core::admission::{Standing, Verdict, admit};
use dragoman_core::assignment::assign;
use dragoman_core::catalog::{Catalog, Channel};
use dragoman_core::content::Kind;
use dragoman_core::message::Admitted;
use dragoman_core::ports::DeskError;
use dragoman_core::submission::{Ask, Submission};
use dragoman_core::template::Template;
use dragoman_core::window::{Window, window};
use dragoman_core::{Refusal, Timestamp};

use super::{FrontDesk, refused_by_store};
use crate::dispatcher::Queue;

/// A submission that the rules have let through.
pub(super) struct Weighed {
    pub(super) admitted: Admitted,
    /// Where it would wait.
    pub(super) queue: Arc<Queue>,
    /// The window by which it was judged.
    pub(super) window: Window,
}

impl FrontDesk {
    /// Gathers what the rules need, and lets them judge.
    pub(super) async fn weigh(&self, submission: Submission) -> Result<Weighed, DeskError> {
        let catalog = self.shared.store.catalog();
        let channel = catalog
            .channel_of(submission.account, submission.channel)
            .ok_or(Refusal::ChannelDisabled)?;
        let heard = self.shared.store.heard(channel.id, &submission.to).await;
        let (heard, opted_out) = heard.map_err(refused_by_store)?;
        let standing = Standing {
            channel,
            templates: &templates(&submission.ask, &catalog, channel),
            heard,
            opted_out,
            takes: self.takes(channel),
        };
        let now = self.shared.clock.now();
        Ok(Weighed {
            admitted: judge(submission, &catalog, &standing, now)?,
            queue: self.dispatcher.queue(channel),
            window: window(heard, channel.watched_since, now),
        })
    }

    /// What can be sent there. For a driver that is not known everything is taken, and waits.
    fn takes(&self, channel: &Channel) -> &'static [Kind] {
        let driver = self.shared.driver(&channel.driver);
        driver.map_or(&Kind::OUTBOUND, |driver| driver.takes())
    }
}

fn templates<'a>(ask: &Ask, catalog: &'a Catalog, channel: &Channel) -> Vec<&'a Template> {
    match ask {
        Ask::Template(_) => catalog.templates_of(channel.id),
        Ask::Content(_) => Vec::new(),
    }
}

fn judge(
    submission: Submission,
    catalog: &Catalog,
    standing: &Standing<'_>,
    now: Timestamp,
) -> Result<Admitted, DeskError> {
    let assignment = assign(&submission.assignment, submission.account, catalog);
    match admit(submission, assignment, standing, now) {
        Verdict::Admit(admitted) => Ok(admitted),
        Verdict::Refuse(refusal) => Err(refusal.into()),
    }
}
