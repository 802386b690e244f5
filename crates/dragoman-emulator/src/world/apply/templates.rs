//! What becomes of templates, and the webhooks that are owed for it.

use crate::clock::UnixMillis;
use crate::world::{Pending, Template, TemplateChange, TemplateDeletion, TemplateNews, World};

/// What a template is once it is gone.
const DELETED: &str = "DELETED";

impl World {
    pub(super) fn template_changed(&mut self, change: TemplateChange) {
        let TemplateChange { template, told } = change;
        self.tell(&template, told.at, &mut told.webhooks.into_iter());
        let known = self
            .templates
            .iter_mut()
            .find(|known| known.id == template.id);
        match known {
            Some(known) => *known = template,
            None => self.templates.push(template),
        }
    }

    pub(super) fn template_deleted(&mut self, deletion: &TemplateDeletion) {
        let all = std::mem::take(&mut self.templates).into_iter();
        let (gone, kept): (Vec<_>, _) = all.partition(|template| deletion.is_about(template));
        self.templates = kept;
        let mut webhooks = deletion.told.webhooks.iter().copied();
        for template in gone {
            let template = Template {
                status: DELETED.to_owned(),
                reason: None,
                ..template
            };
            self.tell(&template, deletion.told.at, &mut webhooks);
        }
    }

    fn tell(
        &mut self,
        template: &Template,
        at: UnixMillis,
        webhooks: &mut dyn Iterator<Item = u64>,
    ) {
        for (phone_number_id, webhook) in
            self.listeners(&template.waba_id).into_iter().zip(webhooks)
        {
            let news = TemplateNews {
                phone_number_id,
                template: template.clone(),
                at,
            };
            self.owe(webhook, Pending::Template(Box::new(news)));
        }
    }
}
