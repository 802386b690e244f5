//! Tokens of programs, and how their calls are treated.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use dragoman_core::Id;
use dragoman_core::catalog::{Catalog, Change, Policy, Right, Rights, Token, TokenScope};
use dragoman_core::refusal::When;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answer::Problem;
use super::call::{Call, Caller};
use super::operation::Operation;
use super::record::{self, Record, Removable, Removed};
use super::words::{Life, Name, Rate, Span, Uuid};
use super::{Native, Room, input};
use crate::api_key;
use crate::credentials::token_hash;
use crate::spans::spelled;

const ALL: &str = "/api/v1/tokens";
const ONE: &str = "/api/v1/tokens/{id}";

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::list::<Token>(ALL).named("list_tokens", "Tokens, without what is secret."),
        Operation::post(ALL, create)
            .named("create_token", "Makes a token. Only for the operator.")
            .takes::<NewToken>()
            .creates::<NewTokenBody>(&["get_token"]),
        Operation::show::<Token>(ONE).named("get_token", "A token, without what is secret."),
        Operation::patch(ONE, change)
            .named(
                "change_token",
                "Changes what is named. Only for the operator.",
            )
            .takes::<TokenChange>()
            .answers::<TokenBody>(200),
        Operation::delete(ONE, remove)
            .named("remove_token", "Takes a token away. Only for the operator.")
            .answers::<Removed>(200),
    ]
}

/// A token.
#[derive(Serialize, ToSchema)]
#[schema(as = Token)]
pub(super) struct TokenBody {
    id: String,
    /// Whom it speaks for.
    account: String,
    /// What people call it; may be empty.
    name: String,
    /// What it opens.
    scope: Scope,
    /// What a program may do with it; of other tokens, none.
    scopes: Vec<Word>,
    /// When refusals are heard that the dialect lets choose; `null` is as the dialect does.
    refusals: Option<Timing>,
    /// More calls are answered 429; `null` is no limit.
    rate: Option<String>,
    /// The same content to the same recipient within this time is the same message; `null` is
    /// never.
    duplicate_window: Option<String>,
    created_at: String,
    /// `null` is for ever.
    expires_at: Option<String>,
    /// When a call last came with it; `null` is never, or not known.
    last_used_at: Option<String>,
}

/// A token that was made.
#[derive(Serialize, ToSchema)]
#[schema(as = MadeToken)]
struct NewTokenBody {
    id: String,
    /// The secret: shown this once, and `null` when the call is repeated.
    token: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Scope {
    /// The APIs of its account.
    Api,
    /// The On-Premises API of one channel.
    Onprem,
    /// This API, for a collaborator who logged in.
    Session,
}

/// Something that a program may do in its account.
#[derive(Clone, Copy, Deserialize, Serialize, ToSchema)]
#[schema(as = Right)]
enum Word {
    /// Send messages, and keep files for them.
    #[serde(rename = "messages:send")]
    Send,
    /// Hear what became of messages, and read what was said.
    #[serde(rename = "messages:read")]
    Read,
    /// See, change and forget customers, and erase what was said.
    #[serde(rename = "contacts")]
    Contacts,
    /// Have itself called when something happens.
    #[serde(rename = "webhooks")]
    Webhooks,
    /// See and change how the account is set up.
    #[serde(rename = "management")]
    Management,
}

/// When a program hears of a refusal.
#[derive(Clone, Copy, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Timing {
    /// As an error answer.
    Now,
    /// As a message that has failed.
    Later,
}

/// A new token.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewToken {
    /// Name or uuid of the account.
    account: Option<String>,
    name: Option<Name>,
    refusals: Option<Timing>,
    rate: Option<Rate>,
    duplicate_window: Option<Span>,
    /// What it may do; left out, everything.
    scopes: Option<Vec<Word>>,
    /// After which time it is no longer valid; left out, never.
    expires: Option<Life>,
    /// An id to keep.
    uuid: Option<Uuid>,
}

/// What is to be changed of a token.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TokenChange {
    name: Option<Name>,
    #[serde(default, deserialize_with = "input::given")]
    #[schema(value_type = Option<Timing>)]
    refusals: Option<Option<Timing>>,
    #[serde(default, deserialize_with = "input::given")]
    #[schema(value_type = Option<Rate>)]
    rate: Option<Option<Rate>>,
    #[serde(default, deserialize_with = "input::given")]
    #[schema(value_type = Option<Span>)]
    duplicate_window: Option<Option<Span>>,
}

impl Record for Token {
    const WORD: &'static str = "token";
    const LIST: &'static str = "tokens";
    type Shown = TokenBody;

    record::listed!(Token, tokens);

    fn shown(&self, native: &Native) -> TokenBody {
        let last_used_at = native.services.uses.last(self);
        TokenBody {
            id: self.id.simple(),
            account: self.account.simple(),
            name: self.name.to_string(),
            scope: match self.scope {
                TokenScope::Api(_) => Scope::Api,
                TokenScope::Onprem { .. } => Scope::Onprem,
                TokenScope::Session { .. } => Scope::Session,
            },
            scopes: match self.scope {
                TokenScope::Api(rights) => rights.each().map(Word::from).collect(),
                TokenScope::Onprem { .. } | TokenScope::Session { .. } => Vec::new(),
            },
            refusals: self.policy.refusals.map(Timing::from),
            rate: self.policy.rate.map(|rate| rate.to_string()),
            duplicate_window: self.policy.duplicate_window.map(spelled),
            created_at: self.created_at.iso().to_string(),
            expires_at: self.expires_at.map(|at| at.iso().to_string()),
            last_used_at: last_used_at.map(|at| at.iso().to_string()),
        }
    }
}

impl Removable for Token {
    fn removed(&self, _: &Catalog) -> Vec<Change> {
        vec![Change::RemoveToken(self.id)]
    }
}

impl From<Right> for Word {
    fn from(right: Right) -> Self {
        match right {
            Right::Send => Self::Send,
            Right::Read => Self::Read,
            Right::Contacts => Self::Contacts,
            Right::Webhooks => Self::Webhooks,
            Right::Management => Self::Management,
        }
    }
}

impl From<Word> for Right {
    fn from(word: Word) -> Self {
        match word {
            Word::Send => Self::Send,
            Word::Read => Self::Read,
            Word::Contacts => Self::Contacts,
            Word::Webhooks => Self::Webhooks,
            Word::Management => Self::Management,
        }
    }
}

impl From<When> for Timing {
    fn from(when: When) -> Self {
        match when {
            When::Now => Self::Now,
            When::Later => Self::Later,
        }
    }
}

impl From<Timing> for When {
    fn from(timing: Timing) -> Self {
        match timing {
            Timing::Now => Self::Now,
            Timing::Later => Self::Later,
        }
    }
}

async fn create(State(native): Room, call: Call) -> Result<Response, Problem> {
    call.caller.operator()?;
    let new: NewToken = call.read()?;
    let account = call
        .caller
        .account(&native.catalog(), new.account.as_deref())?;
    let random = &native.services.random;
    let token = api_key::fresh(&**random);
    let now = native.services.clock.now();
    let rights = match &new.scopes {
        Some(few) if few.is_empty() => return Err(Problem::invalid("scopes", "is empty")),
        Some(few) => few.iter().copied().map(Right::from).collect(),
        None => Rights::ALL,
    };
    let made = record::create(&native, &call, (account, new.uuid), |_, id| {
        let record = Token {
            id,
            account: account.id(),
            hash: token_hash(&token),
            name: new.name.clone().map_or_else(|| "".into(), |name| name.0),
            policy: Policy {
                refusals: new.refusals.map(When::from),
                rate: new.rate.clone().map(|rate| rate.0),
                duplicate_window: new.duplicate_window.clone().map(|span| span.0),
            },
            created_at: now,
            scope: TokenScope::Api(rights),
            expires_at: new.expires.as_ref().map(|life| now.plus(life.0)),
            last_used_at: None,
        };
        Ok((Vec::new(), record))
    })
    .await?;
    let shown = NewTokenBody {
        id: made.record.id.simple(),
        token: (!made.replayed).then_some(token),
    };
    Ok(made.showing(shown))
}

async fn change(
    State(native): Room,
    Path(name): Path<String>,
    call: Call,
) -> Result<Json<TokenBody>, Problem> {
    call.caller.operator()?;
    let wish: TokenChange = call.read()?;
    record::change(&native, call.caller, &name, |_, mut token: Token| {
        if let Some(Name(name)) = &wish.name {
            token.name = name.clone();
        }
        if let Some(refusals) = wish.refusals {
            token.policy.refusals = refusals.map(When::from);
        }
        if let Some(rate) = &wish.rate {
            token.policy.rate = rate.as_ref().map(|rate| rate.0);
        }
        if let Some(span) = &wish.duplicate_window {
            token.policy.duplicate_window = span.as_ref().map(|span| span.0);
        }
        Ok((Vec::new(), token))
    })
    .await
}

async fn remove(room: Room, caller: Caller, path: Path<String>) -> Result<Json<Removed>, Problem> {
    caller.operator()?;
    record::remove::<Token>(room, caller, path).await
}
