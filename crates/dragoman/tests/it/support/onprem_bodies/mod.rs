//! Bodies of On-Premises messages of every type: right ones with any of their optional fields, ones
//! at a limit and one past it, and odd ones as real programs write them.

mod interactive;
mod template;

use serde_json::{Value, json};

use super::dice::Dice;

/// Every `type` that can be sent, and every one of `interactive`, as `interactive/list`.
pub(crate) const TYPES: [&str; 20] = [
    "text",
    "image",
    "audio",
    "video",
    "document",
    "sticker",
    "location",
    "contacts",
    "template",
    "hsm",
    "reaction",
    "none",
    "interactive/button",
    "interactive/list",
    "interactive/product",
    "interactive/product_list",
    "interactive/catalog_message",
    "interactive/flow",
    "interactive/location_request_message",
    "interactive/address_message",
];

/// Where a message goes.
pub(crate) struct Chat {
    /// Digits.
    pub(crate) customer: String,
    /// The id of a message in it, which others can answer.
    pub(crate) earlier: String,
}

/// A message of this type.
pub(crate) fn message(dice: &mut Dice, kind: &str, chat: &Chat) -> Value {
    let (word, object) = match kind.split_once('/') {
        Some((word, inner)) => (word, interactive::object(dice, inner)),
        None => (kind, plain(dice, kind, &chat.earlier)),
    };
    let digits = &chat.customer;
    let spaced = format!("+{} {}-{}", &digits[..2], &digits[2..6], &digits[6..]);
    let number: u64 = digits.parse().expect("they are digits");
    let to = [json!(digits), json!(spaced), json!(number)];
    let mut body = json!({ "to": dice.one_of(&to) });
    if word == "none" {
        body["text"] = object;
    } else {
        body["type"] = word.into();
        body[word] = object;
    }
    let data = json!(dice.text(512));
    dice.optional(&mut body, "biz_opaque_callback_data", data);
    dice.optional(&mut body, "recipient_type", json!("individual"));
    dice.optional(&mut body, "messaging_product", json!("whatsapp"));
    dice.optional(&mut body, "context", json!({ "message_id": chat.earlier }));
    let ttl = dice.one_of(&[json!(86_400), json!("86400"), json!({})]);
    dice.optional(&mut body, "ttl", ttl);
    let preview = dice.one_of(&[json!(true), json!("false")]);
    dice.optional(&mut body, "preview_url", preview);
    body
}

fn plain(dice: &mut Dice, kind: &str, earlier: &str) -> Value {
    match kind {
        "location" => location(dice),
        "contacts" => {
            let cards = dice.count(257).min(258);
            let cards = (0..cards).map(|_| card(dice)).collect();
            dice.list(cards)
        }
        "template" => template::template(dice),
        "hsm" => template::hsm(dice),
        "reaction" => {
            let mut reaction = json!({ "message_id": earlier });
            dice.optional(&mut reaction, "emoji", json!("👍🏽"));
            reaction
        }
        "text" | "none" => json!({ "body": dice.text(4096) }),
        file => media(dice, file),
    }
}

/// A file by its link, in a message or above one.
pub(super) fn media(dice: &mut Dice, kind: &str) -> Value {
    const LINKS: [&str; 5] = [
        "https://example.com/a%20b.jpg",
        "http://example.com:8080/a?b=c&d=%C3%A9#e",
        "https://example.com/å b.pdf",
        "https://93.184.216.34/a.mp4",
        "HTTPS://EXAMPLE.COM",
    ];
    let mut file = json!({ "link": dice.one_of(&LINKS) });
    if matches!(kind, "image" | "video" | "document") || dice.roll(10) == 0 {
        let caption = json!(dice.text(1024));
        dice.optional(&mut file, "caption", caption);
    }
    let name = json!(dice.text(240));
    dice.optional(&mut file, "filename", name);
    dice.optional(&mut file, "id", Value::Null);
    file
}

fn location(dice: &mut Dice) -> Value {
    let latitudes = ["52.37", "-90", "+4.5", " 1e1 ", ".5", "5.", "90.01"];
    let latitude = dice.one_of(&latitudes);
    let longitude = dice.one_of(&[json!(180), json!(-4.25), json!("0"), json!(4), json!(180.5)]);
    let mut place = json!({ "latitude": latitude, "longitude": longitude });
    for (key, most) in [("name", 1000), ("address", 1000)] {
        let text = json!(dice.text(most));
        dice.optional(&mut place, key, text);
    }
    place
}

fn card(dice: &mut Dice) -> Value {
    let mut name = json!({ "formatted_name": dice.text(100) });
    for part in ["first_name", "last_name", "middle_name", "suffix", "prefix"] {
        let text = json!(dice.text(40));
        dice.optional(&mut name, part, text);
    }
    let mut card = json!({ "name": name });
    let lists = [
        ("phones", ["phone", "wa_id", "wa-id", "type"]),
        ("emails", ["email", "type", "x", "y"]),
        ("urls", ["url", "type", "x", "y"]),
        ("addresses", ["street", "zip", "country_code", "type"]),
        ("ims", ["service", "user_id", "x", "y"]),
    ];
    for (list, keys) in lists {
        let mut entry = json!({});
        for key in keys {
            let word = dice.one_of(&[json!("+1 631 555"), json!(16_315_551_234_u64)]);
            dice.optional(&mut entry, key, word);
        }
        let entries = dice.list(vec![entry]);
        dice.optional(&mut card, list, entries);
    }
    dice.optional(&mut card, "org", json!({ "company": "C", "title": null }));
    let days = ["1970-12-31", "2000-02-29", "1970-1-1", "-1970-01-01"];
    let day = json!(dice.one_of(&days));
    dice.optional(&mut card, "birthday", day);
    card
}
