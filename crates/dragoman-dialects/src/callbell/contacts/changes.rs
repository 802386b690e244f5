//! What the calls that make and change contacts may say of them. Pure.

use dragoman_core::assignment::{NotAssigned, assign};
use dragoman_core::contact::CustomerChange;
use dragoman_core::submission::Wish;

use super::super::caller::Caller;
use super::super::form::{Form, Noted};
use super::super::json::Json;
use super::super::parse;
use super::fields;

const LONGEST_NOTE: usize = 1000;
/// Longer is no name of anything, and would stand in every event about the contact.
pub(super) const LONGEST_NAME: usize = 255;
const MOST_TAGS: usize = 100;

/// What one field asks for; most ask for one change or for none.
type Changes = Result<Vec<CustomerChange>, Noted>;

/// `tags`, `custom_fields`, `assigned_user`, `team_uuid`, `bot_status` and `note`.
pub(super) fn read(form: &mut Form<'_>, caller: &Caller) -> Changes {
    let parts = [
        tags(form),
        fields::read(form, caller.account, &caller.catalog),
        user(form, caller),
        team(form, caller),
        parse::bot(form, "bot_status")
            .map(|bot| bot.map(CustomerChange::Bot).into_iter().collect()),
        note(form),
    ];
    let parts: Vec<_> = parts.into_iter().collect::<Result<_, _>>()?;
    Ok(parts.concat())
}

/// `name`: what the contact is called.
pub(super) fn name(form: &mut Form<'_>) -> Result<Option<CustomerChange>, Noted> {
    const FIELD: &str = "name";
    let Some(name) = form.name(FIELD)? else {
        return Ok(None);
    };
    at_most(form, FIELD, name, LONGEST_NAME)?;
    Ok(Some(CustomerChange::Name(name.into())))
}

fn at_most(form: &mut Form<'_>, field: &'static str, text: &str, most: usize) -> Result<(), Noted> {
    let length = text.chars().count();
    if length > most {
        let text = format!("must have at most {most} characters, has {length}");
        return Err(form.note(field, text));
    }
    Ok(())
}

/// `tags`: all of them from now on. There is no list of tags that they would have to be in.
fn tags(form: &mut Form<'_>) -> Changes {
    const FIELD: &str = "tags";
    let tags = match form.value(FIELD) {
        None => return Ok(Vec::new()),
        Some(Json::List(tags)) => tags,
        Some(_) => return Err(form.note(FIELD, "must be array")),
    };
    if tags.len() > MOST_TAGS {
        return Err(form.note(FIELD, format!("must be at most {MOST_TAGS}")));
    }
    let mut names = Vec::new();
    for tag in tags {
        match form.string(FIELD, Some(tag))? {
            Some(name) if !name.trim().is_empty() => {
                at_most(form, FIELD, name, LONGEST_NAME)?;
                names.push(name.trim().into());
            }
            Some(_) | None => return Err(form.note(FIELD, "is invalid")),
        }
    }
    Ok(vec![CustomerChange::Tags(names)])
}

/// `assigned_user`: the e-mail address of a collaborator. One who is in no team gets nothing, as
/// when a message is sent; the rest of the call is done.
fn user(form: &mut Form<'_>, caller: &Caller) -> Changes {
    const FIELD: &str = "assigned_user";
    let Some(email) = form.text(FIELD)?.filter(|email| !email.is_empty()) else {
        return Ok(Vec::new());
    };
    let wish = Wish {
        user: Some(email.into()),
        team: None,
    };
    let assignment = assign(&wish, caller.account, &caller.catalog);
    match assignment.refused {
        Some(NotAssigned::UnknownUser) => Err(form.note(FIELD, "not found")),
        Some(NotAssigned::UserInNoTeam) => Ok(Vec::new()),
        None => Ok(vec![CustomerChange::User(assignment.user)]),
    }
}

/// `team_uuid`.
fn team(form: &mut Form<'_>, caller: &Caller) -> Changes {
    let team = parse::team(form, caller.account, &caller.catalog)?;
    let change = team.map(|team| CustomerChange::Team(Some(team)));
    Ok(change.into_iter().collect())
}

/// `note`; an empty one takes away what there is.
fn note(form: &mut Form<'_>) -> Changes {
    const FIELD: &str = "note";
    let Some(note) = form.text(FIELD)? else {
        return Ok(Vec::new());
    };
    at_most(form, FIELD, note, LONGEST_NOTE)?;
    let kept = (!note.is_empty()).then(|| note.into());
    Ok(vec![CustomerChange::Note(kept)])
}
