//! What a provider's templates mean for the catalog's.

use std::collections::{HashMap, HashSet};

use dragoman_core::catalog::{Catalog, Channel};
use dragoman_core::ports::OfferedTemplate;
use dragoman_core::template::{Template, TemplateStatus};
use dragoman_core::{Id, Timestamp};

/// What has to be written down for the channel's templates to say what the provider says. Name and language
/// name a template. What is known keeps its id, its family and its title; what the provider has no
/// longer stays as deleted, so that programs hear that of it.
pub(super) fn merge(
    catalog: &Catalog,
    channel: &Channel,
    offered: &[OfferedTemplate],
    now: Timestamp,
    mut fresh: impl FnMut() -> Id,
) -> Vec<Template> {
    let by_name: HashMap<_, _> = offered.iter().map(|one| (name(one), one)).collect();
    let mut known = HashSet::new();
    let mut changes = Vec::new();
    for template in catalog.templates_of(channel.id) {
        let name = (&*template.name, &*template.language);
        known.insert(name);
        let current = by_name
            .get(&name)
            .map_or_else(|| deleted(template), |offered| following(template, offered));
        if current != *template {
            changes.push(current);
        }
    }
    let unknown = offered.iter().filter(|one| known.insert(name(one)));
    changes.extend(unknown.map(|one| new(fresh(), channel, one, now)));
    changes
}

fn name(offered: &OfferedTemplate) -> (&str, &str) {
    (&offered.name, &offered.language)
}

fn deleted(template: &Template) -> Template {
    Template {
        status: TemplateStatus::Deleted,
        ..template.clone()
    }
}

fn following(template: &Template, offered: &OfferedTemplate) -> Template {
    Template {
        category: offered.category,
        status: offered.status,
        header: offered.header.clone(),
        body: offered.body.clone(),
        footer: offered.footer.clone(),
        buttons: offered.buttons.clone(),
        ..template.clone()
    }
}

fn new(id: Id, channel: &Channel, offered: &OfferedTemplate, now: Timestamp) -> Template {
    Template {
        id,
        family: None,
        account: channel.account,
        channel: channel.id,
        title: offered.name.clone(),
        name: offered.name.clone(),
        language: offered.language.clone(),
        category: offered.category,
        status: offered.status,
        header: offered.header.clone(),
        body: offered.body.clone(),
        footer: offered.footer.clone(),
        buttons: offered.buttons.clone(),
        created_at: now,
    }
}

#[cfg(test)]
#[path = "merge_tests.rs"]
mod tests;
