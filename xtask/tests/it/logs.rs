//! The page about logs, held against the lines that are written.

use std::collections::BTreeSet;

use crate::tree::{page, written};

/// The levels and the one kind of span that we use.
const MACROS: [&str; 6] = ["error", "warn", "info", "debug", "trace", "info_span"];

#[test]
fn every_field_of_a_log_line_is_on_the_page_and_the_page_has_no_other() {
    let told: BTreeSet<String> = page("logs.md").lines().filter_map(row).collect();
    // The emulator is a toy.
    let sources = written(&["dragoman-emulator", "dragoman-testkit"]);
    let written: BTreeSet<String> = sources.iter().flat_map(|source| fields(source)).collect();
    assert!(written.len() > 20, "only {written:?}");
    assert_eq!(told, written);
}

#[test]
fn a_field_is_found_in_whatever_way_it_is_written() {
    let source = r#"
        tracing::warn!(%a, b = %f(x, "y)"), ?c, d.e, "said {g} and {h:#} to {{nobody}}");
        tracing::info!(
            i = [1, 2],
            "more, of that"
        );
        let span = tracing::info_span!("call", j = name);
        other::warn!(k);
        #[cfg(test)]
        mod tests { fn f() { tracing::warn!(l, "in a test"); } }
    "#;
    let expected = ["a", "b", "c", "d.e", "g", "h", "i", "j"].map(str::to_owned);
    assert_eq!(fields(source), BTreeSet::from(expected));
}

/// The name of a row of the page's table.
fn row(line: &str) -> Option<String> {
    let (name, _) = line.strip_prefix("| `")?.split_once("` |")?;
    Some(name.to_owned())
}

/// The fields of all lines that a source writes when it is no test.
fn fields(source: &str) -> BTreeSet<String> {
    let source = source.split("#[cfg(test)]").next().unwrap_or_default();
    let calls = source.split("tracing::").skip(1).filter_map(|rest| {
        let (name, rest) = rest.split_once("!(")?;
        MACROS.contains(&name).then(|| arguments(rest))
    });
    calls
        .flatten()
        .flat_map(|argument| named(&argument))
        .collect()
}

/// What stands between the commas of a call, up to its end.
fn arguments(rest: &str) -> Vec<String> {
    let (mut arguments, mut depth, mut is_quoted) = (vec![String::new()], 0_u32, false);
    let mut letters = rest.chars();
    while let Some(letter) = letters.next() {
        let is_plain = !is_quoted;
        match letter {
            '"' => is_quoted = is_plain,
            '(' | '[' | '{' if is_plain => depth += 1,
            ')' if is_plain && depth == 0 => break,
            ')' | ']' | '}' if is_plain => depth -= 1,
            ',' if is_plain && depth == 0 => {
                arguments.push(String::new());
                continue;
            }
            _ => {}
        }
        let argument = arguments.last_mut().expect("it begins with one");
        argument.push(letter);
        if letter == '\\' {
            argument.extend(letters.next());
        }
    }
    arguments
}

/// The field that an argument is, or the values that a text names.
fn named(argument: &str) -> Vec<String> {
    let argument = argument.trim();
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || "_.".contains(letter);
    let name = |text: &str| {
        text.split(|letter| !is_part(letter))
            .next()
            .map(str::to_owned)
    };
    let names: Vec<Option<String>> = match argument.strip_prefix('"') {
        Some(text) => text
            .replace("{{", "")
            .split('{')
            .skip(1)
            .map(name)
            .collect(),
        None => vec![name(argument.trim_start_matches(['%', '?']))],
    };
    let names = names.into_iter().flatten();
    names.filter(|name| !name.is_empty()).collect()
}
