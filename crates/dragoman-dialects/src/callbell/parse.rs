//! The body of a send call, read into what the desk takes. Pure.

use dragoman_core::address::Address;
use dragoman_core::catalog::{Catalog, Channel, Source};
use dragoman_core::contact::Bot;
use dragoman_core::content::Kind;
use dragoman_core::submission::{Ask, Dialect, Manner, OptIn, Submission, Wish};
use dragoman_core::{Id, Raw, Tenant};

use super::caller::Caller;
use super::errors::{Error, FieldErrors};
use super::form::{Form, Noted, REQUIRED};
use super::json::{Json, Object};
use super::metadata::metadata;
use super::{refusals, saying};

/// What a send call asks for.
#[derive(Debug)]
pub(super) struct Send {
    channel: Id,
    to: Address,
    ask: Ask,
    opt_in: OptIn,
    wish: Wish,
    /// The client's own data, given back in the answer.
    pub(super) metadata: Option<Raw>,
    /// What the answer shall carry beside the message.
    pub(super) extras: Extras,
    /// What the account's bot shall do in the conversation.
    pub(super) bot: Option<Bot>,
    /// Whether it is only asked what would happen.
    pub(super) dry_run: bool,
    /// How it was asked, for the words of a refusal.
    pub(super) asked: Asked,
}

/// How a message was asked for, as far as a refusal has to name the right field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    /// `type`.
    pub(super) kind: Kind,
    /// Whether `channel_uuid` was given.
    pub(super) names_channel: bool,
}

/// What an answer carries beside the message: the `fields` parameter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Extras {
    pub(super) contact: bool,
    pub(super) conversation: bool,
}

impl Extras {
    /// Reads a comma-separated list; names that nobody knows are ignored.
    pub(super) fn read(list: &str) -> Self {
        let has = |name| list.split(',').any(|field| field.trim() == name);
        Self {
            contact: has("contact"),
            conversation: has("conversation"),
        }
    }

    /// What either asks for.
    pub(super) const fn or(self, other: Self) -> Self {
        Self {
            contact: self.contact || other.contact,
            conversation: self.conversation || other.conversation,
        }
    }
}

impl Send {
    /// What the desk takes.
    pub(super) fn into_submission(self, caller: &Caller) -> Submission {
        Submission {
            account: caller.account,
            channel: self.channel,
            to: self.to,
            ask: self.ask,
            dialect: Dialect::Callbell,
            opt_in: self.opt_in,
            assignment: self.wish,
            metadata: self.metadata,
            duplicate: None,
            key: None,
            ttl: None,
            reply_to: None,
            manner: Manner::default(),
            timing: refusals::timing(caller.policy),
        }
    }
}

/// The JSON object of a body.
///
/// # Errors
/// [`Error::InvalidJson`] with the place, [`Error::NotAnObject`].
pub(super) fn object(body: &[u8]) -> Result<Object<'_>, Error> {
    match serde_json::from_slice(body) {
        Ok(Json::Object(object)) => Ok(object),
        Ok(_) => Err(Error::NotAnObject),
        Err(error) => Err(Error::InvalidJson(error.to_string())),
    }
}

/// Reads a send call of `account`.
///
/// # Errors
/// Everything that is wrong with it, at once.
pub(super) fn send(
    body: &Object<'_>,
    account: Tenant,
    catalog: &Catalog,
) -> Result<Send, FieldErrors> {
    let mut form = Form::new(body);
    let source = source(&mut form, "from");
    let channel = channel(&mut form, "from", source, account, catalog);
    let messenger = channel.map(|channel| channel.source).or(source);
    let to = recipient(&mut form, "to", messenger);
    let kind = saying::kind(&mut form);
    let ask = saying::ask(&mut form, kind);
    let opt_in = saying::opt_in(&mut form);
    let wish = wish(&mut form, account, catalog);
    let metadata = metadata(&mut form);
    let extras = form.text("fields").map(|list| list.map(Extras::read));
    let bot = bot(&mut form, "bot_status");
    let dry_run = form.flag("dry_run");
    let names_channel = form.value("channel_uuid").is_some();

    let errors = form.into_errors();
    if !errors.is_empty() {
        return Err(errors);
    }
    let parts = || {
        Ok::<_, Noted>(Send {
            channel: channel?.id,
            to: to?,
            ask: ask?,
            opt_in: opt_in?,
            wish: wish?,
            metadata: metadata?,
            extras: extras?.unwrap_or_default(),
            bot: bot?,
            dry_run: dry_run?.unwrap_or(false),
            asked: Asked {
                kind: kind?,
                names_channel,
            },
        })
    };
    parts().map_err(|Noted| errors)
}

/// What a messenger that nobody knows gets.
pub(super) const SOURCES: &str = "must be one of whatsapp, facebook, instagram, telegram";

/// Which messenger, under the name that it has in this call.
pub(super) fn source(form: &mut Form<'_>, field: &'static str) -> Result<Source, Noted> {
    let word = form.required(field)?;
    Source::from_word(word).ok_or_else(|| form.note(field, SOURCES))
}

/// Our side: `channel_uuid` decides where it is given, otherwise the main channel of the messenger
/// that `field` has named.
pub(super) fn channel<'a>(
    form: &mut Form<'_>,
    field: &'static str,
    source: Result<Source, Noted>,
    account: Tenant,
    catalog: &'a Catalog,
) -> Result<&'a Channel, Noted> {
    if let Some(uuid) = form.name("channel_uuid")? {
        let found = uuid
            .parse()
            .ok()
            .and_then(|id| catalog.channel_of(account, id));
        return found.ok_or_else(|| form.note("channel_uuid", "not found"));
    }
    let source = source?;
    catalog.main_channel(account, source).ok_or_else(|| {
        let text = format!("this account has no {} channel", source.word());
        form.note(field, text)
    })
}

/// The other side: `field`, or `bsuid` where that is absent. Messengers other than WhatsApp have ids of their own
/// shape; without a known messenger the rules of WhatsApp are applied.
pub(super) fn recipient(
    form: &mut Form<'_>,
    field: &'static str,
    source: Result<Source, Noted>,
) -> Result<Address, Noted> {
    let to = form.text(field)?.filter(|to| !to.is_empty());
    let Some(to) = to else {
        let Some(user) = form.name("bsuid")? else {
            return Err(form.note(field, REQUIRED));
        };
        return match Address::parse(user) {
            Ok(address @ Address::User { .. }) => Ok(address),
            Ok(Address::Phone(_)) | Err(_) => Err(form.note("bsuid", "is invalid")),
        };
    };
    let messenger = source.unwrap_or(Source::Whatsapp);
    address(messenger, to).ok_or_else(|| form.note(field, "is invalid"))
}

/// An identifier as this messenger gives them out; `None` when it is none.
pub(super) fn address(messenger: Source, identifier: &str) -> Option<Address> {
    match messenger {
        Source::Whatsapp => Address::parse(identifier).ok(),
        Source::Facebook | Source::Instagram | Source::Telegram => {
            let is_graphic = identifier.bytes().all(|byte| byte.is_ascii_graphic());
            let plausible = identifier.len() <= 128 && is_graphic;
            plausible.then(|| Address::user(identifier))
        }
    }
}

/// `assigned_user` and `team_uuid`. Whether the user can have the conversation is not for the
/// client to hear: the message goes out in any case.
fn wish(form: &mut Form<'_>, account: Tenant, catalog: &Catalog) -> Result<Wish, Noted> {
    let user = form.text("assigned_user");
    let team = team(form, account, catalog);
    Ok(Wish {
        user: user?.filter(|email| !email.is_empty()).map(Into::into),
        team: team?,
    })
}

/// `team_uuid`: a team of the account.
pub(super) fn team(
    form: &mut Form<'_>,
    account: Tenant,
    catalog: &Catalog,
) -> Result<Option<Id>, Noted> {
    const FIELD: &str = "team_uuid";
    let Some(uuid) = form.name(FIELD)? else {
        return Ok(None);
    };
    let id = uuid.parse().ok();
    match id.and_then(|id| catalog.team_of(account, id)) {
        Some(team) => Ok(Some(team.id)),
        None => Err(form.note(FIELD, "not found")),
    }
}

/// What the bot is told: kept for programs that are bots, as we have none.
pub(super) fn bot(form: &mut Form<'_>, field: &'static str) -> Result<Option<Bot>, Noted> {
    match form.text(field)? {
        None => Ok(None),
        Some("bot_start") => Ok(Some(Bot::Started)),
        Some("bot_end") => Ok(Some(Bot::Ended)),
        Some(_) => Err(form.note(field, "must be bot_start or bot_end")),
    }
}
