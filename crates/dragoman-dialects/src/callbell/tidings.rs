//! The payloads of what happened to somebody rather than to a message. Pure.

use dragoman_core::catalog::{Catalog, Team, User};
use dragoman_core::news::{ContactNews, Membership, Session, StaffNews, Tidings};
use dragoman_core::ports::NewsView;
use dragoman_core::{Id, Timestamp};
use serde::Serialize;

use super::members::{TeamMember, UserCustomStatus};
use super::render::Setting;
use super::{objects, wire};

/// What an event about somebody says.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Told {
    Contact(wire::Contact),
    Gone(Gone),
    Conversation(Conversation),
    Status(TeamMember),
    Session(SessionTold),
    Membership(MembershipTold),
}

/// A contact that has been deleted.
#[derive(Serialize)]
pub(super) struct Gone {
    uuid: String,
    deleted: String,
}

/// A conversation that was opened or closed.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Conversation {
    #[serde(flatten)]
    conversation: wire::Conversation,
    contact: wire::Contact,
    #[serde(flatten)]
    end: Option<End>,
}

impl Conversation {
    fn of(setting: &Setting<'_>, end: Option<End>) -> Self {
        Self {
            conversation: objects::conversation(setting),
            contact: objects::contact(setting),
            end,
        }
    }
}

/// How a conversation ended.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct End {
    closed_at: String,
    closing_reason: String,
}

/// A collaborator who came or went.
#[derive(Serialize)]
pub(super) struct SessionTold {
    action: &'static str,
    user: TeamMember,
}

/// A collaborator who joined or left a team. This one event writes `lastUpdateAt`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MembershipTold {
    team: wire::Team,
    user: Member,
    reason: &'static str,
    last_update_at: String,
}

/// A collaborator as only [`MembershipTold`] shows them.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Member {
    email: String,
    name: String,
    available: bool,
    last_update_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_custom_status: Option<UserCustomStatus>,
}

/// What a piece of news says; `None` when the customer it is about is gone, of which other news
/// tells.
pub(super) fn told(view: &NewsView<'_>, public_url: &str) -> Option<Told> {
    match &view.news.what {
        Tidings::Contact {
            contact,
            channel,
            what,
        } => {
            let setting = setting(view, *channel, public_url);
            of_contact(what, *contact, view.news.at, setting.as_ref())
        }
        Tidings::Notice(_) | Tidings::Delivery(_) => None,
        Tidings::Staff(what) => Some(of_staff(what, view.news.at, view.catalog)),
    }
}

/// The customer, with the conversation that the news are about; without a channel the newest.
fn setting<'a>(
    view: &NewsView<'a>,
    channel: Option<Id>,
    public_url: &'a str,
) -> Option<Setting<'a>> {
    let customer = view.customer?;
    let there = channel.and_then(|channel| customer.on(channel));
    let talk = there.or_else(|| customer.talks.first())?;
    Some(Setting {
        catalog: view.catalog,
        channel: talk.channel,
        contact: &customer.contact,
        conversation: &talk.conversation,
        public_url,
    })
}

fn of_contact(
    what: &ContactNews,
    contact: Id,
    at: Timestamp,
    setting: Option<&Setting<'_>>,
) -> Option<Told> {
    Some(match what {
        ContactNews::Deleted => Told::Gone(Gone {
            uuid: contact.simple(),
            deleted: objects::date_with_millis(at),
        }),
        ContactNews::Created | ContactNews::Updated => Told::Contact(objects::contact(setting?)),
        ContactNews::Opened => Told::Conversation(Conversation::of(setting?, None)),
        // The time of the event: by now the conversation may go on.
        ContactNews::Closed { reason } => {
            let end = End {
                closed_at: objects::date(at),
                closing_reason: reason.to_string(),
            };
            Told::Conversation(Conversation::of(setting?, Some(end)))
        }
    })
}

fn of_staff(what: &StaffNews, at: Timestamp, catalog: &Catalog) -> Told {
    match what {
        StaffNews::Status(user) => Told::Status(TeamMember::of(user, catalog)),
        StaffNews::Session(user, session) => Told::Session(SessionTold {
            action: match session {
                Session::LoggedIn => "user_logged_in",
                Session::LoggedOut => "user_logged_out",
                Session::EndedBySystem => "system_logged_out",
            },
            user: TeamMember::of(user, catalog),
        }),
        StaffNews::Membership(user, team, membership) => {
            Told::Membership(of_membership(user, team, *membership, at, catalog))
        }
    }
}

fn of_membership(
    user: &User,
    team: &Team,
    membership: Membership,
    at: Timestamp,
    catalog: &Catalog,
) -> MembershipTold {
    let member = TeamMember::of(user, catalog);
    MembershipTold {
        team: objects::team(team, catalog),
        user: Member {
            email: member.email,
            name: member.name,
            available: member.available,
            last_update_at: member.last_updated_at,
            user_custom_status: member.user_custom_status,
        },
        reason: match membership {
            Membership::Added => "agent_added",
            Membership::Removed => "agent_removed",
        },
        last_update_at: objects::date(at),
    }
}
