//! Whether the components of a message fit the template that was created.

use serde_json::Value;

use super::super::Checked;
use super::super::limits::items;
use super::parameters::mismatch;
use crate::graph::GraphError;
use crate::world::{Template, button_parameters, component, fill, parameters_of, variables, words};

const LONGEST_BODY: usize = 1024;
const LONGEST_HEADER: usize = 60;
const LONGEST_CODE: usize = 15;

pub(super) fn check(content: &Value, template: &Template) -> Checked {
    let sent = items(content, "components");
    header(sent, template)?;
    let body = template.component_text("BODY").unwrap_or_default();
    if template.category == "AUTHENTICATION" {
        code(sent)?;
    } else {
        filled(sent, "body", body, LONGEST_BODY)?;
    }
    buttons(sent, template)?;
    offer(sent, template)?;
    cards(sent, template)
}

fn header(sent: &[Value], template: &Template) -> Checked {
    let given = parameters_of(component(sent, "header"));
    let Some(format) = template.header_format() else {
        return if given.is_empty() {
            Ok(())
        } else {
            Err(count_mismatch("header", given.len(), 0))
        };
    };
    if format == "TEXT" {
        let text = template.component_text("HEADER").unwrap_or_default();
        return filled(sent, "header", text, LONGEST_HEADER);
    }
    let received = given
        .first()
        .map(|parameter| words(parameter, "type"))
        .unwrap_or_default();
    if received.eq_ignore_ascii_case(&format) {
        Ok(())
    } else {
        Err(mismatch("header", &format, &received))
    }
}

/// As many parameters as variables, and not too much text once they are filled in.
fn filled(sent: &[Value], kind: &str, text: &str, longest: usize) -> Checked {
    let given = parameters_of(component(sent, kind));
    let expected = variables(text);
    if given.len() != expected.len() {
        return Err(count_mismatch(kind, given.len(), expected.len()));
    }
    let all_named = given
        .iter()
        .all(|parameter| parameter.get("parameter_name").is_some());
    let numbered = expected.iter().all(|name| name.parse::<u32>().is_ok());
    let strangers = given
        .iter()
        .any(|parameter| !expected.contains(&words(parameter, "parameter_name").as_str()));
    if (all_named || !numbered) && strangers {
        return Err(
            GraphError::known(100).with(format!("{kind}: Parameter name is missing or empty"))
        );
    }
    let length = fill(text, given).chars().count();
    if length > longest {
        return Err(GraphError::known(132_005).with(format!(
            "{kind}: the filled in text is {length} characters long, at most {longest} are shown"
        )));
    }
    Ok(())
}

/// The body of an authentication template is Meta's own, with the code in it.
fn code(sent: &[Value]) -> Checked {
    let given = parameters_of(component(sent, "body"));
    let [code] = given else {
        return Err(count_mismatch("body", given.len(), 1));
    };
    if words(code, "text").chars().count() <= LONGEST_CODE {
        return Ok(());
    }
    Err(GraphError::invalid(&format!(
        "body: a code is at most {LONGEST_CODE} characters long"
    )))
}

fn buttons(sent: &[Value], template: &Template) -> Checked {
    for (index, button) in template.buttons().iter().enumerate() {
        let kind = words(button, "type").to_ascii_lowercase();
        let dynamic = match kind.as_str() {
            "url" => words(button, "url").contains("{{"),
            "copy_code" | "otp" | "mpm" => true,
            _ => false,
        };
        let given = button_parameters(sent, index);
        if dynamic && given.is_empty() {
            let details =
                format!("buttons: Button at index {index} of type {kind} requires a parameter");
            return Err(GraphError::known(131_008).with(details));
        }
        if kind == "url" && !dynamic && !given.is_empty() {
            let place = format!("buttons: Button at index {index} of type url");
            return Err(count_mismatch(&place, given.len(), 0));
        }
    }
    let of_message = sent
        .iter()
        .filter(|component| words(component, "type").eq_ignore_ascii_case("button"));
    for component in of_message {
        button_exists(component, template)?;
    }
    Ok(())
}

fn button_exists(component: &Value, template: &Template) -> Checked {
    let sub_type = words(component, "sub_type").to_ascii_lowercase();
    let index = words(component, "index");
    let button = index
        .parse::<usize>()
        .ok()
        .and_then(|index| template.buttons().get(index));
    let Some(button) = button else {
        let place = format!("buttons: Button at index {index}");
        return Err(mismatch(&place, "nothing", &sub_type));
    };
    // Whatever it looks like on the phone, a code is handed over as the end of an address.
    let expected = match words(button, "type").to_ascii_lowercase().as_str() {
        "otp" => "url".to_owned(),
        kind => kind.to_owned(),
    };
    if sub_type == expected {
        Ok(())
    } else {
        let place = format!("buttons: Button at index {index}");
        Err(mismatch(&place, &expected, &sub_type))
    }
}

fn offer(sent: &[Value], template: &Template) -> Checked {
    let expires = template
        .component("LIMITED_TIME_OFFER")
        .and_then(|component| component.get("limited_time_offer"))
        .and_then(|offer| offer.get("has_expiration"))
        .and_then(Value::as_bool);
    let given = parameters_of(component(sent, "limited_time_offer"));
    if expires == Some(true) && given.is_empty() {
        return Err(GraphError::missing("limited_time_offer"));
    }
    Ok(())
}

fn cards(sent: &[Value], template: &Template) -> Checked {
    let cards = |component: Option<&Value>| {
        component.map_or(0, |component| items(component, "cards").len())
    };
    let expected = cards(template.component("CAROUSEL"));
    let given = cards(component(sent, "carousel"));
    if given == expected {
        Ok(())
    } else {
        Err(count_mismatch("carousel", given, expected))
    }
}

fn count_mismatch(kind: &str, given: usize, expected: usize) -> GraphError {
    GraphError::known(132_000).with(format!(
        "{kind}: number of localizable_params ({given}) does not match the expected number of params ({expected})"
    ))
}
