//! Contacts: the customers of an account, with their conversations.

mod body;
mod changes;
mod list;
mod value;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use dragoman_core::catalog::{Catalog, Source};
use dragoman_core::contact::Customer;
use dragoman_core::ports::Introduction;
use dragoman_core::{Id, Tenant};

use self::body::ContactBody;
pub(super) use self::body::shown;
use self::changes::{ContactChange, NewContact};
pub(super) use self::list::Wish;
use self::list::{Contacts, list};
use super::answer::Problem;
use super::call::{Call, Caller};
use super::operation::Operation;
use super::record::{Removed, repeated};
use super::words::Uuid;
use super::{Native, Room, channels};

const ALL: &str = "/api/v1/contacts";
const ONE: &str = "/api/v1/contacts/{id}";

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get(ALL, list)
            .named(
                "list_contacts",
                "Customers of an account, the newest first.",
            )
            .asks::<Wish>()
            .answers::<Contacts>(200),
        Operation::post(ALL, create)
            .named(
                "create_contact",
                "Makes a customer known. One with this address is changed instead, answered 200.",
            )
            .takes::<NewContact>()
            .creates::<ContactBody>(&["get_contact", "change_contact", "remove_contact"])
            .or_answers(200),
        Operation::get(ONE, get)
            .named("get_contact", "A customer.")
            .answers::<ContactBody>(200),
        Operation::patch(ONE, change)
            .named("change_contact", "Changes what is named, all or nothing.")
            .takes::<ContactChange>()
            .answers::<ContactBody>(200),
        Operation::delete(ONE, remove)
            .named("remove_contact", "Forgets a customer, and what was said.")
            .answers::<Removed>(200),
    ]
}

async fn get(
    State(native): Room,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<Json<ContactBody>, Problem> {
    let (account, customer) = find(&native, caller, &name).await?;
    Ok(Json(shown(account.id(), &customer)))
}

async fn create(State(native): Room, call: Call) -> Result<Response, Problem> {
    let new: NewContact = call.read()?;
    let services = &native.services;
    let catalog = native.catalog();
    let account = call.caller.account(&catalog, new.account.as_deref())?;
    let channel = channel(&catalog, account, new.channel.as_deref())?;
    let (address, changes) = (new.address()?, new.changes(&catalog, account)?);
    let key = call.key(account)?;
    let id = match (&new.uuid, &key) {
        (Some(Uuid(id)), _) => *id,
        (None, Some(key)) => Id::of_request(key),
        (None, None) => services.fresh_id(),
    };
    if key.is_some()
        && let Some(first) = services.contacts.customer(account, id).await?
    {
        return Ok(repeated(shown(account.id(), &first)));
    }
    let introduction = Introduction {
        account,
        channel,
        address,
        id,
        random: services.random.bits(),
        changes,
        at: services.moment(),
    };
    let (customer, is_new) = services.contacts.introduce(introduction).await?;
    let status = if is_new {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok((status, Json(shown(account.id(), &customer))).into_response())
}

async fn change(
    State(native): Room,
    Path(name): Path<String>,
    call: Call,
) -> Result<Json<ContactBody>, Problem> {
    let wish: ContactChange = call.read()?;
    let (account, customer) = find(&native, call.caller, &name).await?;
    let catalog = native.catalog();
    let channel = match &wish.channel {
        Some(name) => Some(channels::of_account(&catalog, account, name)?.id),
        None => None,
    };
    let changes = wish.changes(&catalog, account)?;
    let services = &native.services;
    let (id, at) = (customer.contact.id, services.moment());
    let changed = services
        .contacts
        .change_customer(account, id, channel, changes, at);
    let changed = changed.await?;
    // Nobody is found again whom somebody else forgot, or who has no conversation to change.
    let changed = changed.ok_or(Problem::NotFound("conversation"))?;
    Ok(Json(shown(account.id(), &changed)))
}

async fn remove(
    State(native): Room,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<Json<Removed>, Problem> {
    let (account, customer) = find(&native, caller, &name).await?;
    let (id, services) = (customer.contact.id, &native.services);
    if services
        .contacts
        .forget(account, id, services.moment())
        .await?
    {
        Ok(Removed::answer(id))
    } else {
        Err(Problem::NotFound("contact"))
    }
}

/// The customer that a path names and whose account the caller may see, with that account.
async fn find(native: &Native, caller: Caller, name: &str) -> Result<(Tenant, Customer), Problem> {
    let missing = || Problem::NotFound("contact");
    let id = name.parse().map_err(|_| missing())?;
    let catalog = native.catalog();
    for account in catalog.accounts.iter().map(|account| account.tenant()) {
        if caller.may(account.id())
            && let Some(found) = native.services.contacts.customer(account, id).await?
        {
            return Ok((account, found));
        }
    }
    Err(missing())
}

/// The channel that was named, or the account's default for WhatsApp.
fn channel(catalog: &Catalog, account: Tenant, named: Option<&str>) -> Result<Id, Problem> {
    if let Some(name) = named {
        return Ok(channels::of_account(catalog, account, name)?.id);
    }
    let main = catalog.main_channel(account, Source::Whatsapp);
    let missing = || Problem::invalid("channel", "is missing: the account has no default");
    main.map(|channel| channel.id).ok_or_else(missing)
}
