//! What becomes of templates: made, judged, deleted; and who hears of it.

use std::sync::Arc;
use std::time::Duration;

use crate::state::{Held, State};
use crate::statuses;
use crate::world::{Entry, Template, TemplateChange, TemplateDeletion, Told, World};

/// Records a template as it is from now on, and owes the webhooks that tell it, if there is another verdict.
pub(crate) fn change(state: &Arc<State>, held: &mut Held<'_>, template: Template) {
    let waba_id = template.waba_id.clone();
    let news = held
        .templates
        .iter()
        .all(|known| known.id != template.id || !template.is_judged_as(known));
    let told = told(state, held, &waba_id, usize::from(news));
    let webhooks = told.webhooks.clone();
    let waiting = held.held_for(&template.id);
    held.record(Entry::Template(TemplateChange { template, told }));
    deliver(state, held, &waba_id, &webhooks);
    go_on(state, held, &waiting);
}

/// Deletes all languages of a name, or the one that has the id; answers whether there was any.
pub(crate) fn delete(
    state: &Arc<State>,
    held: &mut Held<'_>,
    mut deletion: TemplateDeletion,
) -> bool {
    let about = held
        .templates
        .iter()
        .filter(|template| deletion.is_about(template));
    let waiting: Vec<_> = about.map(|template| held.held_for(&template.id)).collect();
    let count = waiting.len();
    if count == 0 {
        return false;
    }
    let waba_id = deletion.waba_id.clone();
    deletion.told = told(state, held, &waba_id, count);
    let webhooks = deletion.told.webhooks.clone();
    held.record(Entry::TemplateDeleted(deletion));
    deliver(state, held, &waba_id, &webhooks);
    go_on(state, held, &waiting.concat());
    true
}

/// Plans what becomes of messages that may not be held any more.
fn go_on(state: &Arc<State>, held: &Held<'_>, waiting: &[String]) {
    for message in waiting.iter().filter_map(|wamid| held.message(wamid)) {
        statuses::plan(state, message);
    }
}

fn told(state: &State, world: &World, waba_id: &str, templates: usize) -> Told {
    Told {
        at: state.clock.now(),
        webhooks: world.template_webhooks(waba_id, templates),
    }
}

fn deliver(state: &Arc<State>, world: &World, waba_id: &str, webhooks: &[u64]) {
    let listeners = world.listeners(waba_id);
    for (webhook, phone_number_id) in webhooks.iter().zip(listeners.iter().cycle()) {
        let deliveries = &state.deliveries;
        deliveries.push(state, phone_number_id, *webhook, Duration::ZERO);
    }
}
