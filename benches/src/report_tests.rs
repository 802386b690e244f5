//! The shapes that programs and people read.

use super::*;

const RATIO: Definition = Definition::more("accept_64", "durable accept", "%").reach(60.0);
const MEMORY: Definition = Definition::less("idle_mb", "idle memory", "MB").reach(25.0);

fn row(definition: Definition, values: &[f64]) -> Row {
    let measured = Measured {
        name: definition.name,
        range: Range::of(values.iter().copied()),
        note: "why".to_owned(),
    };
    Row::new(definition, measured)
}

fn report() -> Report {
    Report {
        machine: "2 x Processor".to_owned(),
        commit: "abc1234".to_owned(),
        date: "2026-11-21".to_owned(),
        rows: vec![
            row(RATIO, &[68.214, 61.0, 70.0]),
            row(MEMORY, &[26.04]),
            row(RATIO, &[]),
        ],
    }
}

#[test]
fn programs_read_names_values_and_goals() {
    let json: serde_json::Value = serde_json::from_str(&report().json().unwrap()).unwrap();
    assert_eq!(
        json["rows"][0],
        serde_json::json!({
            "name": "accept_64", "unit": "%", "goal": 60.0, "better": "higher",
            "value": 68.2, "low": 61.0, "high": 70.0, "reached": true, "note": "why",
        })
    );
    assert_eq!(json["machine"], "2 x Processor");
    assert_eq!(json["commit"], "abc1234");
    assert!(json["rows"][2]["value"].is_null());
    assert!(json["rows"][2]["reached"].is_null());
}

#[test]
fn people_read_a_table_that_says_no_where_a_goal_is_missed() {
    let text = report().text();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines[2..],
        [
            "                measured      range    goal      reached",
            "durable accept  68.2 %        61 - 70  >= 60 %   yes",
            "    why",
            "idle memory     26 MB                  <= 25 MB  NO",
            "    why",
            "durable accept  not measured           >= 60 %",
            "    why",
        ]
    );
    let markdown = report().markdown();
    assert!(markdown.contains("| durable accept | 68.2 % | 61 - 70 | >= 60 % | yes | why |"));
}

#[test]
fn a_goal_that_is_missed_by_little_is_missed() {
    assert_eq!(row(RATIO, &[59.99]).reached, Some(false));
    assert_eq!(row(RATIO, &[60.0]).reached, Some(true));
    assert_eq!(row(MEMORY, &[25.01]).reached, Some(false));
}

#[test]
fn figures_have_three_digits_that_say_something() {
    let round = |value: f64| table::number(rounded(value));
    assert_eq!(
        [1234.56, 99.55, 12.34, 1.239, 0.004].map(round),
        ["1 235", "99.6", "12.3", "1.24", "0"]
    );
}
