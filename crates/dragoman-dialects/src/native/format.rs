//! Our own webhooks: every event, in our own words.

use std::time::Duration;

use dragoman_core::Timestamp;
use dragoman_core::catalog::Subscription;
use dragoman_core::ports::{Courtesy, Format, NewsView, Outgoing, View};

use super::names;
use super::told::{self, Told};
use crate::telling;

/// The format `dragoman`. Deliveries carry no signature but that of Standard Webhooks.
#[derive(Clone, Copy, Debug, Default)]
pub struct DragomanFormat;

impl Format for DragomanFormat {
    fn name(&self) -> &'static str {
        "dragoman"
    }

    fn render(&self, view: &View<'_>, _: Timestamp) -> Option<Outgoing> {
        let name = names::of_message(view.event, view.message)?;
        let is_wanted = telling::wants(view.subscription, &[name]);
        let told = is_wanted.then(|| told::of_message(view.event, view.message));
        outgoing(told.flatten()?)
    }

    fn render_news(&self, view: &NewsView<'_>, _: Timestamp) -> Option<Outgoing> {
        let name = names::of_news(&view.news.what)?;
        let is_wanted = telling::wants(view.subscription, &[name]);
        let told = is_wanted.then(|| told::of_news(view.news, view.customer));
        outgoing(told.flatten()?)
    }

    fn courtesy(&self) -> Courtesy {
        Courtesy::Ours
    }

    fn is_success(&self, status: u16) -> bool {
        telling::is_success(status)
    }

    fn pause(&self, _: &Subscription, tries: u32) -> Option<Duration> {
        telling::pause(tries)
    }
}

fn outgoing(told: Told) -> Option<Outgoing> {
    Some(Outgoing {
        headers: Vec::new(),
        body: serde_json::to_vec(&told).ok()?,
    })
}
