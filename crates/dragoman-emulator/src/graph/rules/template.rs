//! Whether the parameters of a template message fit the template. Pure.

use serde_json::Value;

use super::{Checked, media};
use crate::graph::GraphError;
use crate::world::{
    APPROVED, MEDIA_KINDS, Template, World, button_parameters, component, is_bsuid, parameters_of,
    variables, words,
};

/// A name that nobody created passes unless `strict`; a known name in an unknown language never does.
pub(super) fn check(
    content: &Value,
    phone_number_id: &str,
    strict: bool,
    world: &World,
) -> Checked {
    let (name, language) = named(content);
    if name.is_empty() {
        return Err(GraphError::missing("template['name']"));
    }
    if language.is_empty() {
        return Err(GraphError::missing("template['language']['code']"));
    }
    match world.template(phone_number_id, &name, &language) {
        Some(template) => {
            is_approved(template)?;
            parameters(content, template)
        }
        None if strict
            || world
                .templates_named(phone_number_id, &name)
                .next()
                .is_some() =>
        {
            Err(does_not_exist(&name, &language))
        }
        None => Ok(()),
    }
}

/// A code that the phone takes by itself does not go to a user id.
pub(super) fn suits(
    content: &Value,
    recipient: &str,
    phone_number_id: &str,
    world: &World,
) -> Checked {
    let (name, language) = named(content);
    let template = world.template(phone_number_id, &name, &language);
    let hands_over_a_code = |template: &Template| {
        let buttons = template.buttons().iter();
        let kinds = buttons.map(|button| words(button, "type"));
        let mut kinds = kinds.map(|kind| kind.to_ascii_uppercase());
        template.category == "AUTHENTICATION"
            && kinds.any(|kind| matches!(kind.as_str(), "OTP" | "COPY_CODE"))
    };
    if is_bsuid(recipient) && template.is_some_and(hands_over_a_code) {
        return Err(GraphError::known(131_062));
    }
    Ok(())
}

fn named(content: &Value) -> (String, String) {
    let language = content.get("language");
    let language = language.map(|language| words(language, "code"));
    (words(content, "name"), language.unwrap_or_default())
}

fn is_approved(template: &Template) -> Checked {
    let details = || format!("Template {} is {}", template.name, template.status);
    match template.status.as_str() {
        APPROVED => Ok(()),
        "PAUSED" => Err(GraphError::known(132_015).with(details())),
        "DISABLED" => Err(GraphError::known(132_016).with(details())),
        _ => Err(does_not_exist(&template.name, &template.language)),
    }
}

fn does_not_exist(name: &str, language: &str) -> GraphError {
    GraphError::known(132_001).with(format!(
        "template name ({name}) does not exist in {language}"
    ))
}

fn parameters(content: &Value, template: &Template) -> Checked {
    let none = Vec::new();
    let sent = content
        .get("components")
        .and_then(Value::as_array)
        .unwrap_or(&none);
    header(sent, template)?;
    count(
        sent,
        "body",
        template.component_text("BODY").unwrap_or_default(),
    )?;
    for (index, button) in template.buttons().iter().enumerate() {
        let dynamic = words(button, "type").eq_ignore_ascii_case("url")
            && words(button, "url").contains("{{");
        if dynamic && button_parameters(sent, index).is_empty() {
            let details =
                format!("buttons: Button at index {index} of type Url requires a parameter");
            return Err(GraphError::known(131_008).with(details));
        }
    }
    Ok(())
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
        return count(
            sent,
            "header",
            template.component_text("HEADER").unwrap_or_default(),
        );
    }
    let wanted = format.to_ascii_lowercase();
    let received = given
        .first()
        .map(|parameter| words(parameter, "type").to_ascii_lowercase());
    if received.as_deref() != Some(wanted.as_str()) {
        let received = received
            .unwrap_or_else(|| "unknown".to_owned())
            .to_ascii_uppercase();
        let details = format!("header: Format mismatch, expected {format}, received {received}");
        return Err(GraphError::known(132_012).with(details));
    }
    let content = given[0].get(&wanted).unwrap_or(&Value::Null);
    if MEDIA_KINDS.contains(&wanted.as_str()) {
        media(&wanted, content)
    } else {
        Ok(())
    }
}

fn count(sent: &[Value], kind: &str, text: &str) -> Checked {
    let given = parameters_of(component(sent, kind));
    let expected = variables(text);
    if given.len() != expected.len() {
        return Err(count_mismatch(kind, given.len(), expected.len()));
    }
    let all_named = given
        .iter()
        .all(|parameter| parameter.get("parameter_name").is_some());
    let strangers = given
        .iter()
        .any(|parameter| !expected.contains(&words(parameter, "parameter_name").as_str()));
    if all_named && strangers {
        return Err(
            GraphError::known(100).with(format!("{kind}: Parameter name is missing or empty"))
        );
    }
    Ok(())
}

fn count_mismatch(kind: &str, given: usize, expected: usize) -> GraphError {
    GraphError::known(132_000).with(format!(
        "{kind}: number of localizable_params ({given}) does not match the expected number of params ({expected})"
    ))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::world::Entry;

    fn code(components: Value) -> u32 {
        let template = json!({
            "id": "9", "waba_id": "2", "name": "offer", "language": "en", "category": "MARKETING",
            "parameter_format": "POSITIONAL",
            "components": [
                {"type": "HEADER", "format": "IMAGE"},
                {"type": "BODY", "text": "Hello {{1}}, {{2}}"},
            ],
        });
        let mut world = World::default();
        world.apply(Entry::Template(serde_json::from_value(template).unwrap()));
        let content =
            json!({"name": "offer", "language": {"code": "en"}, "components": components});
        check(&content, "1", false, &world)
            .err()
            .map_or(0, |error| error.code)
    }

    #[test]
    fn parameters_have_to_fit_the_template() {
        let image = json!({"type": "header", "parameters": [{"type": "image", "image": {"link": "http://a/b.png"}}]});
        let video = json!({"type": "header", "parameters": [{"type": "video", "video": {"link": "http://a/b.mp4"}}]});
        let two = json!({"type": "BODY", "parameters": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]});
        let one = json!({"type": "body", "parameters": [{"type": "text", "text": "a"}]});
        assert_eq!(code(json!([image, two])), 0);
        assert_eq!(code(json!([image, one])), 132_000);
        assert_eq!(code(json!([video, two])), 132_012);
        assert_eq!(code(json!([two])), 132_012);
    }

    #[test]
    fn a_known_name_in_another_language_does_not_exist() {
        let world = World::default();
        let content = json!({"name": "offer", "language": {"code": "nl"}});
        assert!(check(&content, "1", false, &world).is_ok());
        assert_eq!(
            check(&content, "1", true, &world).unwrap_err().code,
            132_001
        );
    }
}
