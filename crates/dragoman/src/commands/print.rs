//! What commands print: for people, or JSON.

use std::io::{self, Write};

use serde_json::Value;

use super::asked::Show;
use super::{delivery, standing};

/// The answer as it came.
pub(crate) fn json(answer: &Value) -> io::Result<()> {
    line(&answer.to_string())
}

/// The answer as people read it.
pub(crate) fn people(answer: &Value, show: Show) -> io::Result<()> {
    match show {
        Show::Object => object(answer),
        Show::Named(kind) => line(&named(kind, answer)),
        Show::Secret(key) => secret(answer, key),
        Show::Channel => channel(answer),
        Show::List(key, columns) => list(answer, key, columns),
        Show::Removed => line(&format!("removed {}", text(answer, "removed"))),
        Show::Trace => trace(answer),
        Show::Delivery => delivery::lines(answer)
            .iter()
            .try_for_each(|text| line(text)),
        Show::Standing => standing::lines(answer)
            .iter()
            .try_for_each(|text| line(text)),
    }
}

/// A text that others may have written, on one line: what would move the cursor or change colours
/// is a space.
pub(crate) fn plain(text: &str) -> String {
    text.replace(char::is_control, " ")
}

pub(crate) fn line(text: &str) -> io::Result<()> {
    writeln!(io::stdout(), "{text}")
}

fn text<'a>(answer: &'a Value, key: &str) -> &'a str {
    answer[key].as_str().unwrap_or("-")
}

/// Its kind, what people call it, and its id.
fn named(kind: &str, answer: &Value) -> String {
    let keys = ["name", "email", "phone", "slug"];
    let name = keys.iter().find_map(|key| answer[key].as_str());
    let name = plain(name.unwrap_or("-"));
    format!("{kind} {name} ({})", text(answer, "id"))
}

fn secret(answer: &Value, key: &str) -> io::Result<()> {
    match answer[key].as_str() {
        Some(secret) => line(&format!("{secret}\nKeep it: it is not shown again.")),
        None => line(&format!("{} was made before", text(answer, "id"))),
    }
}

fn channel(answer: &Value) -> io::Result<()> {
    line(&format!(
        "{}\nwebhook address for the provider: {}\nOn-Premises user admin, password for the first login: {}",
        named("channel", answer),
        text(answer, "webhook_url"),
        text(answer, "onprem_password"),
    ))
}

/// An object, a line per key.
fn object(answer: &Value) -> io::Result<()> {
    for (key, value) in answer.as_object().into_iter().flatten() {
        line(&format!("{key}: {}", cell(value)))?;
    }
    Ok(())
}

/// A table, with the mark for the next part below when there is more.
fn list(answer: &Value, key: &str, columns: &[&str]) -> io::Result<()> {
    let rows = answer[key].as_array().into_iter().flatten();
    let rows = rows.map(|row| columns.iter().map(|column| cell(&row[column])).collect());
    let heading = columns.iter().map(ToString::to_string).collect();
    for row in aligned(std::iter::once(heading).chain(rows).collect()) {
        line(&row)?;
    }
    match answer["next"].as_str() {
        Some(mark) => line(&format!("more with --after {mark}")),
        None => Ok(()),
    }
}

/// Rows whose columns stand below each other.
fn aligned(rows: Vec<Vec<String>>) -> Vec<String> {
    let columns = rows.first().map_or(0, Vec::len);
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let spelled = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths);
        let cells: Vec<String> = cells
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        cells.join("  ").trim_end().to_owned()
    };
    rows.iter().map(spelled).collect()
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => plain(text),
        Value::Array(list) => list.iter().map(cell).collect::<Vec<_>>().join(", "),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => value.to_string(),
    }
}

/// A message's history.
fn trace(answer: &Value) -> io::Result<()> {
    let message = &answer["message"];
    line(&format!(
        "{} {} {}",
        text(message, "id"),
        text(message, "kind"),
        text(message, "state")
    ))?;
    line(&format!("provider's id: {}", text(message, "provider_id")))?;
    if !message["waiting_for"].is_null() {
        line(&format!(
            "waiting for {} since {}",
            text(message, "waiting_for"),
            text(message, "waiting_since")
        ))?;
    }
    for event in answer["events"].as_array().into_iter().flatten() {
        let failure = event["failure"]["title"]
            .as_str()
            .or_else(|| event["reason"].as_str())
            .unwrap_or_default();
        let by = event["by"].as_str();
        let by = by.map_or_else(String::new, |by| format!("by {by} "));
        line(&format!(
            "{}  {:<10} {by}{failure}",
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_below_each_other() {
        let rows = [["id", "name"], ["1", "Ada"], ["12", "-"]];
        let rows = rows.map(|row| row.map(str::to_owned).to_vec());
        assert_eq!(aligned(rows.to_vec()), ["id  name", "1   Ada", "12  -"]);
    }

    #[test]
    fn what_others_have_written_does_not_move_the_cursor() {
        let answer = serde_json::json!({ "id": "1", "name": "Ada\u{1b}[2J\nroot" });
        assert_eq!(cell(&answer["name"]), "Ada [2J root");
        assert_eq!(named("contact", &answer), "contact Ada [2J root (1)");
    }
}
