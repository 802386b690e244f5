//! What Meta keeps for a channel beside its messages: templates, files, the number and its profile.

use async_trait::async_trait;
use dragoman_core::Phone;
use dragoman_core::catalog::Channel;
use dragoman_core::outcome::{Failure, NotTaken};
use dragoman_core::ports::{
    FileBytes, Http, Method, OfferedTemplate, Profile, ProfileChange, Provider, Registrar, Sender,
    Uploaded,
};

use super::{WhatsappCloud, kept, media, profile, settings, templates};
use crate::graph;

/// A business account may have 6 000 templates, each in several languages; a list that does not
/// end here has gone round in a circle.
const MOST_PAGES: usize = 500;
/// What is asked of the number: most of it Meta tells only who asks for it.
const NUMBER: &str =
    "?fields=display_phone_number,verified_name,status,quality_rating,is_pin_enabled";

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
            let page: kept::TemplatePage = graph::ask(http, url, access_token).await?;
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
        let url = settings::number_url(channel) + NUMBER;
        let request = graph::request(Method::Get, url, access_token);
        let (number, clock): (kept::Number, _) = graph::dated(http, request, access_token).await?;
        let shown = number.display_phone_number.as_deref();
        let phone = shown.and_then(|shown| Phone::parse(shown).ok());
        Ok(Sender {
            phone: phone.map(|phone| phone.digits().into()),
            name: number.verified_name,
            status: number.status,
            has_pin: number.is_pin_enabled,
            quality: number.quality_rating,
            clock,
        })
    }

    fn shares_templates(&self, one: &Channel, other: &Channel) -> bool {
        settings::business(one) == settings::business(other)
            && settings::graph_url(one) == settings::graph_url(other)
    }

    fn business<'a>(&self, channel: &'a Channel) -> &'a str {
        settings::business(channel)
    }

    async fn upload(
        &self,
        http: &dyn Http,
        channel: &Channel,
        bytes: FileBytes,
    ) -> Result<Uploaded, NotTaken> {
        let answer = media::upload(http, channel, bytes).await?;
        let access_token = channel.setting(settings::ACCESS_TOKEN);
        media::uploaded(&self.codes, &answer, access_token)
    }

    async fn download(
        &self,
        http: &dyn Http,
        channel: &Channel,
        media: &str,
    ) -> Result<FileBytes, NotTaken> {
        media::download(http, channel, media).await
    }

    async fn mark_read(
        &self,
        http: &dyn Http,
        channel: &Channel,
        message: &str,
    ) -> Result<(), Failure> {
        let access_token = channel.setting(settings::ACCESS_TOKEN);
        let read = kept::Read {
            messaging_product: "whatsapp",
            status: "read",
            message_id: message,
        };
        let request = graph::post(settings::messages_url(channel), access_token, &read);
        graph::tell(http, request, access_token).await
    }

    async fn profile(&self, http: &dyn Http, channel: &Channel) -> Result<Profile, Failure> {
        profile::read(http, channel).await
    }

    async fn set_profile(
        &self,
        http: &dyn Http,
        channel: &Channel,
        change: ProfileChange,
    ) -> Result<(), Failure> {
        profile::change(http, channel, change).await
    }

    fn registrar(&self) -> Option<&dyn Registrar> {
        Some(self)
    }
}
