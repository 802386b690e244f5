//! The list of an account's customers, part by part.

use axum::Json;
use axum::extract::State;
use dragoman_core::catalog::Source;
use dragoman_core::ports::{From, Span, Wanted};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::super::Room;
use super::super::answer::Problem;
use super::super::call::{Caller, Query};
use super::super::words::Uuid;
use super::body::{ContactBody, shown};

/// As many are listed at once, unless it is said otherwise.
const USUAL: usize = 20;
/// As many may be listed at once.
const MOST: usize = 100;

/// A part of the customers of an account.
#[derive(Serialize, ToSchema)]
pub(super) struct Contacts {
    contacts: Vec<ContactBody>,
    /// What to give as `after` for the next part; `null` at the end.
    next: Option<String>,
}

/// Which customers, and which part of them.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(in crate::native) struct Wish {
    /// Name or uuid of the account; a token may leave it out.
    account: Option<String>,
    /// Those who are talked to through this messenger.
    #[param(inline)]
    source: Option<Messenger>,
    /// Those who have all these tags, in any case; commas between them.
    tags: Option<String>,
    /// Those of whom a conversation belongs to this team.
    #[param(inline)]
    team: Option<Uuid>,
    /// Those after this mark, which is the `next` of an earlier answer.
    after: Option<String>,
    /// At most as many.
    #[param(value_type = Option<u8>, minimum = 1, maximum = 100)]
    limit: Option<String>,
}

pub(super) async fn list(
    State(native): Room,
    caller: Caller,
    Query(wish): Query<Wish>,
) -> Result<Json<Contacts>, Problem> {
    let account = caller.account(&native.catalog(), wish.account.as_deref())?;
    let (wanted, span) = (wish.wanted(), wish.span()?);
    let found = native.services.contacts.customers(account, &wanted, span);
    let found = found.await?;
    let contacts = found.items.iter().map(|one| shown(account.id(), one));
    Ok(Json(Contacts {
        contacts: contacts.collect(),
        next: found.next.map(|mark| mark.to_string()),
    }))
}

/// A messenger.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Messenger {
    Whatsapp,
    Facebook,
    Instagram,
    Telegram,
}

impl Messenger {
    const fn source(self) -> Source {
        match self {
            Self::Whatsapp => Source::Whatsapp,
            Self::Facebook => Source::Facebook,
            Self::Instagram => Source::Instagram,
            Self::Telegram => Source::Telegram,
        }
    }
}

impl Wish {
    fn wanted(&self) -> Wanted {
        let tags = self.tags.as_deref().unwrap_or_default().split(',');
        let tags = tags.map(str::trim).filter(|tag| !tag.is_empty());
        Wanted {
            source: self.source.map(Messenger::source),
            tags: tags.map(Box::from).collect(),
            team: self.team.as_ref().map(|team| team.0),
        }
    }

    /// Which part of them.
    ///
    /// # Errors
    /// The mark or the limit is none.
    pub(in crate::native) fn span(&self) -> Result<Span, Problem> {
        let from = match &self.after {
            None => From::Skip(0),
            Some(mark) => From::After(read_mark(mark)?),
        };
        let limit = match &self.limit {
            None => USUAL,
            Some(text) => read_limit(text)?,
        };
        Ok(Span { from, limit })
    }
}

fn read_mark(text: &str) -> Result<i64, Problem> {
    let unknown = |_| Problem::invalid("after", "is not the `next` of an earlier answer");
    text.parse().map_err(unknown)
}

fn read_limit(text: &str) -> Result<usize, Problem> {
    let given = text.parse().ok().filter(|count| (1..=MOST).contains(count));
    given.ok_or_else(|| Problem::invalid("limit", format!("must be between 1 and {MOST}")))
}
