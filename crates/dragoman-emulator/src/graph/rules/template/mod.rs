//! Whether a template message may be sent: its shape, then whether it fits the template. Pure.

mod fit;
mod parameters;
mod shape;

use serde_json::Value;

use super::limits::one_of;
use super::{Checked, Scene};
use crate::graph::GraphError;
use crate::world::{APPROVED, Template, is_bsuid, words};

/// A name that nobody created passes unless the scene is strict; a known name in an unknown language never does.
pub(super) fn check(content: &Value, scene: Scene<'_>) -> Checked {
    let (name, language) = named(content);
    if name.is_empty() {
        return Err(GraphError::missing("template['name']"));
    }
    if language.is_empty() {
        return Err(GraphError::missing("template['language']['code']"));
    }
    one_of(&content["language"], "policy", &["deterministic"])?;
    shape::check(content, scene)?;
    let world = scene.world;
    match world.template(scene.phone_number_id, &name, &language) {
        Some(template) => {
            is_approved(template)?;
            fit::check(content, template)
        }
        None if scene.strict
            || world
                .templates_named(scene.phone_number_id, &name)
                .next()
                .is_some() =>
        {
            Err(does_not_exist(&name, &language))
        }
        None => Ok(()),
    }
}

/// A code that the phone takes by itself does not go to a user id.
pub(super) fn suits(content: &Value, recipient: &str, scene: Scene<'_>) -> Checked {
    let (name, language) = named(content);
    let template = scene
        .world
        .template(scene.phone_number_id, &name, &language);
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
