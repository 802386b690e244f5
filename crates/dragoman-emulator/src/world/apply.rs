//! How each entry changes the world.

use std::borrow::Cow;

use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

use super::{
    Accepted, Customer, CustomerChange, Direction, Entry, Message, News, Outbound, Pending,
    REFERRAL_WINDOW, Request, Shown, Status, StatusChange, Turned, WINDOW, World, Wrote, is_bsuid,
    shown, words,
};

impl World {
    pub(crate) fn apply(&mut self, entry: Entry) {
        match entry {
            Entry::App(app) => {
                self.first_app
                    .get_or_insert_with(|| app.phone_number_id.clone());
                self.apps.insert(app.phone_number_id.clone(), app);
            }
            Entry::Customer(change) => self.change_customer(change),
            Entry::Template(template) => self.templates.push(template),
            Entry::TemplateDeleted { waba_id, name } => {
                self.templates
                    .retain(|template| template.waba_id != waba_id || template.name != name);
            }
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

    fn accepted(&mut self, accepted: Accepted) {
        let Accepted {
            at,
            phone_number_id,
            customer,
            wamid,
            body,
            fate,
            quirks,
            ..
        } = accepted;
        let template = body.get("template").and_then(|template| {
            let language = template
                .get("language")
                .map(|language| words(language, "code"))?;
            self.template(&phone_number_id, &words(template, "name"), &language)
        });
        let category = match (body.get("template"), template) {
            (None, _) => Cow::Borrowed("service"),
            (Some(_), None) => Cow::Borrowed("utility"),
            (Some(_), Some(template)) => Cow::Owned(template.category.to_ascii_lowercase()),
        };
        let token = token(&body);
        let quoted = body
            .get("context")
            .map(|context| words(context, "message_id"));
        let message = Message {
            wamid: wamid.clone(),
            customer: 0,
            phone_number_id: phone_number_id.clone(),
            direction: Direction::In,
            at,
            status: Status::Accepted,
            shown: self.with_uploaded(shown(&body, template)),
            quoted: self.quoted(quoted.as_deref(), &body),
            read_on_arrival: false,
            outbound: Some(Outbound {
                token: token.clone(),
                addressed_by_bsuid: is_bsuid(&customer),
                category,
                fate,
                quirks,
            }),
            wire: None,
        };
        let index = self.ensure_customer(&customer);
        self.customers[index as usize].last_business = Some(phone_number_id.clone());
        self.add_message(index, message);
        self.ledger.push(Request {
            at,
            phone_number_id,
            body: raw(&body),
            token,
            wamid: Some(wamid),
            decision: Cow::Borrowed(if quirks.answer_lost {
                "accepted_answer_lost"
            } else {
                "accepted"
            }),
        });
    }

    /// Media by id is shown with what is known of the upload.
    fn with_uploaded(&self, mut shown: Shown) -> Shown {
        let Some(media) = &mut shown.media else {
            return shown;
        };
        if let Some(stored) = media.id.as_ref().and_then(|id| self.media.get(id)) {
            media.filename = media.filename.take().or_else(|| stored.filename.clone());
            media.mime = Some(stored.mime.clone());
        }
        shown
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

    fn wrote(&mut self, wrote: Wrote) {
        let Wrote {
            at,
            phone_number_id,
            customer,
            wamid,
            message: wire,
            webhook,
        } = wrote;
        let index = self.ensure_customer(&customer);
        let window = if wire.get("referral").is_some() {
            REFERRAL_WINDOW
        } else {
            WINDOW
        };
        let windows = &mut self.customers[index as usize].windows;
        let until = windows.entry(phone_number_id.clone()).or_insert(at);
        *until = (*until).max(at.plus(window));

        let quoted = wire.get("context").map(|context| words(context, "id"));
        let message = Message {
            wamid,
            customer: index,
            phone_number_id,
            direction: Direction::Out,
            at,
            status: Status::Sent,
            shown: shown(&wire, None),
            quoted: self.quoted(quoted.as_deref(), &wire),
            read_on_arrival: false,
            outbound: None,
            wire: Some(raw(&wire)),
        };
        let message = self.add_message(index, message);
        if let Some(webhook) = webhook {
            self.owe(
                webhook,
                Pending {
                    message,
                    news: News::CustomerWrote,
                },
            );
        }
    }

    fn status(&mut self, change: &StatusChange) {
        let Some(index) = self.message_index(&change.wamid) else {
            return;
        };
        let message = &mut self.messages[index as usize];
        let was_on_the_phone = message.on_the_phone();
        message.status = change.status;
        if let (Some(outbound), Some(_)) = (&mut message.outbound, change.error) {
            outbound.fate = change.error;
        }
        let arrived = message.on_the_phone() && !was_on_the_phone && !message.read_on_arrival;
        if arrived && !message.is_reaction() {
            self.customers[message.customer as usize].unread += 1;
        }
        for webhook in &change.webhooks {
            let news = News::Status {
                status: change.status,
                at: change.at,
            };
            self.owe(
                *webhook,
                Pending {
                    message: index,
                    news,
                },
            );
        }
    }

    fn opened(&mut self, customer: &str, phone_number_id: Option<&str>) {
        let Some(index) = self.customer_index(customer) else {
            return;
        };
        let customer = &mut self.customers[index as usize];
        let mut unread = 0;
        for message in &customer.chat {
            let message = &mut self.messages[*message as usize];
            let opened = phone_number_id.is_none_or(|id| id == message.phone_number_id);
            message.read_on_arrival |= opened && message.direction == Direction::In;
            unread += u32::from(
                !message.read_on_arrival
                    && message.direction == Direction::In
                    && message.on_the_phone(),
            );
        }
        customer.unread = unread;
    }

    fn business_read(&mut self, wamid: &str) {
        let Some(last) = self.message_index(wamid) else {
            return;
        };
        let customer = self.messages[last as usize].customer as usize;
        let phone_number_id = self.messages[last as usize].phone_number_id.clone();
        for index in self.customers[customer]
            .chat
            .iter()
            .filter(|index| **index <= last)
        {
            let message = &mut self.messages[*index as usize];
            if message.direction == Direction::Out && message.phone_number_id == phone_number_id {
                message.status = Status::Read;
            }
        }
    }

    fn answered(&mut self, webhook: u64) {
        let Some(pending) = self.pending.remove(&webhook) else {
            return;
        };
        let message = &mut self.messages[pending.message as usize];
        if message.direction == Direction::Out {
            message.status = message.status.max(Status::Delivered);
        }
    }

    fn add_message(&mut self, customer: u32, mut message: Message) -> u32 {
        message.customer = customer;
        let index = u32::try_from(self.messages.len()).expect("fewer messages than memory holds");
        self.by_wamid.insert(message.wamid.clone(), index);
        self.messages.push(message);
        self.customers[customer as usize].chat.push(index);
        index
    }

    fn owe(&mut self, webhook: u64, pending: Pending) {
        self.pending.insert(webhook, pending);
        self.next_webhook = self.next_webhook.max(webhook + 1);
    }

    /// A reaction quotes what it reacts to.
    fn quoted(&self, wamid: Option<&str>, message: &Value) -> Option<u32> {
        let reacted = message
            .get("reaction")
            .map(|reaction| words(reaction, "message_id"));
        self.message_index(wamid.or(reacted.as_deref())?)
    }
}

fn token(body: &Value) -> Option<String> {
    Some(body.get("biz_opaque_callback_data")?.as_str()?.to_owned())
}

fn raw(value: &Value) -> Box<RawValue> {
    to_raw_value(value).expect("a JSON value is writable as JSON")
}
