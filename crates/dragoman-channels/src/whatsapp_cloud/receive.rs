//! A webhook's body → reports, per sender. Nothing here does IO.

use dragoman_core::inbound::Report;
use dragoman_core::ports::{Incoming, ReceiveError, Received};
use serde_json::value::RawValue;

use super::{message, status, wire};

/// Why a part was left out. Never quotes the part, which may hold what people wrote.
pub(super) type Odd = &'static str;

/// The fields that tell that templates are no longer what they were. Their quality is no concern.
const TEMPLATES: [&str; 3] = [
    "message_template_status_update",
    "message_template_components_update",
    "template_category_update",
];

/// Reads a body whose signature has been checked. What is not understood is left out with a reason,
/// so that one malformed part does not block the others; fields other than `messages` and those
/// about templates say nothing to us.
///
/// # Errors
/// [`ReceiveError::Malformed`] when the body is no JSON object.
pub(super) fn read(body: &[u8]) -> Result<Received, ReceiveError> {
    let webhook = webhook(body).map_err(|why| ReceiveError::Malformed(why.into()))?;
    let mut reader = Reader::default();
    let read = reader.webhook(&webhook);
    reader.sound(read);
    Ok(reader.received)
}

fn webhook(body: &[u8]) -> Result<wire::Webhook<'_>, Odd> {
    let text = std::str::from_utf8(body).map_err(|_| "no UTF-8")?;
    if !text.trim_start().starts_with('{') {
        return Err("no JSON object");
    }
    serde_json::from_str(text).map_err(|_| "no JSON")
}

/// Goes through a webhook and collects.
#[derive(Default)]
struct Reader {
    received: Received,
}

impl Reader {
    fn webhook(&mut self, webhook: &wire::Webhook<'_>) -> Result<(), Odd> {
        for entry in wire::list(webhook.entry).ok_or("no list of entries")? {
            let read = self.entry(entry);
            self.sound(read);
        }
        Ok(())
    }

    fn entry(&mut self, raw: &RawValue) -> Result<(), Odd> {
        let entry: wire::Entry<'_> = wire::part(Some(raw)).ok_or("an entry that is no object")?;
        for change in wire::list(entry.changes).ok_or("an entry without a list of changes")? {
            let read = self.change(change, entry.id);
            self.sound(read);
        }
        Ok(())
    }

    fn change(&mut self, raw: &RawValue, business: Option<&RawValue>) -> Result<(), Odd> {
        let change: wire::Change<'_> = wire::part(Some(raw)).ok_or("a change without field")?;
        match &*change.field {
            "messages" => self.messages(&change),
            field if TEMPLATES.contains(&field) => self.templates_of(business),
            _ => Ok(()),
        }
    }

    /// What exactly has changed does not matter: the templates are asked for anew.
    fn templates_of(&mut self, business: Option<&RawValue>) -> Result<(), Odd> {
        let id: Option<Box<str>> = wire::part(business);
        let id = wire::filled(id.as_deref());
        let id = id.ok_or("a change of templates without business account")?;
        let changed = &mut self.received.templates_changed;
        if !changed.iter().any(|known| &**known == id) {
            changed.push(id.into());
        }
        Ok(())
    }

    fn messages(&mut self, change: &wire::Change<'_>) -> Result<(), Odd> {
        let value: wire::Value<'_> = wire::part(change.value).ok_or("a change without value")?;
        let metadata = value.metadata.ok_or("a value without metadata")?;
        let number = number(metadata).ok_or("metadata without phone number id")?;
        let reports = self.reports(&value, metadata);
        if !reports.is_empty() {
            self.of_sender(number).extend(reports);
        }
        let says_something = value.messages.is_some() || value.statuses.is_some();
        match (value.errors, says_something) {
            (Some(_), _) => Err("errors that are of no message"),
            (None, true) => Ok(()),
            (None, false) => Err("a value with neither messages nor statuses"),
        }
    }

    fn reports(&mut self, value: &wire::Value<'_>, metadata: &RawValue) -> Vec<Report> {
        let mut contacts = self.list(value.contacts, "contacts that are no list");
        contacts.retain(|raw| self.sound(contact(raw)).is_some());
        let messages = self.list(value.messages, "messages that are no list");
        let statuses = self.list(value.statuses, "statuses that are no list");
        let mut reports = Vec::new();
        for raw in &messages {
            let read = message::read(raw, &contacts, messages.len() == 1);
            reports.extend(self.sound(read).map(Report::Inbound));
        }
        for raw in &statuses {
            let read = status::read(raw, metadata, &contacts, statuses.len() == 1);
            reports.extend(self.sound(read).map(Report::Status));
        }
        reports
    }

    /// The elements of a list that may be missing.
    fn list<'a>(&mut self, raw: Option<&'a RawValue>, otherwise: Odd) -> Vec<&'a RawValue> {
        let Some(raw) = raw else { return Vec::new() };
        self.sound(wire::list(Some(raw)).ok_or(otherwise))
            .unwrap_or_default()
    }

    /// What was understood; otherwise notes why it was not.
    fn sound<T>(&mut self, read: Result<T, Odd>) -> Option<T> {
        read.map_err(|why| self.received.odd.push(why.into())).ok()
    }

    /// The reports of one sender, whose changes may be spread over the body.
    fn of_sender(&mut self, provider_id: Box<str>) -> &mut Vec<Report> {
        let incoming = &mut self.received.incoming;
        let known = incoming
            .iter()
            .position(|one| one.provider_id == provider_id);
        let index = known.unwrap_or_else(|| {
            incoming.push(Incoming {
                provider_id,
                reports: Vec::new(),
            });
            incoming.len() - 1
        });
        &mut incoming[index].reports
    }
}

/// The id of the number that the webhook is about.
fn number(metadata: &RawValue) -> Option<Box<str>> {
    let metadata: wire::Metadata = wire::part(Some(metadata))?;
    Some(metadata.phone_number_id).filter(|id| !id.is_empty())
}

fn contact(raw: &RawValue) -> Result<wire::Contact, Odd> {
    wire::part(Some(raw)).ok_or("a contact of another shape")
}
