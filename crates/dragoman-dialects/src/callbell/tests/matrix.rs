//! Two accounts never see each other: every route that names something, with the names of own,
//! foreign, missing and malformed things, called with the token of one account, of the other, and
//! with none. Foreign and missing are answered alike, byte for byte.

use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use dragoman_core::Id;
use dragoman_core::catalog::{CustomStatus, Funnel, Right, Team, TokenScope, User};
use dragoman_core::message::Body;
use dragoman_core::template::Template;
use dragoman_core::{MessageId, State};
use http_body_util::BodyExt;
use tower::ServiceExt;

use super::contacts::{ADA, BSUID, FOREIGN_BSUID, FOREIGNER, STAGE, house};
use super::doubles::{House, request};
use super::samples::{
    ACCOUNT, CHANNEL, FOREIGN_CHANNEL, NOW, STRANGER, TEAM, TOKEN, USER, message_id, outbound,
    stored,
};
use crate::callbell::operations;
use crate::need::Need;

/// What a route names.
#[derive(Clone, Copy, Debug)]
enum Thing {
    Contact,
    Number,
    UserId,
    Message,
    ProviderId,
    Channel,
    Team,
    User,
    Member,
    Funnel,
    Template,
    CustomStatus,
}

const FOREIGN_TEAM: Id = Id::from_u128(0xf7ea);
const FOREIGN_STAGE: Id = Id::from_u128(0xf57a);
const FOREIGN_TEMPLATE: Id = Id::from_u128(0xf7e3);
const LUNCH: Id = Id::from_u128(0x10c4);
const FOREIGN_LUNCH: Id = Id::from_u128(0xf10c4);
const FOREIGN_USER: Id = Id::from_u128(0xf05e);
const FOREIGN_MESSAGE: MessageId = MessageId::from_parts(NOW.millis() << 12, 43);
const MISSING: &str = "adf3d1216d4c4dcd908199d6700f2381";

impl Thing {
    /// One of the demo account's, and one of the stranger's.
    fn own(self) -> [String; 2] {
        match self {
            Self::Contact => [ADA.simple(), FOREIGNER.simple()],
            Self::Number => ["31612345678".into(), "31687654321".into()],
            Self::UserId => [BSUID.into(), FOREIGN_BSUID.into()],
            Self::Message => [message_id().simple(), FOREIGN_MESSAGE.simple()],
            Self::ProviderId => ["wamid.X".into(), "wamid.FOREIGN".into()],
            Self::Channel => [CHANNEL.simple(), FOREIGN_CHANNEL.simple()],
            Self::Team => [TEAM.simple(), FOREIGN_TEAM.simple()],
            Self::User => ["john.doe@email.com".into(), "jane@email.com".into()],
            Self::Member => [USER.simple(), FOREIGN_USER.simple()],
            Self::CustomStatus => [LUNCH.dashed(), FOREIGN_LUNCH.dashed()],
            Self::Funnel => [STAGE.dashed(), FOREIGN_STAGE.dashed()],
            Self::Template => [Id::from_u128(1).simple(), FOREIGN_TEMPLATE.simple()],
        }
    }

    /// Names of nothing; the last is not even a name.
    fn nothing(self) -> [&'static str; 2] {
        match self {
            Self::Number => ["31600000000", "hello"],
            Self::UserId => ["DE.2", "hello"],
            Self::Message => ["01996d5f0d2a7000800000000000002b", "hello"],
            Self::ProviderId => ["wamid.Y", "hello"],
            Self::User => ["nobody@email.com", "hello"],
            Self::Contact
            | Self::Channel
            | Self::Team
            | Self::Member
            | Self::Funnel
            | Self::Template
            | Self::CustomStatus => [MISSING, "hello"],
        }
    }
}

/// Method, path, body, and what stands at `ID` in one of them. `OWN` is a contact of
/// the caller's, `MEMBER` a collaborator.
type Route = (&'static str, &'static str, &'static str, Thing);

const ROUTES: &[Route] = &[
    ("GET", "/v1/contacts/ID", "", Thing::Contact),
    ("GET", "/v1/contacts/phone/ID", "", Thing::Number),
    ("GET", "/v1/contacts/bsuid/ID", "", Thing::UserId),
    (
        "PATCH",
        "/v1/contacts/ID",
        r#"{"name":"N"}"#,
        Thing::Contact,
    ),
    ("DELETE", "/v1/contacts/ID", "", Thing::Contact),
    ("GET", "/v1/contacts/ID/messages", "", Thing::Contact),
    (
        "POST",
        "/v1/contacts/ID/conversation/open",
        "",
        Thing::Contact,
    ),
    (
        "POST",
        "/v1/contacts/ID/conversation/close",
        "",
        Thing::Contact,
    ),
    (
        "POST",
        "/v1/contacts/ID/conversation/note",
        r#"{"text":"T"}"#,
        Thing::Contact,
    ),
    ("GET", "/v1/contacts/ID/bot", "", Thing::Contact),
    (
        "POST",
        "/v1/contacts/ID/bot",
        r#"{"status":"bot_end"}"#,
        Thing::Contact,
    ),
    (
        "PUT",
        "/v1/contacts/OWN/conversation/update_funnel",
        r#"{"funnel_id":"ID"}"#,
        Thing::Funnel,
    ),
    (
        "POST",
        "/v1/contacts/OWN/conversation/update_funnel",
        r#"{"funnel_id":"ID"}"#,
        Thing::Funnel,
    ),
    (
        "POST",
        "/v1/contacts/OWN/messages/update_funnel",
        r#"{"funnel_id":"ID"}"#,
        Thing::Funnel,
    ),
    (
        "PATCH",
        "/v1/contacts/OWN",
        r#"{"team_uuid":"ID"}"#,
        Thing::Team,
    ),
    (
        "PATCH",
        "/v1/contacts/OWN",
        r#"{"assigned_user":"ID"}"#,
        Thing::User,
    ),
    (
        "GET",
        "/v1/contacts/OWN?channel_uuid=ID",
        "",
        Thing::Channel,
    ),
    ("GET", "/v1/contacts?team_uuid=ID", "", Thing::Team),
    (
        "POST",
        "/v1/contacts",
        r#"{"identifier":"31612345699","source":"whatsapp","name":"N","channel_uuid":"ID"}"#,
        Thing::Channel,
    ),
    (
        "POST",
        "/v1/contacts",
        r#"{"identifier":"31612345699","source":"whatsapp","name":"N","team_uuid":"ID"}"#,
        Thing::Team,
    ),
    (
        "POST",
        "/v1/messages/send",
        r#"{"to":"31612345678","from":"whatsapp","type":"text","content":{"text":"T"},"channel_uuid":"ID"}"#,
        Thing::Channel,
    ),
    (
        "POST",
        "/v1/messages/send",
        r#"{"to":"31612345678","from":"whatsapp","type":"text","content":{"text":"T"},"team_uuid":"ID"}"#,
        Thing::Team,
    ),
    ("DELETE", "/v1/messages/ID", "", Thing::Message),
    ("DELETE", "/v1/messages/ID", "", Thing::ProviderId),
    ("DELETE", "/v1/messages", r#"{"uuid":"ID"}"#, Thing::Message),
    (
        "DELETE",
        "/v1/messages",
        r#"{"uuid":"ID"}"#,
        Thing::ProviderId,
    ),
    ("GET", "/v1/messages/status/ID", "", Thing::Message),
    ("GET", "/v1/messages/ID/status", "", Thing::Message),
    ("GET", "/v1/templates/ID", "", Thing::Template),
    (
        "PATCH",
        "/v1/templates/ID",
        r#"{"title":"T"}"#,
        Thing::Template,
    ),
    ("GET", "/v1/channels/ID", "", Thing::Channel),
    (
        "PATCH",
        "/v1/channels/ID",
        r#"{"title":"T"}"#,
        Thing::Channel,
    ),
    ("GET", "/v1/teams/ID", "", Thing::Team),
    ("PATCH", "/v1/teams/ID", r#"{"name":"N"}"#, Thing::Team),
    ("GET", "/v1/teams/ID/members", "", Thing::Team),
    (
        "PUT",
        "/v1/users/ID/status",
        r#"{"available":true}"#,
        Thing::Member,
    ),
    ("DELETE", "/v1/users/ID/status", "", Thing::Member),
    (
        "PUT",
        "/v1/users/MEMBER/status",
        r#"{"custom_status_uuid":"ID"}"#,
        Thing::CustomStatus,
    ),
    ("GET", "/v1/custom_statuses/ID", "", Thing::CustomStatus),
    (
        "PUT",
        "/v1/custom_statuses/ID",
        r#"{"name":"N"}"#,
        Thing::CustomStatus,
    ),
    (
        "PUT",
        "/v1/custom_status/ID",
        r#"{"name":"N"}"#,
        Thing::CustomStatus,
    ),
    ("DELETE", "/v1/custom_statuses/ID", "", Thing::CustomStatus),
    ("GET", "/v1/custom_status/ID", "", Thing::CustomStatus),
    ("DELETE", "/v1/custom_status/ID", "", Thing::CustomStatus),
];

/// The demo account and the stranger, who have the same things.
fn world() -> House {
    let house = house();
    house.change(|catalog| {
        catalog.teams.push(Team {
            id: FOREIGN_TEAM,
            account: STRANGER,
            ..catalog.teams[0].clone()
        });
        catalog.users.push(User {
            id: FOREIGN_USER,
            account: STRANGER,
            email: "jane@email.com".into(),
            teams: vec![FOREIGN_TEAM],
            ..catalog.users[0].clone()
        });
        catalog.funnels.push(Funnel {
            id: FOREIGN_STAGE,
            account: STRANGER,
            ..catalog.funnels[0].clone()
        });
        catalog.custom_statuses = [(LUNCH, ACCOUNT), (FOREIGN_LUNCH, STRANGER)]
            .map(|(id, account)| CustomStatus {
                id,
                account,
                name: "Lunch".into(),
                emoji: "".into(),
                created_at: NOW,
                updated_at: NOW,
            })
            .into();
        catalog.templates.push(Template {
            id: FOREIGN_TEMPLATE,
            account: STRANGER,
            channel: FOREIGN_CHANNEL,
            family: None,
            ..catalog.templates[0].clone()
        });
    });
    let store = house.store();
    let sent = || stored(Body::Outbound(outbound(None).into()), State::Sent);
    store.keep_message(sent());
    let mut foreign = sent();
    foreign.id = FOREIGN_MESSAGE;
    foreign.account = STRANGER;
    foreign.channel = FOREIGN_CHANNEL;
    foreign.provider_id = Some("wamid.FOREIGN".into());
    store.keep_message(foreign);
    house
}

/// One of the two accounts: its token, and whom it has.
struct Caller {
    token: &'static str,
    contact: Id,
    member: Id,
}

const CALLERS: [Caller; 2] = [
    Caller {
        token: TOKEN,
        contact: ADA,
        member: USER,
    },
    Caller {
        token: "stranger",
        contact: FOREIGNER,
        member: FOREIGN_USER,
    },
];

/// Everything that a caller can tell answers apart by.
type Whole = (StatusCode, HeaderMap, Bytes);

/// Each call finds the world as it was.
async fn answer(route: &Route, name: &str, caller: &Caller, token: Option<&str>) -> Whole {
    let (method, path, body, _) = route;
    let fill = |text: &str| {
        text.replace("OWN", &caller.contact.simple())
            .replace("MEMBER", &caller.member.simple())
            .replace("ID", name)
    };
    let mut call = request(method, &fill(path), fill(body));
    call.headers_mut().remove("authorization");
    if let Some(token) = token {
        let bearer = format!("Bearer {token}").parse().unwrap();
        call.headers_mut().insert("authorization", bearer);
    }
    let (parts, body) = world().router().oneshot(call).await.unwrap().into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    (parts.status, parts.headers, bytes)
}

#[test]
fn every_call_that_names_something_is_tried() {
    let bare = |path: &str| {
        let path = path.split('?').next().unwrap_or_default();
        let parts = path.split('/').map(|part| match part {
            "OWN" | "MEMBER" => "ID",
            part if part.starts_with('{') => "ID",
            part => part,
        });
        parts.collect::<Vec<_>>().join("/")
    };
    for operation in operations() {
        let (method, path) = (operation.method, format!("/v1/{}", operation.node));
        let mut tried = ROUTES.iter();
        let is_tried = tried.any(|route| method == *route.0 && bare(route.1) == bare(&path));
        assert!(is_tried || !path.contains('{'), "{method} {path}");
    }
}

#[tokio::test]
async fn what_is_anothers_is_answered_like_what_there_is_not() {
    for route in ROUTES {
        let thing = route.3;
        for (number, caller) in CALLERS.iter().enumerate() {
            let ask = |name| answer(route, name, caller, Some(caller.token));
            let names = thing.own();
            let (own, foreign) = (&*names[number], &*names[1 - number]);
            let (status, _, body) = ask(own).await;
            assert!(status.is_success(), "{route:?} {own}: {status} {body:?}");
            let foreign = ask(foreign).await;
            assert!(foreign.0.is_client_error(), "{route:?}: {foreign:?}");
            for nothing in thing.nothing() {
                assert_eq!(ask(nothing).await, foreign, "{route:?} {nothing}");
            }
        }
    }
}

#[tokio::test]
async fn without_a_token_everything_is_answered_alike() {
    let stranger = answer(&ROUTES[0], MISSING, &CALLERS[0], None).await;
    assert_eq!(stranger.0, StatusCode::UNAUTHORIZED);
    for route in ROUTES {
        let (own, nothing) = (route.3.own(), route.3.nothing());
        let names = own.iter().map(String::as_str).chain(nothing);
        for name in names {
            for token in [None, Some("expired"), Some("onprem"), Some("nobody's")] {
                let answer = answer(route, name, &CALLERS[0], token).await;
                assert_eq!(answer, stranger, "{route:?} {name} {token:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_token_does_what_its_rights_say_and_nothing_else() {
    for operation in operations() {
        let (method, node) = (operation.method, operation.node);
        let path = format!("/v1/{}", node.replace(['{', '}'], ""));
        let ask = async |rights: Vec<Right>| {
            let house = world();
            house.change(|catalog| {
                let mut tokens = catalog.tokens.iter_mut();
                let token = tokens.find(|token| token.account == ACCOUNT).unwrap();
                token.scope = TokenScope::Api(rights.iter().copied().collect());
            });
            let call = request(method.as_str(), &path, "{}".to_owned());
            let answer = house.router().oneshot(call).await.unwrap();
            answer.status()
        };
        match operation.need {
            Need::Token => {
                assert_eq!(
                    method, "GET",
                    "{node}: what changes something needs a right"
                );
                assert_ne!(ask(Vec::new()).await, StatusCode::FORBIDDEN, "{node}");
            }
            Need::Right(right) => {
                let others = Right::ALL.into_iter().filter(|other| *other != right);
                let lacking = ask(others.collect()).await;
                assert_eq!(lacking, StatusCode::FORBIDDEN, "{method} {node}");
                assert_ne!(
                    ask(vec![right]).await,
                    StatusCode::FORBIDDEN,
                    "{method} {node}"
                );
            }
        }
    }
}
