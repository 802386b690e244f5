use super::*;
use crate::content::Media;
use crate::content::MediaSource;
use crate::refusal::Refusal;

const FAMILY: Id = Id::from_u128(1);

fn template(number: u128, header: Header, body: &str) -> Template {
    Template {
        id: Id::from_u128(100 + number),
        family: Some(FAMILY),
        account: Id::from_u128(2),
        channel: Id::from_u128(3),
        title: "t".into(),
        name: format!("t{number}").into(),
        language: "en".into(),
        category: Category::Utility,
        status: TemplateStatus::Approved,
        header,
        body: body.into(),
        footer: None,
        buttons: Vec::new(),
        created_at: Timestamp::from_millis(0),
    }
}

fn family() -> Vec<Template> {
    vec![
        template(
            1,
            Header::None,
            "Hello {{1}}, this is a template message example",
        ),
        template(
            3,
            Header::None,
            "Hello {{1}}, this is a template {{2}} example. {{3}}!",
        ),
        template(4, Header::Media(Kind::Image), "Hello {{1}}, a picture"),
    ]
}

fn ask(kind: Kind, values: Option<&[&str]>, text: Option<&str>, url: Option<&str>) -> TemplateAsk {
    TemplateAsk::ByUuid {
        uuid: FAMILY,
        kind,
        values: values.map(|values| values.iter().map(|&value| value.into()).collect()),
        text: text.map(Into::into),
        media: url.map(|url| Media {
            source: MediaSource::Link(url.into()),
            caption: None,
            filename: None,
        }),
    }
}

fn check(ask: &TemplateAsk, expected: Result<&str, Refusal>) {
    let family = family();
    let result = resolve(ask, &family.iter().collect::<Vec<_>>());
    assert_eq!(
        result.map(|(message, _)| message.rendered.into_string()),
        expected.map(str::to_owned)
    );
}

#[test]
fn the_type_and_the_number_of_values_choose_the_variant() {
    check(
        &ask(Kind::Text, None, Some("John Doe"), None),
        Ok("Hello John Doe, this is a template message example"),
    );
    check(
        &ask(
            Kind::Text,
            Some(&["Jack", "message", "Cheers"]),
            Some("ignored"),
            None,
        ),
        Ok("Hello Jack, this is a template message example. Cheers!"),
    );
    check(
        &ask(Kind::Image, None, Some("Kim"), Some("https://e.com/a.jpg")),
        Ok("Hello Kim, a picture"),
    );
}

#[test]
fn values_that_fit_no_variant_are_refused_with_what_would_fit() {
    check(
        &ask(Kind::Text, Some(&["a", "b"]), Some("John"), None),
        Err(Refusal::TemplateParameters {
            given: 2,
            expected: vec![1, 3],
        }),
    );
    check(
        &ask(Kind::Video, None, Some("John"), Some("https://e.com/a.mp4")),
        Err(Refusal::TemplateHeader {
            given: Kind::Video,
            allowed: vec![Kind::Text, Kind::Text, Kind::Image],
        }),
    );
    check(
        &ask(Kind::Image, None, Some("Kim"), None),
        Err(Refusal::TemplateHeader {
            given: Kind::Text,
            allowed: vec![Kind::Image],
        }),
    );
}

#[test]
fn an_unknown_or_unapproved_template_is_refused() {
    let mut paused = template(9, Header::None, "x");
    paused.status = TemplateStatus::Paused;
    let by = |uuid| TemplateAsk::ByUuid {
        uuid,
        kind: Kind::Text,
        values: None,
        text: None,
        media: None,
    };
    assert_eq!(
        resolve(&by(Id::from_u128(77)), &[&paused]),
        Err(Refusal::TemplateUnknown)
    );
    assert_eq!(
        resolve(&by(paused.id), &[&paused]),
        Err(Refusal::TemplateNotApproved)
    );
}

#[test]
fn where_the_variant_that_fits_is_paused_the_others_are_not_blamed() {
    let mut variants = family();
    let ask = ask(Kind::Text, None, Some("John"), None);
    let chosen = |variants: &[Template]| {
        let all: Vec<&Template> = variants.iter().collect();
        resolve(&ask, &all).map(|(message, _)| message.name)
    };
    let name = chosen(&variants).unwrap();
    for variant in &mut variants {
        if variant.name == name {
            variant.status = TemplateStatus::Paused;
        }
    }
    assert_eq!(chosen(&variants), Err(Refusal::TemplateNotApproved));
}

#[test]
fn a_dummy_value_for_a_body_without_placeholders_is_ignored() {
    let plain = template(5, Header::None, "No variables here");
    let ask = TemplateAsk::ByUuid {
        uuid: plain.id,
        kind: Kind::Text,
        values: None,
        text: Some("dummy".into()),
        media: None,
    };
    let (message, _) = resolve(&ask, &[&plain]).unwrap();
    assert_eq!(
        (&*message.rendered, message.body.len()),
        ("No variables here", 0)
    );
}

#[test]
fn odd_braces_stay_as_they_are() {
    assert_eq!(
        fill("{{1}} {{x}} {{2}} {{", |n| ["a"].get(n).copied()),
        "a {{x}} {{2}} {{"
    );
}

#[test]
fn what_fails_later_is_kept_as_the_nearest_template_with_what_was_given() {
    let check = |ask: &TemplateAsk, expected: Option<(&str, &str, usize)>| {
        let family = family();
        let kept = nearest(ask, &family.iter().collect::<Vec<_>>());
        let kept = kept.as_ref();
        let seen = kept.map(|kept| (&*kept.name, &*kept.rendered, kept.body.len()));
        assert_eq!(seen, expected);
    };
    let two = ask(Kind::Text, Some(&["Jack", "message"]), None, None);
    check(
        &two,
        Some(("t1", "Hello Jack, this is a template message example", 2)),
    );
    let none = ask(Kind::Image, None, None, None);
    check(&none, Some(("t4", "Hello {{1}}, a picture", 0)));
    let sound = ask(Kind::Audio, None, Some("Jack"), Some("https://e.com/a.mp3"));
    check(
        &sound,
        Some(("t1", "Hello Jack, this is a template message example", 1)),
    );
    let unknown = TemplateAsk::ByUuid {
        uuid: Id::from_u128(9),
        kind: Kind::Text,
        values: None,
        text: None,
        media: None,
    };
    check(&unknown, None);
}
