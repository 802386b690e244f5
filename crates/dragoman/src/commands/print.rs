//! What commands print: for people, or JSON.

use std::io::{self, Write};

use serde_json::Value;

fn line(text: &str) -> io::Result<()> {
    writeln!(io::stdout(), "{text}")
}

fn json(answer: &Value) -> io::Result<()> {
    line(&serde_json::to_string(answer).map_err(io::Error::other)?)
}

fn text<'a>(answer: &'a Value, key: &str) -> &'a str {
    answer[key].as_str().unwrap_or("-")
}

/// A new account.
pub(crate) fn account(answer: &Value, as_json: bool) -> io::Result<()> {
    if as_json {
        return json(answer);
    }
    line(&format!(
        "account {} ({})",
        text(answer, "name"),
        text(answer, "id")
    ))
}

/// A new token: shown this once.
pub(crate) fn token(answer: &Value, as_json: bool) -> io::Result<()> {
    if as_json {
        return json(answer);
    }
    line(&format!(
        "{}\nKeep it: it is not shown again.",
        text(answer, "token")
    ))
}

/// A new channel.
pub(crate) fn channel(answer: &Value, as_json: bool) -> io::Result<()> {
    if as_json {
        return json(answer);
    }
    line(&format!(
        "channel {} ({})\nwebhook address for the provider: {}\nOn-Premises user admin, password for the first login: {}",
        text(answer, "slug"),
        text(answer, "id"),
        text(answer, "webhook_url"),
        text(answer, "onprem_password"),
    ))
}

/// An object, a line per key.
pub(crate) fn any(answer: &Value, as_json: bool) -> io::Result<()> {
    if as_json {
        return json(answer);
    }
    for (key, value) in answer.as_object().into_iter().flatten() {
        let shown = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        line(&format!("{key}: {shown}"))?;
    }
    Ok(())
}

/// A message's history.
pub(crate) fn trace(answer: &Value, as_json: bool) -> io::Result<()> {
    if as_json {
        return json(answer);
    }
    let message = &answer["message"];
    line(&format!(
        "{} {} {}",
        text(message, "id"),
        text(message, "kind"),
        text(message, "state")
    ))?;
    line(&format!("provider's id: {}", text(message, "provider_id")))?;
    for event in answer["events"].as_array().into_iter().flatten() {
        let failure = event["failure"]["title"]
            .as_str()
            .or_else(|| event["reason"].as_str())
            .unwrap_or_default();
        line(&format!(
            "{}  {:<10} {failure}",
            text(event, "at"),
            text(event, "event")
        ))?;
    }
    for delivery in answer["deliveries"].as_array().into_iter().flatten() {
        let status = delivery["status"]
            .as_u64()
            .map_or_else(|| "no answer".to_owned(), |status| status.to_string());
        line(&format!(
            "{}  told {} of event {}: {status}, {}",
            text(delivery, "at"),
            text(delivery, "subscription"),
            delivery["event"],
            text(delivery, "outcome"),
        ))?;
    }
    Ok(())
}
