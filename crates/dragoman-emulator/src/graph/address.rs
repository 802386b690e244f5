//! Who a message is for: the frame around its content. Pure.

use serde_json::{Value, json};

use super::GraphError;
use super::rules::Scene;
use crate::world::{dialled, is_bsuid, normalise, words};

/// A request that is shaped like a message.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Checkable {
    pub(crate) kind: String,
    /// As it was written, for the answer.
    pub(crate) input: String,
    /// The customer's id.
    pub(crate) customer: String,
}

/// Who gets what; enough to know which faults apply.
pub(crate) fn address(body: &Value) -> Result<Checkable, GraphError> {
    if !body.is_object() {
        return Err(GraphError::parameter("Invalid parameter"));
    }
    match body
        .get("messaging_product")
        .map(|_| words(body, "messaging_product"))
    {
        None => {
            return Err(GraphError::parameter(
                "The parameter messaging_product is required.",
            ));
        }
        Some(product) if product != "whatsapp" => {
            return Err(GraphError::parameter(
                "Param messaging_product must be one of {WHATSAPP}",
            ));
        }
        Some(_) => {}
    }
    let recipient_type = words(body, "recipient_type");
    if !recipient_type.is_empty() && !recipient_type.eq_ignore_ascii_case("individual") {
        return Err(GraphError::known(131_002).with("Only individual recipients are served here."));
    }
    let Some(input) = dialled(body) else {
        return Err(GraphError::parameter("The parameter to is required."));
    };
    let Some(customer) = normalise(&input) else {
        return Err(GraphError::invalid(
            "to is neither a phone number nor a user id",
        ));
    };
    let kind = words(body, "type").to_ascii_lowercase();
    Ok(Checkable {
        kind: if kind.is_empty() {
            "text".to_owned()
        } else {
            kind
        },
        input,
        customer,
    })
}

/// A business does not write to itself.
pub(crate) fn is_somebody_else(checkable: &Checkable, scene: Scene<'_>) -> Result<(), GraphError> {
    let sender = scene.world.apps.get(scene.phone_number_id);
    if sender.is_some_and(|app| app.display_phone_number() == checkable.customer) {
        return Err(GraphError::known(131_021));
    }
    Ok(())
}

/// The recipient has the keys that the business knows, if it names some.
pub(crate) fn is_still_the_same(
    body: &Value,
    checkable: &Checkable,
    scene: Scene<'_>,
) -> Result<(), GraphError> {
    let named = words(body, "recipient_identity_key_hash");
    let customer = scene.world.customer(&checkable.customer);
    let known = customer.and_then(|customer| customer.identity_hash.as_deref());
    if named.is_empty() || known.is_none_or(|known| known == named) {
        return Ok(());
    }
    Err(GraphError::known(137_000).with("The customer's identity has changed."))
}

/// The answer's form for a recipient.
pub(crate) fn contact(checkable: &Checkable, wa_id: Option<&str>) -> Value {
    if is_bsuid(&checkable.customer) {
        return json!({"input": checkable.input, "user_id": checkable.customer});
    }
    json!({"input": checkable.input, "wa_id": wa_id.unwrap_or(&checkable.customer)})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_product_and_the_recipient_are_needed() {
        assert_eq!(address(&json!({"to": "1"})).unwrap_err().code, 100);
        assert_eq!(
            address(&json!({"messaging_product": "whatsapp"}))
                .unwrap_err()
                .code,
            100
        );
        assert_eq!(address(&json!([])).unwrap_err().code, 100);
    }

    #[test]
    fn a_recipient_is_a_number_or_a_user_id() {
        for (recipient, expected) in [
            (json!({"to": "+31 (6) 12-34"}), Ok("3161234")),
            (json!({"to": 3_161_234}), Ok("3161234")),
            (json!({"to": "3161234", "recipient": "US.1"}), Ok("3161234")),
            (json!({"recipient": "US.1"}), Ok("US.1")),
            (
                json!({"to": "3161234", "recipient_type": "individual"}),
                Ok("3161234"),
            ),
            (
                json!({"to": "Y2FwaV9ncm91cDox", "recipient_type": "group"}),
                Err(131_002),
            ),
            (json!({"to": "john"}), Err(131_009)),
            (json!({"to": ""}), Err(100)),
        ] {
            let mut body = recipient.clone();
            body["messaging_product"] = json!("whatsapp");
            let found = address(&body).map(|checkable| checkable.customer);
            let found = found.map_err(|error| error.code);
            assert_eq!(
                found.as_deref().map_err(|code| *code),
                expected,
                "{recipient}"
            );
        }
    }
}
