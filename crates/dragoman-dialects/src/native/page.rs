//! `/openapi.json`, and a page for people at `/docs` that asks nothing of anybody.

use axum::Router;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::Html;
use axum::routing::get;
use serde_json::Value;

use super::{Native, document};

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;\
    padding:0 1rem;color:#1b1f24;background:#fff}code,pre{font:14px/1.45 ui-monospace,monospace}\
    pre{background:#f4f5f7;padding:1rem;overflow:auto;border-radius:.4rem}\
    h2{margin-top:2.5rem;border-bottom:1px solid #d8dce1}details{margin:.4rem 0}\
    summary{cursor:pointer}b{display:inline-block;min-width:4.5rem}\
    @media(prefers-color-scheme:dark){body{color:#e3e6ea;background:#15181c}\
    pre{background:#1f242a}h2{border-color:#39414a}}";

/// The page may ask nobody for anything.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'";

/// The addresses at which the API is described. The document is made for each call: it is large,
/// and hardly anybody asks for it.
pub(super) fn router() -> Router<Native> {
    let made = || document::of(&super::operations());
    let document = async move || {
        let json = made().to_string();
        ([(CONTENT_TYPE, "application/json")], json)
    };
    let page = async move || ([(CONTENT_SECURITY_POLICY, POLICY)], Html(page(&made())));
    Router::new()
        .route("/openapi.json", get(document))
        .route("/docs", get(page))
}

fn page(document: &Value) -> String {
    let title = escaped(document["info"]["title"].as_str().unwrap_or_default());
    let about = escaped(document["info"]["description"].as_str().unwrap_or_default());
    let mut page = format!(
        "<!doctype html><html lang=en><meta charset=utf-8>\
         <meta name=viewport content=\"width=device-width\"><title>{title}</title>\
         <style>{STYLE}</style><h1>{title}</h1><p>{about}</p>\
         <p>For programs: <a href=\"openapi.json\">openapi.json</a>. Every call carries \
         <code>Authorization: Bearer TOKEN</code>.</p>"
    );
    for noun in nouns(document) {
        page.extend(["<h2>", &escaped(noun), "</h2>"]);
        for (path, method, operation) in operations(document, noun) {
            let summary = escaped(operation["summary"].as_str().unwrap_or_default());
            let (method, path) = (method.to_uppercase(), escaped(path));
            let details = pretty(operation);
            page.push_str(&format!(
                "<details><summary><code><b>{method}</b> {path}</code> {summary}</summary>\
                 <pre>{details}</pre></details>"
            ));
        }
    }
    page.push_str("<h2>Shapes</h2>");
    let schemas = document["components"]["schemas"].as_object();
    for (name, schema) in schemas.into_iter().flatten() {
        let (name, schema) = (escaped(name), pretty(schema));
        page.push_str(&format!(
            "<details id=\"{name}\"><summary><code>{name}</code></summary>\
             <pre>{schema}</pre></details>"
        ));
    }
    page
}

/// Each noun once, in the order of the paths.
fn nouns(document: &Value) -> Vec<&str> {
    let mut nouns = Vec::new();
    let paths = document["paths"].as_object();
    let all = paths.into_iter().flat_map(|paths| paths.values());
    let operations = all
        .filter_map(Value::as_object)
        .flat_map(|path| path.values());
    for noun in operations.filter_map(|operation| operation["tags"][0].as_str()) {
        if !nouns.contains(&noun) {
            nouns.push(noun);
        }
    }
    nouns
}

fn operations<'a>(
    document: &'a Value,
    noun: &'a str,
) -> impl Iterator<Item = (&'a str, &'a str, &'a Value)> {
    let paths = document["paths"].as_object();
    let all = paths.into_iter().flatten().flat_map(|(path, methods)| {
        let methods = methods.as_object().into_iter().flatten();
        methods.map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
    });
    all.filter(move |(.., operation)| operation["tags"][0] == noun)
}

fn pretty(value: &Value) -> String {
    escaped(&format!("{value:#}"))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}
