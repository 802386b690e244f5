//! One operation of the API: how it is called, what it takes and answers, and who handles it.

use axum::handler::Handler;
use axum::routing::{MethodRouter, delete, get, patch, post};
use serde_json::{Value, json};
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{IntoParams, ToSchema};

use super::Native;
use super::record::{self, Of, Record, Removable, Removed};
use crate::need::Need;

/// An operation, as the router and the document have it.
pub(super) struct Operation {
    /// `get`, `post`, `patch` or `delete`.
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    /// Its name in the document (`create_team`).
    pub(super) id: &'static str,
    /// What it does, in a sentence.
    pub(super) summary: &'static str,
    pub(super) route: MethodRouter<Native>,
    pub(super) query: Vec<Parameter>,
    /// The schema of what it takes.
    pub(super) body: Option<Value>,
    pub(super) status: u16,
    /// The other status with which it answers the same.
    pub(super) or_status: Option<u16>,
    /// The schema of what it answers.
    pub(super) answer: Value,
    /// The operations that its answer leads to, and where in the answer is what they are called
    /// with.
    pub(super) leads_to: Vec<(&'static str, &'static str)>,
    /// Whether it takes an idempotency key.
    pub(super) repeatable: bool,
    /// Whether it needs no token.
    pub(super) open: bool,
    /// What it needs of a token.
    pub(super) need: Need,
    /// Adds the schemas that the others refer to. Not made before somebody asks.
    pub(super) schemas: Vec<fn(&mut Schemas)>,
}

/// Schemas by name.
type Schemas = Vec<(String, RefOr<Schema>)>;

impl Operation {
    pub(super) fn get<T: 'static>(path: &'static str, handler: impl Handler<T, Native>) -> Self {
        Self::new("get", path, get(handler))
    }

    pub(super) fn post<T: 'static>(path: &'static str, handler: impl Handler<T, Native>) -> Self {
        Self::new("post", path, post(handler))
    }

    pub(super) fn patch<T: 'static>(path: &'static str, handler: impl Handler<T, Native>) -> Self {
        Self::new("patch", path, patch(handler))
    }

    pub(super) fn delete<T: 'static>(path: &'static str, handler: impl Handler<T, Native>) -> Self {
        Self::new("delete", path, delete(handler))
    }

    /// Lists a kind of slow data.
    pub(super) fn list<R: Record>(path: &'static str) -> Self {
        Self::get(path, record::list::<R>)
            .asks::<Of>()
            .answers_list::<R::Shown>(R::LIST)
    }

    /// Shows one of a kind of slow data.
    pub(super) fn show<R: Record>(path: &'static str) -> Self {
        Self::get(path, record::get::<R>).answers::<R::Shown>(200)
    }

    /// Takes one of a kind of slow data away.
    pub(super) fn remove<R: Removable>(path: &'static str) -> Self {
        Self::delete(path, record::remove::<R>).answers::<Removed>(200)
    }

    fn new(method: &'static str, path: &'static str, route: MethodRouter<Native>) -> Self {
        Self {
            method,
            path,
            id: "",
            summary: "",
            route,
            query: Vec::new(),
            body: None,
            status: 200,
            or_status: None,
            answer: Value::Null,
            leads_to: Vec::new(),
            repeatable: false,
            open: false,
            need: Need::MANAGEMENT,
            schemas: Vec::new(),
        }
    }

    /// What it is called, and what it does.
    pub(super) fn named(mut self, id: &'static str, summary: &'static str) -> Self {
        (self.id, self.summary) = (id, summary);
        self
    }

    /// What may stand in its query.
    pub(super) fn asks<Q: IntoParams>(mut self) -> Self {
        self.query = Q::into_params(|| Some(ParameterIn::Query));
        self
    }

    /// What it takes as its body.
    pub(super) fn takes<T: ToSchema>(mut self) -> Self {
        self.body = Some(self.reference::<T>());
        self
    }

    /// With which status and what body it answers when all is well.
    pub(super) fn answers<T: ToSchema>(mut self, status: u16) -> Self {
        (self.status, self.answer) = (status, self.reference::<T>());
        self
    }

    /// It answers an object with a list in it.
    pub(super) fn answers_list<T: ToSchema>(mut self, name: &'static str) -> Self {
        let items = self.reference::<T>();
        self.answer = json!({
            "type": "object",
            "required": [name],
            "additionalProperties": false,
            "properties": { name: { "type": "array", "items": items } },
        });
        self
    }

    /// It makes something, and may be repeated with an idempotency key. The operations named are
    /// about what was made.
    pub(super) fn creates<T: ToSchema>(self, then: &[&'static str]) -> Self {
        let mut creating = self.answers::<T>(201);
        creating.repeatable = true;
        creating.leads_to = then.iter().map(|&id| (id, "/id")).collect();
        creating
    }

    /// The other status with which it answers the same.
    pub(super) fn or_answers(mut self, status: u16) -> Self {
        self.or_status = Some(status);
        self
    }

    /// It needs no token.
    pub(super) fn open(mut self) -> Self {
        self.open = true;
        self
    }

    /// The name that its path leaves open, if it does.
    pub(super) fn parameter(&self) -> Option<&'static str> {
        let (_, rest) = self.path.split_once('{')?;
        rest.split_once('}').map(|(name, _)| name)
    }

    /// The noun that it is about: the first part of its path.
    pub(super) fn noun(&self) -> &'static str {
        let rest = self.path.trim_start_matches("/api/v1/");
        rest.split('/').next().unwrap_or(rest)
    }

    fn reference<T: ToSchema>(&mut self) -> Value {
        let name = T::name().into_owned();
        self.schemas.push(|schemas| {
            schemas.push((T::name().into_owned(), T::schema()));
            T::schemas(schemas);
        });
        json!({ "$ref": format!("#/components/schemas/{name}") })
    }
}
