//! Bytes from anywhere, where programs write numbers, rates and the values of templates.

use dragoman_core::content::Kind;
use dragoman_core::rate::Rate;
use dragoman_core::template::{
    Category, Header, Template, TemplateAsk, TemplateStatus, nearest, resolve,
};

use dragoman_core::{Id, Phone, Timestamp};

/// A telephone number, as people write it.
pub fn phone(text: &[u8]) {
    let text = String::from_utf8_lossy(text);
    if let Ok(phone) = Phone::parse(&text) {
        let digits = phone.digits();
        assert!((7..=15).contains(&digits.len()), "{text:?}");
        assert!(digits.bytes().all(|byte| byte.is_ascii_digit()), "{text:?}");
        assert_eq!(Phone::parse(digits).as_ref(), Ok(&phone), "{text:?}");
        assert!(!format!("{phone:?}").contains(digits), "{text:?}");
    }
}

/// How many per second.
pub fn rate(text: &[u8]) {
    let text = String::from_utf8_lossy(text);
    if let Ok(rate) = text.parse::<Rate>() {
        assert!((1..=100_000).contains(&rate.count()), "{text:?}");
        assert_eq!(rate.to_string().parse(), Ok(rate), "{text:?}");
    }
}

/// The body of a template in the first line, and its values in the others.
pub fn template(lines: &[u8]) {
    let text = String::from_utf8_lossy(lines);
    let (body, values) = text.split_once('\n').unwrap_or((&text, ""));
    let id = Id::from_u128(1);
    let template = Template {
        id,
        family: None,
        account: id,
        channel: id,
        title: "hello".into(),
        name: "hello".into(),
        language: "en".into(),
        category: Category::Utility,
        status: TemplateStatus::Approved,
        header: Header::None,
        body: body.into(),
        footer: None,
        buttons: Vec::new(),
        created_at: Timestamp::default(),
    };
    let ask = TemplateAsk::ByUuid {
        uuid: id,
        kind: Kind::Text,
        values: Some(values.lines().map(Into::into).collect()),
        text: None,
        media: None,
    };
    if let Ok((message, _)) = resolve(&ask, &[&template]) {
        assert!(message.body.len() <= values.lines().count(), "{text:?}");
    }
    assert!(nearest(&ask, &[&template]).is_some(), "{text:?}");
}

#[cfg(test)]
mod tests {
    use dragoman_testkit::fuzz::check;

    #[test]
    fn any_number_is_read_or_refused() {
        check("phone", super::phone);
    }

    #[test]
    fn any_rate_is_read_or_refused() {
        check("rate", super::rate);
    }

    #[test]
    fn any_values_fit_a_template_or_are_refused() {
        check("template", super::template);
    }
}
