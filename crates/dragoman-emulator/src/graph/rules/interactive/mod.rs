//! Whether buttons, lists, products, links and forms keep their limits. Pure.

mod actions;
mod carousel;
mod products;

use serde_json::Value;

use super::limits::{at_most, part, required, within};
use super::{Checked, Scene, media};
use crate::graph::GraphError;
use crate::world::words;

/// What may stand around the action.
struct Frame {
    /// The kinds of header that are allowed.
    headers: &'static [&'static str],
    body: Need,
    /// In characters.
    longest_body: usize,
    footer: Need,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Need {
    Required,
    Optional,
    Forbidden,
}

const TEXT: &[&str] = &["text"];
const EVERY: &[&str] = &["text", "image", "video", "document"];
const IMAGE: &[&str] = &["image"];

fn frame(kind: &str) -> Option<Frame> {
    use Need::{Forbidden, Optional, Required};
    let (headers, body, footer) = match kind {
        "button" | "cta_url" | "flow" => (EVERY, Required, Optional),
        "list" | "address_message" | "product_list" => (TEXT, Required, Optional),
        "product" => (&[][..], Optional, Optional),
        "catalog_message" => (&[][..], Required, Optional),
        "order_details" => (IMAGE, Required, Optional),
        "call_permission_request" => (&[][..], Optional, Forbidden),
        "location_request_message"
        | "carousel"
        | "voice_call"
        | "request_contact_info"
        | "order_status" => (&[][..], Required, Forbidden),
        _ => return None,
    };
    let longest_body = if kind == "list" { 4096 } else { 1024 };
    Some(Frame {
        headers,
        body,
        longest_body,
        footer,
    })
}

pub(super) fn check(content: &Value, scene: Scene<'_>) -> Checked {
    required(content, "type", "interactive['type']")?;
    let kind = words(content, "type");
    let Some(frame) = frame(&kind) else {
        return Err(GraphError::invalid(&format!(
            "interactive['type'] {kind} is not known"
        )));
    };
    header(content, &kind, &frame, scene)?;
    line(content, "body", frame.body, frame.longest_body)?;
    line(content, "footer", frame.footer, 60)?;
    let Some(action) = content.get("action") else {
        return Err(GraphError::missing("interactive['action']"));
    };
    match kind.as_str() {
        "button" => actions::reply_buttons(action),
        "list" => actions::list_rows(action),
        "cta_url" => actions::link(action),
        "flow" => actions::flow(action),
        "location_request_message" => actions::named(action, "send_location"),
        "address_message" => actions::address(action),
        "voice_call" => actions::voice_call(action),
        "product" => products::single(action),
        "product_list" => products::several(action),
        "catalog_message" => products::catalog(action),
        "carousel" => carousel::check(action, scene),
        "order_details" => actions::order(action, "review_and_pay"),
        "order_status" => actions::order(action, "review_order"),
        _ => actions::named(action, &kind),
    }
}

fn header(content: &Value, kind: &str, frame: &Frame, scene: Scene<'_>) -> Checked {
    let Some(header) = content.get("header") else {
        return if kind == "product_list" {
            Err(GraphError::missing("interactive['header']"))
        } else {
            Ok(())
        };
    };
    required(header, "type", "interactive['header']['type']")?;
    let header_kind = words(header, "type");
    if !frame.headers.contains(&header_kind.as_str()) {
        return Err(GraphError::invalid(&format!(
            "interactive of type {kind} takes no header of type {header_kind}"
        )));
    }
    if header_kind == "text" {
        return within(header, "text", 60, "interactive['header']['text']");
    }
    media::check(&header_kind, part(header, &header_kind), scene)
}

fn line(content: &Value, key: &str, need: Need, limit: usize) -> Checked {
    let text = part(content, key);
    let is_there = !words(text, "text").is_empty();
    match need {
        Need::Required => required(text, "text", &format!("interactive['{key}']['text']"))?,
        Need::Forbidden if is_there => {
            return Err(GraphError::invalid(&format!(
                "interactive['{key}'] does not go with this type"
            )));
        }
        Need::Optional | Need::Forbidden => {}
    }
    at_most(text, "text", limit)
}
