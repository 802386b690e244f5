//! What becomes of messages, and the webhooks that are owed for it.

use crate::world::{Direction, News, Pending, Status, StatusChange, World};

impl World {
    pub(super) fn status(&mut self, change: &StatusChange) {
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
                Pending::Message {
                    message: index,
                    news,
                },
            );
        }
    }

    pub(super) fn opened(&mut self, customer: &str, phone_number_id: Option<&str>) {
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

    pub(super) fn business_read(&mut self, wamid: &str) {
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

    pub(super) fn owe(&mut self, webhook: u64, pending: Pending) {
        self.pending.insert(webhook, pending);
        self.next_webhook = self.next_webhook.max(webhook + 1);
    }

    pub(super) fn answered(&mut self, webhook: u64) {
        let Some(Pending::Message { message, .. }) = self.pending.remove(&webhook) else {
            return;
        };
        let message = &mut self.messages[message as usize];
        if message.direction == Direction::Out {
            message.status = message.status.max(Status::Delivered);
        }
    }
}
