//! A customer: a phone, a name, and the chats with businesses.

use std::collections::HashMap;

use serde_json::Value;

use super::{CustomerChange, words};
use crate::clock::UnixMillis;

#[derive(Debug, Clone)]
pub(crate) struct Customer {
    /// What the control addresses call this customer: digits of a phone number, or a BSUID.
    pub(crate) id: String,
    pub(crate) phone: Option<String>,
    /// What webhooks call the customer; may differ from the number dialled.
    pub(crate) wa_id: Option<String>,
    pub(crate) bsuid: Option<String>,
    pub(crate) username: Option<String>,
    /// Businesses see the BSUID alone.
    pub(crate) hides_number: bool,
    pub(crate) name: String,
    pub(crate) on_whatsapp: bool,
    pub(crate) online: bool,
    pub(crate) read_receipts: bool,
    pub(crate) blocked: bool,
    /// Of the keys of the phone; businesses that name another one do not reach it.
    pub(crate) identity_hash: Option<String>,
    /// Indices of messages, oldest first.
    pub(crate) chat: Vec<u32>,
    /// Messages on the phone that were not looked at.
    pub(crate) unread: u32,
    /// Until when each business number may write freely.
    pub(crate) windows: HashMap<String, UnixMillis>,
    pub(crate) last_business: Option<String>,
}

impl Customer {
    pub(crate) fn new(id: &str) -> Self {
        let is_phone = !is_bsuid(id);
        let phone = is_phone.then(|| id.to_owned());
        let tail: String = id
            .chars()
            .skip(id.chars().count().saturating_sub(4))
            .collect();
        Self {
            id: id.to_owned(),
            wa_id: phone.clone(),
            phone,
            bsuid: (!is_phone).then(|| id.to_owned()),
            username: None,
            hides_number: false,
            name: format!("Customer {tail}"),
            on_whatsapp: true,
            online: true,
            read_receipts: true,
            blocked: false,
            identity_hash: None,
            chat: Vec::new(),
            unread: 0,
            windows: HashMap::new(),
            last_business: None,
        }
    }

    pub(crate) fn change(&mut self, change: CustomerChange) {
        if let Some(phone) = change.phone {
            self.wa_id = change.wa_id.clone().or_else(|| Some(phone.clone()));
            self.phone = Some(phone);
        }
        self.wa_id = change.wa_id.or_else(|| self.wa_id.take());
        self.bsuid = change.bsuid.or_else(|| self.bsuid.take());
        self.username = change.username.or_else(|| self.username.take());
        self.hides_number = change.hides_number.unwrap_or(self.hides_number);
        if let Some(name) = change.name {
            self.name = name;
        }
        self.on_whatsapp = change.on_whatsapp.unwrap_or(self.on_whatsapp);
        self.online = change.online.unwrap_or(self.online);
        self.read_receipts = change.read_receipts.unwrap_or(self.read_receipts);
        self.blocked = change.blocked.unwrap_or(self.blocked);
        self.identity_hash = change.identity_hash.or_else(|| self.identity_hash.take());
    }

    /// The number as businesses see it.
    pub(crate) fn shown_number(&self) -> Option<&String> {
        self.wa_id.as_ref().filter(|_| !self.hides_number)
    }

    /// Whether a message that was sent reaches the phone now.
    pub(crate) fn reachable(&self) -> bool {
        self.online && !self.blocked
    }
}

/// `US.123…`: a business-scoped user id instead of a phone number.
pub(crate) fn is_bsuid(id: &str) -> bool {
    let Some((country, rest)) = id.split_once('.') else {
        return false;
    };
    country.len() == 2
        && country.bytes().all(|byte| byte.is_ascii_uppercase())
        && !rest.is_empty()
        && rest.len() <= 132
        && rest
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'.')
}

/// Whom a message names, as it was written: `to` goes before `recipient`.
pub(crate) fn dialled(body: &Value) -> Option<String> {
    let named = ["to", "recipient"].map(|key| words(body, key));
    named.into_iter().find(|name| !name.is_empty())
}

/// The id of a customer as it was dialled: separators and `+` do not count.
pub(crate) fn normalise(id: &str) -> Option<String> {
    let id = id.trim();
    if is_bsuid(id) {
        return Some(id.to_owned());
    }
    let mut digits = String::with_capacity(id.len());
    for character in id.chars() {
        match character {
            '0'..='9' => digits.push(character),
            '+' | '-' | '(' | ')' | ' ' => {}
            _ => return None,
        }
    }
    (!digits.is_empty() && digits.len() <= 20).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_customer_is_found_however_the_number_is_written() {
        for (written, id) in [
            ("+31 (6) 12-34", Some("3161234")),
            ("3161234", Some("3161234")),
            ("US.123abc", Some("US.123abc")),
            ("US.ENT.9", Some("US.ENT.9")),
            ("", None),
            ("john", None),
            ("us.1", None),
        ] {
            assert_eq!(normalise(written).as_deref(), id, "{written}");
        }
    }
}
