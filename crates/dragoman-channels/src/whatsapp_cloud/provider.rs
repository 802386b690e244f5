//! What Meta keeps for a channel beside its messages: templates, and the sender's own number.

use async_trait::async_trait;
use dragoman_core::Phone;
use dragoman_core::catalog::Channel;
use dragoman_core::outcome::{Failure, NotTaken};
use dragoman_core::ports::{
    FileBytes, Http, OfferedTemplate, Profile, ProfileChange, Provider, Registrar, Sender, Uploaded,
};

use super::{WhatsappCloud, settings, templates, wire};
use crate::graph;

/// A business account may have 6 000 templates, each in several languages; a list that does not
/// end here has gone round in a circle.
const MOST_PAGES: usize = 500;

#[async_trait]
impl Provider for WhatsappCloud {
    async fn templates(
        &self,
        http: &dyn Http,
        channel: &Channel,
    ) -> Result<Vec<OfferedTemplate>, Failure> {
        let access_token = channel.setting(settings::ACCESS_TOKEN);
        let mut offered = Vec::new();
        let mut after: Option<Box<str>> = None;
        for _ in 0..MOST_PAGES {
            let url = settings::templates_url(channel, after.as_deref());
            let page: wire::TemplatePage = graph::ask(http, url, access_token).await?;
            offered.extend(page.data.iter().filter_map(templates::offered));
            after = templates::next(&page)?;
            if after.is_none() {
                return Ok(offered);
            }
        }
        Err(Failure::new(
            0,
            "the provider's list of templates does not end",
        ))
    }

    async fn sender(&self, http: &dyn Http, channel: &Channel) -> Result<Sender, Failure> {
        let access_token = channel.setting(settings::ACCESS_TOKEN);
        let url = settings::number_url(channel);
        let number: wire::Number = graph::ask(http, url, access_token).await?;
        let shown = number.display_phone_number.as_deref();
        let phone = shown.and_then(|shown| Phone::parse(shown).ok());
        Ok(Sender {
            phone: phone.map(|phone| phone.digits().into()),
            ..Sender::default()
        })
    }

    fn shares_templates(&self, one: &Channel, other: &Channel) -> bool {
        settings::business(one) == settings::business(other)
            && settings::graph_url(one) == settings::graph_url(other)
    }

    fn business<'a>(&self, channel: &'a Channel) -> &'a str {
        settings::business(channel)
    }

    async fn upload(&self, _: &dyn Http, _: &Channel, _: FileBytes) -> Result<Uploaded, NotTaken> {
        unimplemented!()
    }

    async fn download(&self, _: &dyn Http, _: &Channel, _: &str) -> Result<FileBytes, NotTaken> {
        unimplemented!()
    }

    async fn mark_read(&self, _: &dyn Http, _: &Channel, _: &str) -> Result<(), Failure> {
        unimplemented!()
    }

    async fn profile(&self, _: &dyn Http, _: &Channel) -> Result<Profile, Failure> {
        unimplemented!()
    }

    async fn set_profile(
        &self,
        _: &dyn Http,
        _: &Channel,
        _: ProfileChange,
    ) -> Result<(), Failure> {
        unimplemented!()
    }

    fn registrar(&self) -> Option<&dyn Registrar> {
        None
    }
}
