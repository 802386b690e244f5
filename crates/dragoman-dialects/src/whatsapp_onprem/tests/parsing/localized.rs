//! The templates of the first years.

use dragoman_core::template::Parameter;
use serde_json::json;

use super::{of, raw, read, template};
use crate::whatsapp_onprem::render::Fault;
use crate::whatsapp_onprem::tests::samples::sample;

#[test]
fn an_hsm_is_a_template_whose_values_keep_their_types() {
    let message = template("hsm");
    assert_eq!((&*message.name, &*message.language), ("order_update", "en"));
    assert_eq!(message.body[0], Parameter::Text("Kim".into()));
    let component = json!({ "day_of_week": "Monday", "year": "1977", "month": 2,
        "calendar": "GREGORIAN" });
    let mut dates = sample("hsm");
    dates["hsm"]["localizable_params"] = json!([
        { "default": "Monday", "date_time": { "component": component } },
        { "default": "then", "date_time": { "unix_epoch": { "timestamp": "1485470276" } } },
    ]);
    let typed = [&message.body[1..], &of(&dates).body].concat();
    let typed = typed.iter().map(|value| match value {
        Parameter::Typed { raw: theirs, .. } => raw(theirs),
        Parameter::Text(_) => panic!("{value:?}"),
    });
    assert_eq!(
        typed.collect::<Vec<_>>(),
        [
            json!({ "type": "currency", "currency":
                { "fallback_value": "$10", "code": "USD", "amount_1000": 10_000 } }),
            json!({ "type": "date_time", "date_time":
                { "fallback_value": "Monday", "day_of_week": 1, "year": 1977, "month": 2,
                "calendar": "GREGORIAN" } }),
            json!({ "type": "date_time", "date_time":
                { "fallback_value": "then", "timestamp": 1_485_470_276 } }),
        ]
    );
}

#[test]
fn an_hsm_has_all_that_it_had() {
    for field in [
        "namespace",
        "element_name",
        "language",
        "localizable_params",
    ] {
        let mut message = sample("hsm");
        message["hsm"].as_object_mut().unwrap().remove(field);
        let missing = Fault::missing(&format!("hsm.{field}"));
        assert_eq!(read(&message), Err(missing));
    }
}

#[test]
fn a_value_that_cannot_be_names_its_field() {
    let name = |rest: &str| format!("hsm.localizable_params[0].{rest}");
    let money = |code: &str| json!({ "currency_code": code, "amount_1000": 1 });
    for (value, expected) in [
        (
            json!({ "currency": { "currency_code": "USD" } }),
            Fault::missing(&name("currency.amount_1000")),
        ),
        (
            json!({ "currency": money("$") }),
            Fault::invalid(
                &name("currency.currency_code"),
                "must be a currency such as EUR",
            ),
        ),
        (
            json!({ "date_time": { "x": 1 } }),
            Fault::missing(&name("date_time.unix_epoch")),
        ),
        (
            json!({ "date_time": { "component": { "day_of_week": 8 } } }),
            Fault::invalid(
                &name("date_time.component.day_of_week"),
                "must be from 1 to 7",
            ),
        ),
        (
            json!({ "date_time": { "component": { "day_of_week": "Mon" } } }),
            Fault::invalid(
                &name("date_time.component.day_of_week"),
                "must be a whole number",
            ),
        ),
        (
            json!({ "currency": money("USD"), "date_time": { "unix_epoch": { "timestamp": 1 } } }),
            Fault::invalid(&name("date_time"), "cannot stand beside a currency"),
        ),
    ] {
        let mut message = sample("hsm");
        message["hsm"]["localizable_params"] = json!([value]);
        message["hsm"]["localizable_params"][0]["default"] = "Kim".into();
        assert_eq!(read(&message), Err(expected), "{message}");
    }
}
