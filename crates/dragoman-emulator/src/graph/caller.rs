//! Who calls, and what they may use.

use axum::http::request::Parts;
use axum::http::{HeaderName, header};
use serde_json::{Map, Value};

use super::GraphError;
use crate::state::State;

const FILE_OFFSET: HeaderName = HeaderName::from_static("file_offset");

/// Who calls, and what the query says.
pub(super) struct Caller {
    token: Option<String>,
    query: Vec<(String, String)>,
    /// As the caller reached us.
    pub(super) host: String,
    pub(super) content_type: String,
    /// Where a piece of a file belongs.
    pub(super) file_offset: Option<u64>,
}

impl Caller {
    pub(super) fn new(parts: &Parts) -> Self {
        let query: Vec<_> =
            url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes())
                .into_owned()
                .collect();
        let text = |name: HeaderName| {
            let value = parts
                .headers
                .get(name)
                .and_then(|value| value.to_str().ok());
            value.unwrap_or_default().to_owned()
        };
        let authorization = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok());
        let bearer = authorization.and_then(|value| {
            let (scheme, token) = value.split_once(' ')?;
            let known =
                scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("oauth");
            known.then(|| token.trim().to_owned())
        });
        let by_query = || {
            query
                .iter()
                .find(|(key, _)| key == "access_token")
                .map(|(_, token)| token.clone())
        };
        Self {
            token: bearer.or_else(by_query),
            query,
            host: text(header::HOST),
            content_type: text(header::CONTENT_TYPE),
            file_offset: text(FILE_OFFSET).parse().ok(),
        }
    }

    /// Under which name we are to be called again.
    pub(super) fn reached(&self, state: &State) -> String {
        if self.host.is_empty() {
            state.listen.to_string()
        } else {
            self.host.clone()
        }
    }

    pub(super) fn query(&self, key: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(found, _)| found == key)
            .map(|(_, value)| value.as_str())
    }

    /// The query but for these keys.
    pub(super) fn query_without<'a>(
        &'a self,
        keys: &'a [&str],
    ) -> impl Iterator<Item = &'a (String, String)> {
        let pairs = self.query.iter();
        pairs.filter(|(key, _)| !keys.contains(&key.as_str()))
    }

    pub(super) fn knows(&self, access_token: &str) -> Result<(), GraphError> {
        match self.token.as_deref() {
            Some(token) if token == access_token => Ok(()),
            Some(_) => Err(GraphError::wrong_token()),
            None => Err(GraphError::no_token()),
        }
    }

    /// Where nothing says whose token it has to be, any will do.
    pub(super) fn has_token(&self) -> Result<(), GraphError> {
        match self.token {
            Some(_) => Ok(()),
            None => Err(GraphError::no_token()),
        }
    }

    pub(super) fn may_use_number(
        &self,
        state: &State,
        phone_number_id: &str,
    ) -> Result<(), GraphError> {
        match state.hold().apps.get(phone_number_id) {
            Some(app) => self.knows(&app.access_token),
            None if state.strict => Err(GraphError::unknown_object("post", phone_number_id)),
            None => Ok(()),
        }
    }

    /// Any of the tokens that were registered for a number of the business account.
    pub(super) fn may_use_waba(&self, state: &State, waba_id: &str) -> Result<(), GraphError> {
        let held = state.hold();
        let mut answers = held
            .apps
            .values()
            .filter(|app| app.waba_id == waba_id)
            .map(|app| self.knows(&app.access_token));
        match answers.next() {
            None if state.strict => Err(GraphError::unknown_object("get", waba_id)),
            None => Ok(()),
            Some(first) => answers.fold(first, Result::or),
        }
    }

    /// `fields=a,b{c}` picks from the answer, where nobody does the usual ones; `id` always stays.
    pub(super) fn select(&self, value: Value, usual: &[&str]) -> Value {
        let fields = self.query("fields");
        let wanted = |key: &str| match fields {
            None => usual.contains(&key),
            Some(fields) => {
                key == "id"
                    || fields
                        .split([',', '{', '}', '.'])
                        .any(|field| field.trim() == key)
            }
        };
        match value {
            Value::Object(object) => Value::Object(
                object
                    .into_iter()
                    .filter(|(key, _)| wanted(key))
                    .collect::<Map<_, _>>(),
            ),
            other @ (Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_)) => other,
        }
    }
}
