//! Messages of either side, as they join a chat.

use std::borrow::Cow;

use serde_json::Value;

use super::{raw, token};
use crate::world::{
    Accepted, Direction, Message, News, Outbound, Pending, REFERRAL_WINDOW, Request, Shown, Status,
    WINDOW, World, Wrote, dialled, is_bsuid, shown, words,
};

impl World {
    pub(super) fn accepted(&mut self, accepted: Accepted) {
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
        let held_for = template
            .filter(|template| template.paced)
            .map(|template| template.id.clone());
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
            quoted: self.quoted(&customer, quoted.as_deref(), &body),
            read_on_arrival: false,
            outbound: Some(Outbound {
                token: token.clone(),
                addressed_by_bsuid: dialled(&body).is_some_and(|input| is_bsuid(&input)),
                category,
                fate,
                held_for,
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

    pub(super) fn wrote(&mut self, wrote: Wrote) {
        let Wrote {
            at,
            phone_number_id,
            customer,
            wamid,
            message: wire,
            webhook,
        } = wrote;
        let index = self.ensure_customer(&customer);
        // A notice is no word of the customer's.
        if words(&wire, "type") != "system" {
            let window = if wire.get("referral").is_some() {
                REFERRAL_WINDOW
            } else {
                WINDOW
            };
            let windows = &mut self.customers[index as usize].windows;
            let until = windows.entry(phone_number_id.clone()).or_insert(at);
            *until = (*until).max(at.plus(window));
        }

        let quoted = wire.get("context").map(|context| words(context, "id"));
        let message = Message {
            wamid,
            customer: index,
            phone_number_id,
            direction: Direction::Out,
            at,
            status: Status::Sent,
            shown: shown(&wire, None),
            quoted: self.quoted(&customer, quoted.as_deref(), &wire),
            read_on_arrival: false,
            outbound: None,
            wire: Some(raw(&wire)),
        };
        let message = self.add_message(index, message);
        if let Some(webhook) = webhook {
            self.owe(
                webhook,
                Pending::Message {
                    message,
                    news: News::CustomerWrote,
                },
            );
        }
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

    /// A reaction quotes what it reacts to. Only what stands in the same chat is quoted.
    fn quoted(&self, customer: &str, wamid: Option<&str>, message: &Value) -> Option<u32> {
        let reacted = message
            .get("reaction")
            .map(|reaction| words(reaction, "message_id"));
        let quoted = self.message_index(wamid.or(reacted.as_deref())?)?;
        let of_chat = self.messages[quoted as usize].customer;
        (self.customer_index(customer) == Some(of_chat)).then_some(quoted)
    }

    fn add_message(&mut self, customer: u32, mut message: Message) -> u32 {
        message.customer = customer;
        let index = u32::try_from(self.messages.len()).expect("fewer messages than memory holds");
        self.by_wamid.insert(message.wamid.clone(), index);
        self.messages.push(message);
        self.customers[customer as usize].chat.push(index);
        index
    }
}
