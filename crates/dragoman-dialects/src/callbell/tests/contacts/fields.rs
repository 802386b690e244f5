//! Custom fields in `POST /contacts` and `PATCH /contacts/:uuid`.

use serde_json::json;

use super::*;

/// What is kept of values; those that are kept are shown as texts.
async fn kept(fields: Value, expected: Value) {
    let house = house();
    let body = json!({ "custom_fields": fields });
    let answer = house.patch(&of_ada(""), &body).await;
    assert_eq!(answer.status, 200, "{fields}: {answer:?}");
    let shown = &answer.body["contact"]["customFields"];
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&shown[name], value, "{fields}");
    }
}

async fn refused(fields: Value, names: &[&str]) {
    let house = house();
    let body = json!({ "custom_fields": fields });
    let answer = house.patch(&of_ada(""), &body).await;
    let texts: Vec<String> = names
        .iter()
        .map(|name| format!("{name} is invalid"))
        .collect();
    let error = json!({ "error": { "custom_fields": texts } });
    assert_eq!(answer.whole(), (400, error), "{fields}");
    assert_eq!(house.store().told(), [], "{fields}");
}

#[tokio::test]
async fn values_of_every_kind_are_kept_as_texts() {
    for (name, value, shown) in [
        ("a text", json!("anything"), "anything"),
        ("a text", json!(7), "7"),
        (
            "a email",
            json!("a.b+c@mail.example.com"),
            "a.b+c@mail.example.com",
        ),
        ("a number", json!("-12.50"), "-12.50"),
        ("a number", json!(12.5), "12.5"),
        (
            "a number",
            json!(9_007_199_254_740_993_u64),
            "9007199254740993",
        ),
        ("a date", json!("2024-02-29"), "2024-02-29"),
        ("a dropdown", json!("B"), "B"),
        ("a checkbox", json!(["B", "A"]), r#"["B","A"]"#),
        ("a checkbox", json!([]), "[]"),
        ("a checkbox", json!(r#"["B"]"#), r#"["B"]"#),
        ("nobody defined it", json!("x"), "x"),
        ("nobody defined it", json!(["x"]), r#"["x"]"#),
    ] {
        kept(json!({ name: value }), json!({ name: shown })).await;
    }
}

#[tokio::test]
async fn values_that_are_none_of_their_field_are_refused_by_name() {
    for (name, value) in [
        ("a text", json!(["x"])),
        ("a text", json!(true)),
        ("a text", json!({})),
        ("a text", json!("a\u{1b}")),
        ("a email", json!("someone")),
        ("a email", json!("someone@host")),
        ("a email", json!("some one@mail.example.com")),
        ("a email", json!("a@b@mail.example.com")),
        ("a number", json!("twelve")),
        ("a number", json!("NaN")),
        ("a number", json!("1e999")),
        ("a date", json!("2023-02-29")),
        ("a date", json!("29.02.2024")),
        ("a date", json!("2024-2-29")),
        ("a dropdown", json!("C")),
        ("a dropdown", json!("a")),
        ("a dropdown", json!(["A"])),
        ("a checkbox", json!(["A", "C"])),
        ("a checkbox", json!(["A", 1])),
        ("a checkbox", json!("A")),
        ("nobody defined it", json!([1])),
        ("", json!("x")),
    ] {
        refused(json!({ name: value }), &[name]).await;
    }
    // All at once, in the order of their names.
    refused(
        json!({ "b": true, "a date": "x", "c": "good" }),
        &["a date", "b"],
    )
    .await;
}

#[tokio::test]
async fn a_number_that_was_rounded_is_refused_rather_than_changed() {
    let body = r#"{"custom_fields":{"id":123456789012345678901234}}"#;
    let answer = house().call(request("PATCH", &of_ada(""), body)).await;
    assert_eq!(answer.whole(), wrong("custom_fields", "id is invalid"));
}

#[tokio::test]
async fn null_and_an_empty_text_take_a_value_away_and_others_stay() {
    for nothing in [json!(null), json!("")] {
        let fields = json!({ "City": nothing });
        let body = json!({ "custom_fields": fields });
        let answer = house().patch(&of_ada(""), &body).await;
        let shown = &answer.body["contact"]["customFields"];
        assert_eq!(shown, &json!({ "a checkbox": r#"["A","B"]"# }));
    }
}

#[tokio::test]
async fn a_value_that_is_older_than_its_definition_is_still_shown() {
    let house = house();
    house.change(|catalog| {
        for field in &mut catalog.custom_fields {
            if field.kind == FieldKind::Checkbox {
                field.name = "City".into();
            } else if field.kind == FieldKind::Dropdown {
                field.name = "a checkbox".into();
            }
        }
    });
    let answer = house.get(&of_ada("?include_field_types=true")).await;
    let expected = json!({
        "City": { "value": ["London"], "type": "checkbox", "options": ["A", "B"] },
        "a checkbox": { "value": r#"["A","B"]"#, "type": "dropdown", "options": ["A", "B"] },
    });
    assert_eq!(answer.body["contact"]["customFieldsMetadata"], expected);
}
