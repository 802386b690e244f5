//! Who wrote a message: every address by which Meta shows its sender.

use dragoman_core::{Address, Phone};
use serde_json::value::RawValue;

use super::wire;

/// The contact beside a message that is its sender; an empty one when none fits for certain,
/// because a wrong one would merge two customers.
pub(super) fn beside(
    message: &wire::Message<'_>,
    contacts: &[&RawValue],
    alone: bool,
) -> wire::Contact {
    let mut known: Vec<wire::Contact> = contacts
        .iter()
        .filter_map(|contact| wire::part(Some(contact)))
        .collect();
    let differ = |one: &Option<Box<str>>, other: &Option<Box<str>>| {
        one.is_some() && other.is_some() && one != other
    };
    let same = |one: &Option<Box<str>>, other: &Option<Box<str>>| one.is_some() && one == other;
    let fits = |contact: &wire::Contact| {
        same(&contact.wa_id, &message.from) || same(&contact.user_id, &message.from_user_id)
    };
    let contradicts = |contact: &wire::Contact| {
        differ(&contact.wa_id, &message.from) || differ(&contact.user_id, &message.from_user_id)
    };
    let found = known.iter().position(fits);
    let only = (alone && known.len() == 1 && !contradicts(&known[0])).then_some(0);
    match found.or(only) {
        Some(index) => known.swap_remove(index),
        None => wire::Contact::default(),
    }
}

/// Numbers first, then user ids, then the parent's; each may be missing. When the message tells
/// that its sender has others now, they stand behind those that it came from: it belongs to the
/// customer whom we know, who is from now on reached at both.
pub(super) fn addresses(message: &wire::Message<'_>, beside: &wire::Contact) -> Vec<Address> {
    let moved = moved(message);
    let numbers = [
        first([&message.from, &beside.wa_id], |text| {
            Address::parse(text).ok()
        }),
        first([&moved.wa_id, &moved.new_wa_id], number),
    ];
    let users = [
        first([&message.from_user_id, &beside.user_id], user),
        first([&moved.user_id], user),
        first([&message.from_parent_user_id, &beside.parent_user_id], user),
        first([&moved.parent_user_id], user),
    ];
    let mut addresses = Vec::new();
    for address in numbers.into_iter().chain(users).flatten() {
        if !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    addresses
}

/// The new addresses of a customer who has changed them. Other notices name addresses too, but no
/// new ones.
fn moved(message: &wire::Message<'_>) -> wire::Notice {
    let notice: Option<wire::Notice> = wire::part(message.system);
    let tells = |notice: &wire::Notice| {
        let kind = notice.kind.as_deref();
        matches!(kind, Some("user_changed_number" | "user_changed_user_id"))
    };
    notice.filter(tells).unwrap_or_default()
}

/// The first text that is there and good.
fn first<const N: usize>(
    named: [&Option<Box<str>>; N],
    read: impl Fn(&str) -> Option<Address>,
) -> Option<Address> {
    named.into_iter().flatten().find_map(|text| read(text))
}

fn number(text: &str) -> Option<Address> {
    Phone::parse(text).ok().map(Address::Phone)
}

fn user(id: &str) -> Option<Address> {
    (!id.is_empty()).then(|| Address::user(id))
}
