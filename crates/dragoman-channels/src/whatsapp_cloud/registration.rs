//! Makes a number usable: shows that it is ours, registers it, and says where its webhooks go.

use async_trait::async_trait;
use dragoman_core::catalog::Channel;
use dragoman_core::outcome::Failure;
use dragoman_core::ports::{Backup, CodeBy, Hearing, Http, Registrar};
use serde::Serialize;

use super::{WhatsappCloud, kept, settings};
use crate::graph;

/// The language of the text message or the voice that brings the code.
const LANGUAGE: &str = "en_US";

#[async_trait]
impl Registrar for WhatsappCloud {
    async fn request_code(
        &self,
        http: &dyn Http,
        channel: &Channel,
        by: CodeBy,
    ) -> Result<(), Failure> {
        let wanted = kept::CodeWanted {
            code_method: match by {
                CodeBy::Sms => "SMS",
                CodeBy::Voice => "VOICE",
            },
            language: LANGUAGE,
        };
        let url = settings::number_edge(channel, "request_code");
        tell(http, channel, url, &wanted).await
    }

    async fn verify_code(
        &self,
        http: &dyn Http,
        channel: &Channel,
        code: &str,
    ) -> Result<(), Failure> {
        let url = settings::number_edge(channel, "verify_code");
        tell(http, channel, url, &kept::Code { code }).await
    }

    async fn register(
        &self,
        http: &dyn Http,
        channel: &Channel,
        pin: &str,
        backup: Option<Backup>,
    ) -> Result<(), Failure> {
        let registration = kept::Registration {
            messaging_product: "whatsapp",
            pin,
            backup: backup.as_ref().map(|backup| kept::Backup {
                data: backup.data.reveal(),
                password: backup.password.reveal(),
            }),
        };
        let url = settings::number_edge(channel, "register");
        tell(http, channel, url, &registration).await
    }

    async fn set_pin(&self, http: &dyn Http, channel: &Channel, pin: &str) -> Result<(), Failure> {
        let url = settings::number_url(channel);
        tell(http, channel, url, &kept::Pin { pin }).await
    }

    /// Meta documents a form for this one.
    async fn set_encryption_key(
        &self,
        http: &dyn Http,
        channel: &Channel,
        key: &str,
    ) -> Result<(), Failure> {
        let access_token = channel.setting(settings::ACCESS_TOKEN);
        let url = settings::number_edge(channel, "whatsapp_business_encryption");
        let request = graph::post_field(url, access_token, "business_public_key", key);
        graph::tell(http, request, access_token).await
    }

    /// Meta lists every app that hears of the business account, and does not say which one the
    /// token belongs to: any of them counts.
    async fn hearing(&self, http: &dyn Http, channel: &Channel) -> Result<Hearing, Failure> {
        let access_token = channel.setting(settings::ACCESS_TOKEN);
        let url = settings::subscribed_apps_url(channel);
        let subscribed: kept::Subscribed = graph::ask(http, url, access_token).await?;
        Ok(Hearing {
            subscribed: !subscribed.data.is_empty(),
            url: subscribed
                .data
                .into_iter()
                .find_map(|app| app.override_callback_uri),
        })
    }

    async fn hear_at(&self, http: &dyn Http, channel: &Channel, url: &str) -> Result<(), Failure> {
        let subscription = kept::Subscription {
            override_callback_uri: url,
            verify_token: channel.setting(settings::VERIFY_TOKEN),
        };
        let url = settings::subscribed_apps_url(channel);
        tell(http, channel, url, &subscription).await
    }
}

async fn tell(
    http: &dyn Http,
    channel: &Channel,
    url: String,
    object: &(impl Serialize + Sync),
) -> Result<(), Failure> {
    let access_token = channel.setting(settings::ACCESS_TOKEN);
    let request = graph::post(url, access_token, object);
    graph::tell(http, request, access_token).await
}
