//! The emulated world: numbers, customers, chats, templates, the ledger and the webhooks that are still owed.
//!
//! It changes by [`World::apply`] alone, so that replaying the journal gives the same world as living through it.

mod app;
mod apply;
mod customer;
mod entry;
mod media;
mod message;
mod number;
mod shown;
mod template;
mod words;

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

pub(crate) use self::app::{App, default_name, default_number};
pub(crate) use self::customer::{Customer, dialled, is_bsuid, normalise};
pub(crate) use self::entry::{
    Accepted, CustomerChange, Entry, StatusChange, TemplateChange, TemplateDeletion, Told, Turned,
    Wrote,
};
pub(crate) use self::media::{Origin, StoredMedia, is_animated, kind_of, largest};
pub(crate) use self::message::{
    Direction, Message, News, Outbound, Pending, Quirks, Request, Status, TemplateNews,
};
pub(crate) use self::number::{Number, NumberChange, ResumableUpload, Subscription};
pub(crate) use self::shown::{MEDIA_KINDS, Shown, shown};
pub(crate) use self::template::{
    APPROVED, Template, approved, button_parameters, component, fill, parameters_of, variables,
};
pub(crate) use self::words::words;
use crate::clock::UnixMillis;

/// How long after a customer's last message the business may write freely.
pub(crate) const WINDOW: Duration = Duration::from_secs(24 * 3600);
/// The same after an ad referral.
pub(crate) const REFERRAL_WINDOW: Duration = Duration::from_secs(72 * 3600);
/// How long a message waits for a phone that is off.
pub(crate) const WAITING_FOR_PHONE: Duration = Duration::from_secs(30 * 24 * 3600);

/// The business wrote freely outside the window.
pub(crate) const REENGAGEMENT: u32 = 131_047;
/// The number is not on `WhatsApp`.
pub(crate) const UNDELIVERABLE: u32 = 131_026;

#[derive(Debug, Default)]
pub(crate) struct World {
    /// By phone number id.
    pub(crate) apps: BTreeMap<String, App>,
    pub(crate) first_app: Option<String>,
    pub(crate) customers: Vec<Customer>,
    /// Every spelling of a customer: id, phone, `wa_id`, BSUID.
    aliases: HashMap<String, u32>,
    pub(crate) messages: Vec<Message>,
    by_wamid: HashMap<String, u32>,
    pub(crate) templates: Vec<Template>,
    /// What was uploaded, by id.
    pub(crate) media: HashMap<String, StoredMedia>,
    /// What was made of numbers, by id; who is not here is as numbers come.
    numbers: HashMap<String, Number>,
    /// By business account, where it differs from what the apps say.
    pub(crate) subscriptions: HashMap<String, Subscription>,
    /// By id, without `upload:`.
    pub(crate) uploads: HashMap<String, ResumableUpload>,
    /// Row `n` stands at `n - 1`.
    pub(crate) ledger: Vec<Request>,
    pub(crate) pending: BTreeMap<u64, Pending>,
    next_webhook: u64,
    pub(crate) offset: Duration,
}

impl World {
    pub(crate) fn customer_index(&self, id: &str) -> Option<u32> {
        self.aliases.get(id).copied()
    }

    pub(crate) fn customer(&self, id: &str) -> Option<&Customer> {
        Some(&self.customers[self.customer_index(id)? as usize])
    }

    pub(crate) fn message_index(&self, wamid: &str) -> Option<u32> {
        self.by_wamid.get(wamid).copied()
    }

    pub(crate) fn message(&self, wamid: &str) -> Option<&Message> {
        Some(&self.messages[self.message_index(wamid)? as usize])
    }

    /// Media that was neither deleted nor has outlived its time.
    pub(crate) fn living_media(&self, id: &str, now: UnixMillis) -> Option<&StoredMedia> {
        self.media.get(id).filter(|media| media.lives(now))
    }

    pub(crate) fn next_request(&self) -> u64 {
        self.ledger.len() as u64 + 1
    }

    /// Numbers of the webhooks that tell one thing to whoever listens to a number.
    pub(crate) fn webhooks(&self, phone_number_id: &str, copies: u64) -> Vec<u64> {
        let listens = self.callback(phone_number_id).is_some();
        self.next_webhooks(if listens { copies } else { 0 })
    }

    /// Numbers of the webhooks that tell about so many templates of a business account.
    pub(crate) fn template_webhooks(&self, waba_id: &str, templates: usize) -> Vec<u64> {
        let webhooks = self.listeners(waba_id).len() * templates;
        self.next_webhooks(webhooks as u64)
    }

    fn next_webhooks(&self, count: u64) -> Vec<u64> {
        (self.next_webhook..self.next_webhook + count).collect()
    }

    /// Who hears of a business account's templates: each address once, by the lowest of the numbers that
    /// are registered with it.
    pub(crate) fn listeners(&self, waba_id: &str) -> Vec<String> {
        let mut addresses = Vec::new();
        let mut listeners = Vec::new();
        for app in self.apps.values().filter(|app| app.waba_id == waba_id) {
            let url = self.account_callback(app);
            if let Some(url) = url.filter(|url| !addresses.contains(url)) {
                addresses.push(url);
                listeners.push(app.phone_number_id.clone());
            }
        }
        listeners
    }

    pub(crate) fn number(&self, phone_number_id: &str) -> Number {
        self.numbers
            .get(phone_number_id)
            .cloned()
            .unwrap_or_default()
    }

    /// Where the webhooks of a number go: its own address goes before the business account's, and that before
    /// the app's.
    pub(crate) fn callback(&self, phone_number_id: &str) -> Option<&str> {
        let of_account = self.account_callback(self.apps.get(phone_number_id)?)?;
        let own = self.numbers.get(phone_number_id);
        let own = own.and_then(|number| number.callback.as_deref());
        Some(own.unwrap_or(of_account))
    }

    /// Where the webhooks of a business account go, as one of its apps says.
    pub(crate) fn account_callback<'a>(&'a self, app: &'a App) -> Option<&'a str> {
        match self.subscriptions.get(&app.waba_id) {
            Some(subscription) if !subscription.subscribed => None,
            Some(Subscription {
                callback: Some(callback),
                ..
            }) => Some(callback),
            Some(_) | None => app.webhook_url.as_deref(),
        }
    }

    /// The number whose listener a webhook is for.
    pub(crate) fn number_of<'a>(&'a self, pending: &'a Pending) -> &'a str {
        match pending {
            Pending::Message { message, .. } => &self.messages[*message as usize].phone_number_id,
            Pending::Template(news) => &news.phone_number_id,
        }
    }

    /// The customer whose message a webhook brings; its ticks change when the webhook is answered.
    pub(crate) fn sender_of(&self, webhook: u64) -> Option<String> {
        match self.pending.get(&webhook)? {
            Pending::Message {
                message,
                news: News::CustomerWrote,
            } => {
                let message = &self.messages[*message as usize];
                Some(self.customers[message.customer as usize].id.clone())
            }
            Pending::Message { .. } | Pending::Template(_) => None,
        }
    }

    /// The code that a message to this customer will fail with, as things stand.
    pub(crate) fn fate(
        &self,
        customer: &str,
        phone_number_id: &str,
        kind: &str,
        now: UnixMillis,
    ) -> Option<u32> {
        let customer = self.customer(customer);
        if customer.is_some_and(|customer| !customer.on_whatsapp) {
            return Some(UNDELIVERABLE);
        }
        let window = customer.and_then(|customer| customer.windows.get(phone_number_id));
        let open = window.is_some_and(|until| now <= *until);
        (kind != "template" && !open).then_some(REENGAGEMENT)
    }

    /// The messages that wait for a verdict about a template.
    pub(crate) fn held_for(&self, template_id: &str) -> Vec<String> {
        let is_held = |message: &&Message| {
            let outbound = message.outbound.as_ref();
            outbound.and_then(|outbound| outbound.held_for.as_deref()) == Some(template_id)
        };
        let held = self.messages.iter().filter(is_held);
        held.map(|message| message.wamid.clone()).collect()
    }

    /// The template that a number means by a name and a language.
    pub(crate) fn template(
        &self,
        phone_number_id: &str,
        name: &str,
        language: &str,
    ) -> Option<&Template> {
        self.templates_named(phone_number_id, name)
            .find(|template| template.language == language)
    }

    pub(crate) fn templates_named(
        &self,
        phone_number_id: &str,
        name: &str,
    ) -> impl Iterator<Item = &Template> {
        let waba_id = self
            .apps
            .get(phone_number_id)
            .map(|app| app.waba_id.as_str());
        self.templates
            .iter()
            .filter(move |template| waba_id.is_none_or(|waba_id| template.waba_id == waba_id))
            .filter(move |template| template.name == name)
    }
}
