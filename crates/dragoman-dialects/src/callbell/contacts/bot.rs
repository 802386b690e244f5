//! The bot of a conversation. The gateway has none: it keeps what programs want of one, for the
//! program that is one.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use dragoman_core::Id;
use dragoman_core::contact::{Bot, CustomerChange, Talk};

use super::super::errors::Error;
use super::super::form::{self, REQUIRED};
use super::super::handlers::Body;
use super::super::{parse, wire};
use super::shown::Asked;
use crate::services::Services;

/// The bot's id, the same everywhere.
const UUID: Id = Id::from_u128(0x6472_6167_6f6d_8a6e_8b6f_7400_0000_0001);
const NAME: &str = "Dragoman";
const VERSION: u32 = 1;

/// `GET /contacts/:uuid/bot`.
pub(super) async fn show(asked: Asked) -> Result<Json<wire::BotAnswer>, Error> {
    Ok(answer(asked.talk()?))
}

/// `POST /contacts/:uuid/bot`: `status` is what the bot shall do.
pub(super) async fn tell(
    State(services): State<Arc<Services>>,
    asked: Asked,
    Body(body): Body,
) -> Result<Json<wire::BotAnswer>, Error> {
    const FIELD: &str = "status";
    let object = parse::object(&body)?;
    let bot = form::examine(&object, |form| {
        parse::bot(form, FIELD)?.ok_or_else(|| form.note(FIELD, REQUIRED))
    });
    let bot = bot.map_err(Error::Fields)?;
    let told = asked.change(&services, vec![CustomerChange::Bot(bot)]);
    Ok(answer(told.await?.talk()?))
}

/// It never begins a conversation of its own: the status says what it was told last, and one that
/// was told nothing has ended.
fn answer(talk: &Talk) -> Json<wire::BotAnswer> {
    Json(wire::BotAnswer {
        bot: wire::Bot {
            uuid: UUID.simple(),
            name: NAME,
            status: match talk.conversation.bot {
                Bot::Started => "started",
                Bot::Ended | Bot::Idle => "ended",
            },
            conversation_started_at: None,
            version: VERSION,
            latest_bot_version: true,
        },
    })
}
