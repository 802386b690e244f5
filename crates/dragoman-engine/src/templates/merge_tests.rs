use std::cell::Cell;
use std::collections::BTreeMap;

use dragoman_core::catalog::{Sending, Source};
use dragoman_core::content::Kind;
use dragoman_core::rate::Rate;
use dragoman_core::template::{Category, Header};

use super::*;

const NOW: Timestamp = Timestamp::from_seconds(1_790_000_000);

fn channel() -> Channel {
    Channel {
        id: Id::from_u128(1),
        account: Id::from_u128(9),
        slug: "demo".into(),
        title: "Demo".into(),
        driver: "double".into(),
        source: Source::Whatsapp,
        provider_id: "1".into(),
        phone: None,
        settings: BTreeMap::new(),
        rate: Rate::WHATSAPP,
        concurrency: 1,
        main: true,
        enabled: true,
        created_at: NOW,
        sending: Sending::default(),
        watched_since: NOW,
    }
}

fn offered(name: &str, language: &str, body: &str) -> OfferedTemplate {
    OfferedTemplate {
        name: name.into(),
        language: language.into(),
        category: Category::Utility,
        status: TemplateStatus::Approved,
        header: Header::Media(Kind::Image),
        body: body.into(),
        footer: Some("Bye".into()),
        buttons: vec!["Yes".into()],
    }
}

/// As it was imported: with an id, a family and a title of its own.
fn imported(name: &str, language: &str) -> Template {
    Template {
        family: Some(Id::from_u128(77)),
        title: "What people call it".into(),
        status: TemplateStatus::Pending,
        header: Header::None,
        ..new(
            Id::from_u128(7),
            &channel(),
            &offered(name, language, "Old"),
            Timestamp::default(),
        )
    }
}

/// What the catalog's templates become, the new ones numbered from 1000.
fn merged(known: &[Template], offered: &[OfferedTemplate]) -> Vec<Template> {
    let catalog = Catalog {
        templates: known.to_vec(),
        ..Catalog::default()
    };
    let next = Cell::new(1000);
    let fresh = || Id::from_u128(next.replace(next.get() + 1));
    merge(&catalog, &channel(), offered, NOW, fresh)
}

#[test]
fn a_known_template_follows_its_provider_and_keeps_its_names() {
    let known = imported("order", "en");
    let changed = merged(
        std::slice::from_ref(&known),
        &[offered("order", "en", "New {{1}}")],
    );
    let expected = Template {
        status: TemplateStatus::Approved,
        header: Header::Media(Kind::Image),
        body: "New {{1}}".into(),
        ..known
    };
    assert_eq!(changed, [expected]);
}

#[test]
fn what_is_as_it_was_is_not_written() {
    let offered = [offered("order", "en", "Hi"), offered("order", "es", "Hola")];
    let known = merged(&[], &offered);
    assert_eq!(merged(&known, &offered), []);
}

#[test]
fn an_unknown_template_gets_an_id_and_the_providers_name() {
    let twice = offered("order", "es", "Hola");
    let all = merged(&[imported("order", "en")], &[twice.clone(), twice]);
    let [gone, new] = &all[..] else {
        panic!("one is gone and one is new: {all:?}");
    };
    assert_eq!(gone.status, TemplateStatus::Deleted);
    assert_eq!((new.id, new.family), (Id::from_u128(1000), None));
    assert_eq!((&*new.title, &*new.language), ("order", "es"));
    assert_eq!((new.channel, new.created_at), (channel().id, NOW));
}

#[test]
fn a_template_that_the_provider_no_longer_has_is_kept_as_deleted_until_it_is_back() {
    let gone = merged(&[imported("order", "en")], &[]);
    assert_eq!(gone[0].status, TemplateStatus::Deleted);
    assert_eq!(gone[0].family, Some(Id::from_u128(77)));
    assert_eq!(merged(&gone, &[]), []);
    let back = merged(&gone, &[offered("order", "en", "Old")]);
    assert_eq!(back[0].status, TemplateStatus::Approved);
}

#[test]
fn templates_of_other_channels_are_left_alone() {
    let other = Template {
        channel: Id::from_u128(2),
        ..imported("order", "en")
    };
    assert_eq!(merged(&[other], &[]), []);
}
