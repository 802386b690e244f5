//! Funnels: the stages on a customer's way, in an order without gaps.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use dragoman_core::Id;
use dragoman_core::catalog::{Catalog, Change, Funnel};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answer::Problem;
use super::call::Call;
use super::operation::Operation;
use super::record::{self, Record, Removable};
use super::words::{Emoji, Name, Uuid};
use super::{Native, Room};

const ALL: &str = "/api/v1/funnels";
const ONE: &str = "/api/v1/funnels/{id}";

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::list::<Funnel>(ALL).named("list_funnels", "Stages of the funnel."),
        Operation::post(ALL, create)
            .named("create_funnel", "Makes a stage; those behind it move on.")
            .takes::<NewFunnel>()
            .creates::<FunnelBody>(&["get_funnel", "change_funnel", "remove_funnel"]),
        Operation::show::<Funnel>(ONE).named("get_funnel", "A stage."),
        Operation::patch(ONE, change)
            .named("change_funnel", "Changes what is named; others make room.")
            .takes::<FunnelChange>()
            .answers::<FunnelBody>(200),
        Operation::remove::<Funnel>(ONE).named(
            "remove_funnel",
            "Takes a stage away; those behind it move up.",
        ),
    ]
}

/// A stage on a customer's way.
#[derive(Serialize, ToSchema)]
#[schema(as = Funnel)]
pub(super) struct FunnelBody {
    id: String,
    account: String,
    name: String,
    /// May be empty.
    emoji: String,
    /// Its place, from 1.
    position: u32,
    created_at: String,
}

/// A new stage.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewFunnel {
    /// Name or uuid of the account; a token may leave it out.
    account: Option<String>,
    name: Name,
    emoji: Option<Emoji>,
    /// Its place, from 1; left out or too far, the last.
    #[schema(minimum = 1, maximum = 1000)]
    position: Option<u32>,
    /// An id to keep.
    uuid: Option<Uuid>,
}

/// What is to be changed of a stage.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FunnelChange {
    name: Option<Name>,
    emoji: Option<Emoji>,
    /// Its place, from 1; too far is the last.
    #[schema(minimum = 1, maximum = 1000)]
    position: Option<u32>,
}

impl Record for Funnel {
    const WORD: &'static str = "funnel";
    const LIST: &'static str = "funnels";
    type Shown = FunnelBody;

    record::listed!(Funnel, funnels);

    fn shown(&self, _: &Native) -> FunnelBody {
        FunnelBody {
            id: self.id.simple(),
            account: self.account.simple(),
            name: self.name.to_string(),
            emoji: self.emoji.to_string(),
            position: self.position,
            created_at: self.created_at.iso().to_string(),
        }
    }
}

impl Removable for Funnel {
    fn removed(&self, catalog: &Catalog) -> Vec<Change> {
        let mut changes = numbered(others(catalog, self));
        changes.push(Change::RemoveFunnel(self.id));
        changes
    }
}

async fn create(State(native): Room, call: Call) -> Result<Response, Problem> {
    let new: NewFunnel = call.read()?;
    check_position(new.position)?;
    let account = call
        .caller
        .account(&native.catalog(), new.account.as_deref())?;
    let now = native.services.clock.now();
    let made = record::create(
        &native,
        &call,
        (account, new.uuid.clone()),
        |catalog, id| {
            let emoji = new.emoji.clone();
            let funnel = Funnel {
                id,
                account: account.id(),
                name: new.name.0.clone(),
                emoji: emoji.map_or_else(|| "".into(), |emoji| emoji.0),
                position: new.position.unwrap_or(u32::MAX),
                created_at: now,
            };
            Ok(placed(catalog, funnel))
        },
    )
    .await?;
    Ok(made.answer(&native))
}

async fn change(
    State(native): Room,
    Path(name): Path<String>,
    call: Call,
) -> Result<Json<FunnelBody>, Problem> {
    let wish: FunnelChange = call.read()?;
    check_position(wish.position)?;
    record::change(&native, call.caller, &name, |catalog, funnel: Funnel| {
        let (name, emoji) = (wish.name.clone(), wish.emoji.clone());
        let changed = Funnel {
            name: name.map_or_else(|| funnel.name.clone(), |name| name.0),
            emoji: emoji.map_or_else(|| funnel.emoji.clone(), |emoji| emoji.0),
            position: wish.position.unwrap_or(funnel.position),
            ..funnel
        };
        Ok(placed(catalog, changed))
    })
    .await
}

fn check_position(position: Option<u32>) -> Result<(), Problem> {
    if position.is_none_or(|place| (1..=1000).contains(&place)) {
        return Ok(());
    }
    Err(Problem::invalid("position", "must be between 1 and 1000"))
}

/// A stage at its place, as far as there are so many, and what has to change for the others.
fn placed(catalog: &Catalog, funnel: Funnel) -> (Vec<Change>, Funnel) {
    let mut stages = others(catalog, &funnel);
    let wanted = funnel.position.saturating_sub(1) as usize;
    let place = wanted.min(stages.len());
    let funnel = Funnel {
        position: place as u32 + 1,
        ..funnel
    };
    stages.insert(place, &funnel);
    (numbered(stages), funnel)
}

/// The other stages of the same account, in their order.
fn others<'a>(catalog: &'a Catalog, funnel: &Funnel) -> Vec<&'a Funnel> {
    let all = catalog.funnels.iter();
    let own = |one: &&Funnel| one.account == funnel.account && one.id != funnel.id;
    let mut others: Vec<_> = all.filter(own).collect();
    others.sort_by_key(|one| one.position);
    others
}

/// Those that change when stages are numbered as they stand.
fn numbered(stages: Vec<&Funnel>) -> Vec<Change> {
    let moved = stages.into_iter().zip(1..);
    let moved = moved.filter(|(stage, position)| stage.position != *position);
    let at = |stage: &Funnel, position| Funnel {
        position,
        ..stage.clone()
    };
    moved
        .map(|(stage, position)| Change::Funnel(at(stage, position)))
        .collect()
}
