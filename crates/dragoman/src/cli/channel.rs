//! `dragoman channel …`.

use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, Subcommand, ValueEnum};
use dragoman_core::Secret;
use serde_json::{Map, Value};

use super::place::{New, Of, Verb};
use super::registration::Registration;
use crate::commands::asked::{Asked, Call, Fields, Show, one, secret};

pub(super) const PATH: &str = "/api/v1/channels";

#[derive(Debug, Subcommand)]
pub(crate) enum ChannelVerb {
    /// Add a sender.
    #[command(
        after_help = "Example:  dragoman channel add whatsapp_cloud main --account acme \
        --phone-number-id 106540352242922 --waba-id 102290129340398 --access-token-file token \
        --app-secret-file secret --verify-token-file verify"
    )]
    Add(Box<ChannelAdd>),
    /// List senders.
    #[command(after_help = "Example:  dragoman channel list --account acme")]
    List(Of),
    /// Change a sender.
    #[command(after_help = "Example:  dragoman channel set main --rate 1000/s")]
    Set {
        /// Slug or uuid.
        channel: String,
        /// The provider's limit, for example `80/s`; 85 % of it is used, less what customers write.
        #[arg(long)]
        rate: Option<String>,
        /// How many attempts may be in flight at once.
        #[arg(long)]
        concurrency: Option<u16>,
        /// What the next message of a conversation waits for: `none`, `answer`, or that the one
        /// before was `sent` or `delivered`.
        #[arg(long)]
        order: Option<String>,
        /// How long it waits at most, for example `90s`.
        #[arg(long)]
        order_timeout: Option<String>,
        /// What then: `proceed`, `hold` or `fail`.
        #[arg(long)]
        on_order_timeout: Option<String>,
        /// Cancel what waits behind a message that fails, expires or is cancelled.
        #[arg(long)]
        order_strict: Option<bool>,
        /// What people call it.
        #[arg(long)]
        title: Option<String>,
        /// Switch it on or off.
        #[arg(long)]
        enabled: Option<bool>,
        /// The same content to the same recipient within this time, for example `60s`, is the same
        /// message of the On-Premises API; `none` takes it away.
        #[arg(long)]
        duplicate_window: Option<String>,
        /// What becomes of a message whose attempt's answer was lost.
        #[arg(long, value_enum)]
        on_unknown: Option<OnUnknown>,
        /// Whether an error of the provider's servers leaves a message unknown.
        #[arg(long)]
        strict: Option<bool>,
    },
    /// Let a sender that is held send again.
    #[command(after_help = "Example:  dragoman channel release main")]
    Release {
        /// Slug or uuid.
        channel: String,
    },
    /// Replace credentials of a sender.
    #[command(
        after_help = "Example:  dragoman channel credentials main --access-token-file token\n\n\
        While an app secret is replaced, webhooks may be signed with either:\n  \
        dragoman channel credentials main --app-secret-file new --app-secret-previous-file old\n  \
        dragoman channel credentials main --setting app_secret_previous="
    )]
    Credentials {
        /// Slug or uuid.
        channel: String,
        #[arg(long)]
        access_token_file: Option<PathBuf>,
        #[arg(long)]
        app_secret_file: Option<PathBuf>,
        /// The secret before, with which webhooks may be signed still.
        #[arg(long)]
        app_secret_previous_file: Option<PathBuf>,
        #[arg(long)]
        verify_token_file: Option<PathBuf>,
        /// Another setting of the driver as `name=value`; may be repeated.
        #[arg(long = "setting", value_parser = setting)]
        settings: Vec<(String, Secret)>,
    },
    /// Register a number for the Cloud API, where it can be moved from the On-Premises client.
    #[command(
        after_help = "Example:  dragoman channel register main --pin 123456 --backup-file backup.json \
        --backup-password-file password"
    )]
    Register(Registration),
    /// Have the provider call this gateway for a sender, whatever address its app has.
    #[command(after_help = "Example:  dragoman channel hear main")]
    Hear {
        /// Slug or uuid.
        channel: String,
    },
    /// Can a sender send and hear? Asks the provider and everybody else.
    #[command(after_help = "Example:  dragoman channel check main")]
    Check {
        /// Slug or uuid.
        channel: String,
    },
    /// How many messages of a sender reach the customers, and whom nothing reaches.
    #[command(after_help = "Example:  dragoman channel delivery main --days 30")]
    Delivery {
        /// Slug or uuid.
        channel: String,
        /// How many days back, at most 30.
        #[arg(long, default_value_t = 7)]
        days: u8,
    },
}

#[derive(Debug, Args)]
pub(crate) struct ChannelAdd {
    /// The driver: `whatsapp_cloud`.
    driver: String,
    /// `[a-z0-9-]`, at most 32 characters, unique in the installation.
    slug: String,
    /// The provider's id of the number.
    #[arg(long)]
    phone_number_id: String,
    /// The number itself, with its country code.
    #[arg(long)]
    phone: Option<String>,
    /// The provider's id of the business account.
    #[arg(long)]
    waba_id: String,
    #[arg(long, required_unless_present = "access_token_file")]
    access_token: Option<Secret>,
    #[arg(long, conflicts_with = "access_token")]
    access_token_file: Option<PathBuf>,
    #[arg(long, required_unless_present = "app_secret_file")]
    app_secret: Option<Secret>,
    #[arg(long, conflicts_with = "app_secret")]
    app_secret_file: Option<PathBuf>,
    #[arg(long, required_unless_present = "verify_token_file")]
    verify_token: Option<Secret>,
    #[arg(long, conflicts_with = "verify_token")]
    verify_token_file: Option<PathBuf>,
    /// Another address of the Graph API, for example an emulator's.
    #[arg(long)]
    graph_url: Option<String>,
    /// Another setting of the driver as `name=value`; may be repeated.
    #[arg(long = "setting", value_parser = setting)]
    settings: Vec<(String, Secret)>,
    /// What people call it.
    #[arg(long)]
    title: Option<String>,
    /// The provider's limit, for example `80/s`.
    #[arg(long)]
    rate: Option<String>,
    /// What becomes of a message whose attempt's answer was lost: without this it is held.
    #[arg(long, value_enum)]
    on_unknown: Option<OnUnknown>,
    /// Whether an error of the provider's servers leaves a message unknown.
    #[arg(long)]
    strict: Option<bool>,
    #[command(flatten)]
    new: New,
}

/// What becomes of a message whose attempt's answer was lost.
#[derive(Clone, Copy, Debug, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum OnUnknown {
    /// It stays unknown, and people are told.
    Hold,
    /// It counts as failed; an echo still corrects it.
    Fail,
    /// It is sent once more, and may then arrive twice.
    ResendOnce,
}

impl OnUnknown {
    const fn word(self) -> &'static str {
        match self {
            Self::Hold => "hold",
            Self::Fail => "fail",
            Self::ResendOnce => "resend_once",
        }
    }
}

impl ChannelAdd {
    fn settings(&self) -> anyhow::Result<Map<String, Value>> {
        let secrets = [
            ("access_token", &self.access_token, &self.access_token_file),
            ("app_secret", &self.app_secret, &self.app_secret_file),
            ("verify_token", &self.verify_token, &self.verify_token_file),
        ];
        let mut settings = Map::new();
        settings.insert("waba_id".to_owned(), self.waba_id.as_str().into());
        for (name, given, file) in secrets {
            let secret = secret(given.as_ref(), file.as_deref())?;
            settings.insert(
                name.to_owned(),
                secret.context("a secret is missing")?.into(),
            );
        }
        if let Some(url) = &self.graph_url {
            settings.insert("graph_url".to_owned(), url.trim_end_matches('/').into());
        }
        let others = self.settings.iter();
        settings.extend(others.map(|(name, value)| (name.clone(), value.reveal().into())));
        Ok(settings)
    }
}

fn setting(text: &str) -> Result<(String, Secret), String> {
    let pair = text.split_once('=').filter(|(name, _)| !name.is_empty());
    let (name, value) = pair.ok_or("write name=value")?;
    Ok((name.to_owned(), Secret::new(value)))
}

impl Verb for ChannelVerb {
    fn asked(self) -> anyhow::Result<Asked> {
        Ok(match self {
            Self::Add(add) => {
                let settings = add.settings()?;
                let fields = add
                    .new
                    .fields()
                    .with("driver", Some(add.driver))
                    .with("slug", Some(add.slug))
                    .with("title", add.title)
                    .with("phone_number_id", Some(add.phone_number_id))
                    .with("phone", add.phone)
                    .with("rate", add.rate)
                    .with("on_unknown", add.on_unknown.map(OnUnknown::word))
                    .with("strict", add.strict)
                    .with("settings", Some(settings));
                Asked::new(Call::post(PATH, fields), Show::Channel)
            }
            Self::List(of) => Asked::new(
                Call::get(of.path(PATH)),
                Show::List(
                    "channels",
                    &[
                        "id",
                        "slug",
                        "title",
                        "source",
                        "rate",
                        "order",
                        "enabled",
                        "on_unknown",
                        "strict",
                        "held",
                    ],
                ),
            ),
            Self::Set {
                channel,
                rate,
                concurrency,
                order,
                order_timeout,
                on_order_timeout,
                order_strict,
                title,
                enabled,
                duplicate_window,
                on_unknown,
                strict,
            } => {
                let fields = Fields::default()
                    .with("rate", rate)
                    .with("concurrency", concurrency)
                    .with("order", order)
                    .with("order_timeout", order_timeout)
                    .with("on_order_timeout", on_order_timeout)
                    .with("order_strict", order_strict)
                    .with("title", title)
                    .with("enabled", enabled)
                    .with_or_none("duplicate_window", duplicate_window)
                    .with("on_unknown", on_unknown.map(OnUnknown::word))
                    .with("strict", strict);
                Asked::new(Call::patch(one(PATH, &channel), fields), Show::Object)
            }
            Self::Credentials {
                channel,
                access_token_file,
                app_secret_file,
                app_secret_previous_file,
                verify_token_file,
                settings: others,
            } => {
                let mut settings = Fields::default();
                for (name, value) in others {
                    settings = settings.with(&name, Some(value.reveal()));
                }
                for (name, file) in [
                    ("access_token", access_token_file),
                    ("app_secret", app_secret_file),
                    ("app_secret_previous", app_secret_previous_file),
                    ("verify_token", verify_token_file),
                ] {
                    settings = settings.with(name, secret(None, file.as_deref())?);
                }
                let fields = Fields::default().with("settings", Some(settings.into_object()));
                let path = one(PATH, &channel) + "/settings";
                Asked::new(Call::patch(path, fields), Show::Object)
            }
            Self::Release { channel } => {
                let path = one(PATH, &channel) + "/release";
                Asked::new(Call::post(path, Fields::default()), Show::Object)
            }
            Self::Register(registration) => registration.asked()?,
            Self::Hear { channel } => {
                let path = one(PATH, &channel) + "/hear";
                Asked::new(Call::post(path, Fields::default()), Show::Object)
            }
            Self::Check { channel } => {
                let path = one(PATH, &channel) + "/standing";
                Asked::new(Call::get(path), Show::Standing)
            }
            Self::Delivery { channel, days } => {
                let path = format!("{}/delivery?days={days}", one(PATH, &channel));
                Asked::new(Call::get(path), Show::Delivery)
            }
        })
    }
}
