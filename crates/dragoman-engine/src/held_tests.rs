use super::*;

const CHANNEL: Id = Id::from_u128(1);
const NOW: Timestamp = Timestamp::from_seconds(1_790_000_000);

fn template(name: &str, language: &str) -> Content {
    Content::Template(TemplateMessage {
        name: name.into(),
        language: language.into(),
        header: None,
        body: Vec::new(),
        buttons: Vec::new(),
        rendered: "Hello".into(),
    })
}

fn receipt(held: bool) -> Receipt {
    Receipt {
        provider_id: "wamid.1".into(),
        recipient: None,
        held,
    }
}

#[test]
fn a_template_is_held_until_a_receipt_says_otherwise() {
    let (held, sale) = (Held::default(), template("sale", "en"));
    assert!(!held.holds(CHANNEL, &sale, NOW));
    held.learn(CHANNEL, &sale, &receipt(true), NOW);
    assert!(held.holds(CHANNEL, &sale, NOW));
    held.learn(CHANNEL, &sale, &receipt(false), NOW);
    assert!(!held.holds(CHANNEL, &sale, NOW));
}

#[test]
fn another_language_name_or_channel_is_another_template() {
    let held = Held::default();
    held.learn(CHANNEL, &template("sale", "en"), &receipt(true), NOW);
    for other in [template("sale", "nl"), template("news", "en")] {
        assert!(!held.holds(CHANNEL, &other, NOW));
        held.learn(CHANNEL, &other, &receipt(false), NOW);
    }
    assert!(!held.holds(Id::from_u128(2), &template("sale", "en"), NOW));
    assert!(held.holds(CHANNEL, &template("sale", "en"), NOW));
}

#[test]
fn nothing_is_held_for_longer_than_a_day() {
    let (held, sale) = (Held::default(), template("sale", "en"));
    held.learn(CHANNEL, &sale, &receipt(true), NOW);
    let just = NOW.plus(LASTS - Duration::from_secs(1));
    assert!(held.holds(CHANNEL, &sale, just));
    assert!(!held.holds(CHANNEL, &sale, NOW.plus(LASTS)));
}

#[test]
fn the_oldest_is_forgotten_when_there_are_too_many() {
    let held = Held::default();
    let numbered = |number: usize| template(&number.to_string(), "en");
    for number in 0..=MOST {
        held.learn(CHANNEL, &numbered(number), &receipt(true), NOW);
    }
    assert!(!held.holds(CHANNEL, &numbered(0), NOW));
    assert!(held.holds(CHANNEL, &numbered(1), NOW));
    assert_eq!(lock(&held.entries).len(), MOST);
}
