//! The OpenAPI document of the management API, made from its operations.

use serde_json::{Map, Value, json};
use utoipa::{PartialSchema, ToSchema};

use super::answer::ErrorBody;
use super::operation::Operation;
use crate::idempotency;
use crate::need::Need;

/// The whole document.
pub(super) fn of(operations: &[Operation]) -> Value {
    let mut paths = Map::new();
    for operation in operations {
        let path = paths.entry(operation.path).or_insert_with(|| json!({}));
        path[operation.method] = described(operation, operations);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Dragoman's management API",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Who there is, through what they send, and what became of it. A token \
                sees what its account has, and nothing else: what another account has is like \
                what there is not.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "security": [{ "token": [] }],
        "paths": paths,
        "components": {
            "schemas": schemas(operations),
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
        },
    })
}

fn schemas(operations: &[Operation]) -> Map<String, Value> {
    let mut schemas = Map::new();
    let mut all = vec![(ErrorBody::name().into_owned(), ErrorBody::schema())];
    for add in operations.iter().flat_map(|operation| &operation.schemas) {
        add(&mut all);
    }
    for (name, schema) in all {
        schemas.insert(name, json!(schema));
    }
    schemas
}

fn described(operation: &Operation, all: &[Operation]) -> Value {
    let mut described = json!({
        "operationId": operation.id,
        "summary": operation.summary,
        "tags": [operation.noun()],
        "parameters": parameters(operation),
        "responses": {
            operation.status.to_string(): answer(operation, all),
            "default": {
                "description": "What is wrong.",
                "content": { "application/json": { "schema": {
                    "$ref": format!("#/components/schemas/{}", ErrorBody::name()),
                } } },
            },
        },
    });
    if let Some(status) = operation.or_status {
        described["responses"][status.to_string()] = answer(operation, all);
    }
    if let Some(schema) = &operation.body {
        described["requestBody"] = json!({
            "required": true,
            "content": { "application/json": { "schema": schema } },
        });
    }
    match operation.need {
        _ if operation.open => described["security"] = json!([]),
        Need::Token => {}
        Need::Right(right) => {
            described["description"] = format!("Needs the scope `{}`.", right.word()).into();
        }
    }
    described
}

fn parameters(operation: &Operation) -> Vec<Value> {
    let of_path = operation.parameter().map(|name| {
        json!({ "name": name, "in": "path", "required": true,
            "schema": { "type": "string", "minLength": 1 } })
    });
    let key = operation.repeatable.then(|| {
        json!({ "name": idempotency::HEADER, "in": "header", "required": false,
            "description": "Makes repeating the call harmless.",
            "schema": { "type": "string", "pattern": "^[!-~]{1,255}$" } })
    });
    let of_query = operation.query.iter().map(|parameter| json!(parameter));
    of_path.into_iter().chain(of_query).chain(key).collect()
}

fn answer(operation: &Operation, all: &[Operation]) -> Value {
    let mut answer = json!({
        "description": "As asked.",
        "content": { "application/json": { "schema": operation.answer } },
    });
    if operation.repeatable {
        answer["headers"] = json!({ idempotency::REPLAYED: {
            "description": "Set when the call was a repetition.",
            "schema": { "type": "string", "const": "true" },
        } });
    }
    for (id, place) in &operation.leads_to {
        let target = all.iter().find(|other| other.id == *id);
        let target = target.expect("an operation leads to others of the same list");
        let parameter = target
            .parameter()
            .expect("what was made is named in a path");
        answer["links"][id] = json!({
            "operationId": id,
            "parameters": { parameter: format!("$response.body#{place}") },
        });
    }
    answer
}
