//! How each entry changes the world.

mod messages;
mod statuses;
mod templates;

use std::borrow::Cow;

use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

use super::{Customer, CustomerChange, Entry, Request, Turned, World};

impl World {
    pub(crate) fn apply(&mut self, entry: Entry) {
        match entry {
            Entry::App(app) => {
                self.first_app
                    .get_or_insert_with(|| app.phone_number_id.clone());
                // Who registers wants to hear.
                self.subscriptions
                    .retain(|waba_id, known| *waba_id != app.waba_id || known.subscribed);
                self.apps.insert(app.phone_number_id.clone(), app);
            }
            Entry::Customer(change) => self.change_customer(change),
            Entry::Number(change) => {
                let id = change.phone_number_id.clone();
                self.numbers.entry(id).or_default().change(change);
            }
            Entry::Subscription(subscription) => {
                let id = subscription.waba_id.clone();
                self.subscriptions.insert(id, subscription);
            }
            Entry::Upload(upload) => {
                self.uploads.insert(upload.id.clone(), upload);
            }
            Entry::Template(change) => self.template_changed(change),
            Entry::TemplateDeleted(deletion) => self.template_deleted(&deletion),
            Entry::Media(media) => {
                self.media.insert(media.id.clone(), media);
            }
            Entry::MediaDeleted { id } => {
                self.media.remove(&id);
            }
            Entry::Accepted(accepted) => self.accepted(accepted),
            Entry::Turned(turned) => self.turned(turned),
            Entry::Wrote(wrote) => self.wrote(wrote),
            Entry::Status(change) => self.status(&change),
            Entry::Opened {
                customer,
                phone_number_id,
            } => self.opened(&customer, phone_number_id.as_deref()),
            Entry::BusinessRead { wamid } => self.business_read(&wamid),
            Entry::Answered { webhook } => self.answered(webhook),
            Entry::Clock { offset_ms } => self.offset = std::time::Duration::from_millis(offset_ms),
        }
    }

    fn ensure_customer(&mut self, id: &str) -> u32 {
        if let Some(index) = self.customer_index(id) {
            return index;
        }
        let index =
            u32::try_from(self.customers.len()).expect("fewer customers than people on earth");
        self.customers.push(Customer::new(id));
        self.aliases.insert(id.to_owned(), index);
        index
    }

    fn change_customer(&mut self, change: CustomerChange) {
        let index = self.ensure_customer(&change.id);
        let customer = &mut self.customers[index as usize];
        customer.change(change);
        for alias in [&customer.phone, &customer.wa_id, &customer.bsuid]
            .into_iter()
            .flatten()
        {
            self.aliases.insert(alias.clone(), index);
        }
    }

    fn turned(&mut self, turned: Turned) {
        self.ledger.push(Request {
            at: turned.at,
            phone_number_id: turned.phone_number_id,
            token: token(&turned.body),
            body: raw(&turned.body),
            wamid: None,
            decision: Cow::Owned(turned.decision),
        });
    }
}

fn token(body: &Value) -> Option<String> {
    Some(body.get("biz_opaque_callback_data")?.as_str()?.to_owned())
}

fn raw(value: &Value) -> Box<RawValue> {
    to_raw_value(value).expect("a JSON value is writable as JSON")
}
