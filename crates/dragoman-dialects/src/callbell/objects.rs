//! Callbell's objects, made from ours. Pure.

use dragoman_core::catalog::{self, Catalog, Source};
use dragoman_core::contact::{Contact, Profile};
use dragoman_core::template::{self, Category, TemplateStatus};
use dragoman_core::{Address, Id, Timestamp};

use super::render::Setting;
use super::wire;

/// The messenger of a channel, as `source`, `channel` and `type` name it.
pub(super) fn source(catalog: &Catalog, channel: Id) -> &'static str {
    let channel = catalog.channel(channel);
    channel
        .map_or(Source::Whatsapp, |channel| channel.source)
        .word()
}

/// The number with `+`, when one is known.
pub(super) fn phone_number(contact: &Contact) -> Option<String> {
    contact.phone().map(|digits| format!("+{digits}"))
}

/// The e-mail address, when one is known.
pub(super) fn email(contact: &Contact) -> Option<String> {
    noted(contact, |profile| profile.email.as_deref())
}

/// The WhatsApp user id, when one is known and the conversation is on WhatsApp.
fn bsuid(contact: &Contact, source: &str) -> Option<String> {
    let is_user_id = |value: &&str| Address::parse(value).is_ok_and(|read| read.phone().is_none());
    let values = contact.addresses.iter().map(Address::value);
    let found = values.filter(|_| source == Source::Whatsapp.word());
    found.filter(is_user_id).map(str::to_owned).next()
}

/// A text that people have noted.
fn noted(contact: &Contact, text: impl Fn(&Profile) -> Option<&str>) -> Option<String> {
    let profile = contact.profile.as_deref()?;
    text(profile).map(str::to_owned)
}

pub(super) fn contact(setting: &Setting<'_>) -> wire::Contact {
    let (catalog, contact, conversation) = (setting.catalog, setting.contact, setting.conversation);
    let source = source(catalog, setting.channel);
    let profile = contact.profile.as_deref();
    let tags = profile.map_or(&[][..], |profile| &profile.tags);
    let fields = profile.iter().flat_map(|profile| &profile.fields);
    let user = conversation
        .user
        .and_then(|id| catalog.users.iter().find(|user| user.id == id));
    let team = conversation
        .team
        .and_then(|id| catalog.teams.iter().find(|team| team.id == id));
    let funnel = conversation
        .funnel
        .filter(|id| catalog.funnels.iter().any(|funnel| funnel.id == *id));
    wire::Contact {
        uuid: contact.id.simple(),
        name: contact.name.as_deref().map(str::to_owned),
        phone_number: phone_number(contact),
        avatar_url: noted(contact, |profile| profile.avatar_url.as_deref()),
        blocked_at: profile.and_then(|profile| profile.blocked_at).map(date),
        created_at: date(contact.created_at),
        closed_at: conversation.closed_at.map(date),
        source,
        href: format!("{}/console/contacts/{}", setting.public_url, contact.id),
        conversation_href: conversation_href(setting),
        tags: tags.iter().map(ToString::to_string).collect(),
        assigned_user: user.map(|user| user.email.to_string()),
        custom_fields: fields
            .map(|(name, value)| (name.to_string(), value.to_string()))
            .collect(),
        custom_fields_metadata: None,
        funnel_id: funnel.map(Id::dashed),
        team: team.map_or(wire::MaybeTeam::None {}, |found| {
            wire::MaybeTeam::Team(self::team(found, catalog))
        }),
        channel: catalog.channel(setting.channel).map(channel),
        bsuid: bsuid(contact, source),
        note: noted(contact, |profile| profile.note.as_deref()),
    }
}

pub(super) fn conversation(setting: &Setting<'_>) -> wire::Conversation {
    wire::Conversation {
        source: source(setting.catalog, setting.channel),
        href: conversation_href(setting),
        created_at: date(setting.conversation.created_at),
    }
}

fn conversation_href(setting: &Setting<'_>) -> String {
    let (base, id) = (setting.public_url, setting.conversation.id);
    format!("{base}/console/chat/{id}")
}

/// A disabled channel shows the date of its making as `discardedAt`: clients test only whether
/// there is one, and no other is kept.
pub(super) fn channel(channel: &catalog::Channel) -> wire::Channel {
    wire::Channel {
        uuid: channel.id.simple(),
        title: channel.title.to_string(),
        kind: channel.source.word(),
        main: channel.main,
        discarded_at: (!channel.enabled).then(|| date(channel.created_at)),
    }
}

pub(super) fn team(team: &catalog::Team, catalog: &Catalog) -> wire::Team {
    wire::Team {
        uuid: team.id.simple(),
        name: team.name.to_string(),
        created_at: date(team.created_at),
        default: team.default,
        members: catalog.members(team.id),
    }
}

pub(super) fn template(template: &template::Template) -> wire::Template {
    wire::Template {
        uuid: template.id.simple(),
        title: template.title.to_string(),
        text: template.body.to_string(),
        template_type: template.header.kind().word(),
        category: match template.category {
            Category::Marketing => "MARKETING",
            Category::Utility => "UTILITY",
            Category::Authentication => "AUTHENTICATION",
        },
        status: match template.status {
            TemplateStatus::Approved => "approved",
            TemplateStatus::Pending => "pending",
            TemplateStatus::Rejected => "rejected",
            TemplateStatus::Paused => "paused",
            TemplateStatus::Disabled => "disabled",
            TemplateStatus::Deleted => "deleted",
        },
        created_at: date(template.created_at),
    }
}

/// `2026-03-01T09:30:00Z`.
pub(super) fn date(at: Timestamp) -> String {
    at.iso().to_string()
}

/// `2026-03-01T09:30:00.095Z`, as the deletion of a contact is dated.
pub(super) fn date_with_millis(at: Timestamp) -> String {
    let millis = at.millis().rem_euclid(1000);
    date(at).replace('Z', &format!(".{millis:03}Z"))
}

/// `2026-03-01T09:30:00.095+00:00`, as the status of a collaborator is dated.
pub(super) fn date_with_offset(at: Timestamp) -> String {
    date_with_millis(at).replace('Z', "+00:00")
}

/// `2026-03-01 09:30:00 +0000`, as the documents write the date of a webhook.
pub(super) fn spaced_date(at: Timestamp) -> String {
    date(at).replace('T', " ").replace('Z', " +0000")
}
