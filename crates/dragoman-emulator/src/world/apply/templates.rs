//! What becomes of templates, and the webhooks that are owed for it.

use crate::clock::UnixMillis;
use crate::world::{
    APPROVED, Pending, Template, TemplateChange, TemplateDeletion, TemplateNews, World,
};

/// What a template is once it is gone.
const DELETED: &str = "DELETED";

/// What becomes of held messages when customers did not like the first ones.
const TEMPLATE_PAUSED: u32 = 132_015;

impl World {
    pub(super) fn template_changed(&mut self, change: TemplateChange) {
        let TemplateChange { template, told } = change;
        self.tell(&template, told.at, &mut told.webhooks.into_iter());
        if !template.paced || template.status != APPROVED {
            let fate = (template.status != APPROVED).then_some(TEMPLATE_PAUSED);
            self.let_go(&template.id, fate);
        }
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
            self.let_go(&template.id, None);
            let template = Template {
                status: DELETED.to_owned(),
                reason: None,
                ..template
            };
            self.tell(&template, deletion.told.at, &mut webhooks);
        }
    }

    /// Messages that were held for a template go out, or fail.
    fn let_go(&mut self, template_id: &str, fate: Option<u32>) {
        for message in &mut self.messages {
            if let Some(outbound) = &mut message.outbound
                && outbound.held_for.as_deref() == Some(template_id)
            {
                outbound.held_for = None;
                outbound.fate = outbound.fate.or(fate);
            }
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
