//! The page with the phones, as static files in the binary.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS,
};
use axum::response::{IntoResponse, Response};

/// The page shows what strangers wrote: nothing may be loaded from, or sent to, another origin.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; media-src 'self'; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub(crate) async fn html() -> Response {
    answer("text/html; charset=utf-8", include_str!("page/index.html"))
}

/// Styles, and modules that import each other by name.
pub(crate) async fn file(Path(name): Path<String>) -> Response {
    let style = |text| answer("text/css; charset=utf-8", text);
    let module = |text| answer("text/javascript; charset=utf-8", text);
    match &*name {
        "page.css" => style(include_str!("page/page.css")),
        "phone.css" => style(include_str!("page/phone.css")),
        "sheet.css" => style(include_str!("page/sheet.css")),
        "actions.js" => module(include_str!("page/actions.js")),
        "attach.js" => module(include_str!("page/attach.js")),
        "bubble.js" => module(include_str!("page/bubble.js")),
        "chat.js" => module(include_str!("page/chat.js")),
        "choices.js" => module(include_str!("page/choices.js")),
        "composer.js" => module(include_str!("page/composer.js")),
        "customers.js" => module(include_str!("page/customers.js")),
        "dom.js" => module(include_str!("page/dom.js")),
        "emulator.js" => module(include_str!("page/emulator.js")),
        "formatting.js" => module(include_str!("page/formatting.js")),
        "main.js" => module(include_str!("page/main.js")),
        "media.js" => module(include_str!("page/media.js")),
        "menu.js" => module(include_str!("page/menu.js")),
        "notice.js" => module(include_str!("page/notice.js")),
        "phone.js" => module(include_str!("page/phone.js")),
        "presses.js" => module(include_str!("page/presses.js")),
        "refresh.js" => module(include_str!("page/refresh.js")),
        "reply.js" => module(include_str!("page/reply.js")),
        "sheet.js" => module(include_str!("page/sheet.js")),
        "state.js" => module(include_str!("page/state.js")),
        "time.js" => module(include_str!("page/time.js")),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

fn answer(kind: &'static str, text: &'static str) -> Response {
    let headers = [
        (CONTENT_TYPE, kind),
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // Another version of the emulator must not meet the modules of this one.
        (CACHE_CONTROL, "no-cache"),
    ];
    (headers, text).into_response()
}
