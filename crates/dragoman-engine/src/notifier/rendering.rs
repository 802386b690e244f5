//! What a subscription hears of something that happened, and how it looks.

use std::panic::{AssertUnwindSafe, catch_unwind};

use dragoman_core::Id;
use dragoman_core::catalog::{Catalog, Subscription};
use dragoman_core::news::{News, Tidings};
use dragoman_core::ports::{Format, Happened, NewsView, Outgoing, View};

use super::tail::Told;
use crate::shared::Shared;

/// What a format makes of something that happened.
pub(super) enum Rendered {
    /// To be sent.
    Body(Outgoing),
    /// This subscription does not hear of it.
    Nothing,
    /// The format crashed over it.
    Crashed,
}

/// Asks the format, if it is this subscription's to hear at all.
pub(super) fn render(
    shared: &Shared,
    format: &dyn Format,
    subscription: &Subscription,
    catalog: &Catalog,
    told: &Told,
) -> Rendered {
    if !hears(subscription, &told.happened) {
        return Rendered::Nothing;
    }
    let now = shared.clock.now();
    let rendering = || match &told.happened {
        Happened::Message(event, message) => {
            let view = View {
                event,
                message,
                refers_to: told.refers_to.as_ref(),
                advertisement: told.advertisement.as_ref(),
                subscription,
                catalog,
            };
            format.render(&view, now)
        }
        Happened::News(news, customer) => {
            let view = NewsView {
                news,
                customer: customer.as_deref(),
                subscription,
                catalog,
            };
            format.render_news(&view, now)
        }
    };
    match catch_unwind(AssertUnwindSafe(rendering)) {
        Ok(Some(outgoing)) => Rendered::Body(outgoing),
        Ok(None) => Rendered::Nothing,
        Err(_) => {
            crashed(shared, told.seq(), "rendering an event panicked");
            Rendered::Crashed
        }
    }
}

/// Counts and logs a crash over the event with this number.
pub(super) fn crashed(shared: &Shared, seq: i64, what: &str) {
    shared.meters.panics.count();
    tracing::error!(seq, "{what}");
}

/// Whether it is the subscription's account's, after its time began, of its channel if it has one,
/// and meant for its format.
fn hears(subscription: &Subscription, happened: &Happened) -> bool {
    happened.account() == subscription.account
        && subscription.since < happened.seq()
        && (subscription.channel.is_none() || subscription.channel == channel_of(happened))
        && meant_for(happened).is_none_or(|format| *format == *subscription.format)
}

/// The format whose subscribers alone hear of it.
const fn meant_for(happened: &Happened) -> Option<&str> {
    match happened {
        Happened::Message(..) => None,
        Happened::News(news, _) => match &news.what {
            Tidings::Notice(notice) => Some(&notice.format),
            Tidings::Contact { .. } | Tidings::Staff(_) | Tidings::Delivery(_) => None,
        },
    }
}

fn channel_of(happened: &Happened) -> Option<Id> {
    match happened {
        Happened::Message(_, message) => Some(message.channel),
        Happened::News(news, _) => channel_of_news(news),
    }
}

const fn channel_of_news(news: &News) -> Option<Id> {
    match &news.what {
        Tidings::Contact { channel, .. } => *channel,
        Tidings::Notice(notice) => Some(notice.channel),
        Tidings::Staff(_) | Tidings::Delivery(_) => None,
    }
}
