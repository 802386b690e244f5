//! The error object of the Graph API, in answers and in webhooks.

use dragoman_core::outcome::Failure;
use serde_json::Value;

/// An error as Meta words it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GraphError {
    /// What to build on.
    pub(crate) code: i64,
    /// Refines some general codes.
    pub(crate) subcode: Option<i64>,
    /// Meta's own word that a repetition may help.
    pub(crate) is_transient: bool,
    /// It carries the marks of the Graph API, so that no proxy on the way can have made it.
    pub(crate) is_genuine: bool,
    title: Option<String>,
    details: Option<String>,
}

impl GraphError {
    /// Reads an error object: `error` of an answer, or an element of `errors` in a webhook. Only
    /// the code is needed; what is missing or has another type is left out.
    pub(crate) fn read(error: &Value) -> Option<Self> {
        let code = number(error.get("code")?)?;
        Some(Self {
            code,
            subcode: error.get("error_subcode").and_then(number),
            is_transient: error.get("is_transient") == Some(&Value::Bool(true)),
            is_genuine: text(error, "type").is_some() || text(error, "fbtrace_id").is_some(),
            title: title(error, code),
            details: details(error),
        })
    }

    /// The same in our words.
    pub(crate) fn failure(self) -> Failure {
        let title = self.title.unwrap_or_else(|| "refused".to_owned());
        let failure = Failure::new(self.code, title);
        match self.details {
            Some(details) => failure.because(details),
            None => failure,
        }
    }
}

/// Answers repeat the code in front of the title, webhooks do not.
fn title(error: &Value, code: i64) -> Option<String> {
    let title = text(error, "title").or_else(|| text(error, "message"))?;
    let bare = title.strip_prefix(&format!("(#{code}) "));
    Some(bare.unwrap_or(title).to_owned())
}

/// `error_data` is an object with details, but a plain string on some errors.
fn details(error: &Value) -> Option<String> {
    let data = error.get("error_data");
    let details = data
        .and_then(|data| text(data, "details").or(data.as_str()))
        .or_else(|| text(error, "details"))
        .or_else(|| text(error, "error_user_msg"))?;
    Some(details.to_owned())
}

fn text<'a>(object: &'a Value, name: &str) -> Option<&'a str> {
    object.get(name)?.as_str().filter(|text| !text.is_empty())
}

fn number(value: &Value) -> Option<i64> {
    value
        .as_i64()
        .or_else(|| value.as_str().and_then(|text| text.parse().ok()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(error: &Value, expected: &Failure) {
        assert_eq!(&GraphError::read(error).unwrap().failure(), expected);
    }

    #[test]
    fn answers_and_webhooks_read_the_same() {
        let expected = Failure::new(131047, "Re-engagement message").because("24 hours");
        check(
            &json!({"message": "(#131047) Re-engagement message", "code": 131047,
                "error_data": {"messaging_product": "whatsapp", "details": "24 hours"}}),
            &expected,
        );
        check(
            &json!({"code": 131047, "title": "Re-engagement message", "message": "other",
                "error_data": {"details": "24 hours"}}),
            &expected,
        );
        check(
            &json!({"code": "131047", "title": "Re-engagement message", "error_data": "24 hours"}),
            &expected,
        );
    }

    #[test]
    fn an_error_without_a_code_is_none() {
        assert_eq!(GraphError::read(&json!({"message": "hm"})), None);
        assert_eq!(GraphError::read(&json!("bad gateway")), None);
    }
}
