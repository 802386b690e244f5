//! How a customer looks.

use std::collections::BTreeMap;

use dragoman_core::contact::{Bot, Customer, Profile, Talk};
use dragoman_core::{Address, Id, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

/// A customer.
#[derive(Serialize, ToSchema)]
#[schema(as = Contact)]
pub(in crate::native) struct ContactBody {
    id: String,
    account: String,
    name: Option<String>,
    /// The digits of the number, when one is known.
    phone: Option<String>,
    /// Every address: digits, or WhatsApp user ids.
    addresses: Vec<String>,
    tags: Vec<String>,
    /// Custom fields by name. The value of a checkbox is a JSON list, as text.
    fields: BTreeMap<String, String>,
    note: Option<String>,
    email: Option<String>,
    avatar_url: Option<String>,
    /// Since when people have blocked them.
    blocked_at: Option<String>,
    /// Since when they do not want messages.
    opted_out_at: Option<String>,
    created_at: String,
    /// One for each channel, the newest first.
    conversations: Vec<ConversationBody>,
}

/// A customer on a channel.
#[derive(Serialize, ToSchema)]
#[schema(as = Conversation)]
struct ConversationBody {
    id: String,
    channel: String,
    /// The uuid of the collaborator that it belongs to.
    user: Option<String>,
    /// The uuid of the team that it belongs to.
    team: Option<String>,
    /// The uuid of the stage in which it is.
    funnel: Option<String>,
    /// What the account's bot does in it: `idle`, `started` or `ended`.
    bot: &'static str,
    created_at: String,
    /// `null` while it is open.
    closed_at: Option<String>,
}

pub(in crate::native) fn shown(account: Id, customer: &Customer) -> ContactBody {
    let contact = &customer.contact;
    let nothing = Profile::default();
    let profile = contact.profile.as_deref().unwrap_or(&nothing);
    let text = |text: &Option<Box<str>>| text.as_deref().map(str::to_owned);
    let fields = profile.fields.iter();
    ContactBody {
        id: contact.id.simple(),
        account: account.simple(),
        name: text(&contact.name),
        phone: contact.phone().map(str::to_owned),
        addresses: contact
            .addresses
            .iter()
            .map(Address::value)
            .map(str::to_owned)
            .collect(),
        tags: profile.tags.iter().map(ToString::to_string).collect(),
        fields: fields
            .map(|(name, value)| (name.to_string(), value.to_string()))
            .collect(),
        note: text(&profile.note),
        email: text(&profile.email),
        avatar_url: text(&profile.avatar_url),
        blocked_at: profile.blocked_at.map(date),
        opted_out_at: profile.opted_out_at.map(date),
        created_at: date(contact.created_at),
        conversations: customer.talks.iter().map(conversation).collect(),
    }
}

fn conversation(talk: &Talk) -> ConversationBody {
    let conversation = &talk.conversation;
    ConversationBody {
        id: conversation.id.simple(),
        channel: talk.channel.simple(),
        user: conversation.user.map(Id::simple),
        team: conversation.team.map(Id::simple),
        funnel: conversation.funnel.map(Id::simple),
        bot: match conversation.bot {
            Bot::Idle => "idle",
            Bot::Started => "started",
            Bot::Ended => "ended",
        },
        created_at: date(conversation.created_at),
        closed_at: conversation.closed_at.map(date),
    }
}

fn date(at: Timestamp) -> String {
    at.iso().to_string()
}
