//! The demo account: everything that the samples of Callbell's documents name.

use std::time::Instant;

use anyhow::{Context, bail};
use dragoman_core::catalog::{
    Account, Change, Channel, OnpremUser, Policy, Rights, Sending, Source, Team, Token, TokenScope,
    User,
};
use dragoman_core::content::Kind;
use dragoman_core::ports::{StoreError, edit};
use dragoman_core::rate::Rate;
use dragoman_core::template::{Category, Header, Template, TemplateStatus};
use dragoman_core::window::{SERVICE_WINDOW, Window, window};
use dragoman_core::{Address, Id, Secret};
use dragoman_dialects::services::Services;
use dragoman_dialects::whatsapp_onprem;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::file::{DOCUMENTED_TOKEN, Secrets};
use super::phones::Phones;
use crate::assemble::PATIENCE;

pub(super) const SLUG: &str = "demo";
pub(super) const PHONE_NUMBER_ID: &str = "100000000000001";
pub(super) const WABA_ID: &str = "200000000000001";
pub(super) const CUSTOMER: &str = "31612345678";
pub(super) const COLLABORATOR: &str = "john.doe@email.com";
/// The one template uuid of every sample.
pub(super) const FAMILY: Id = Id::from_u128(0xd980_fb66_fd50_43d3_ace1_aa06_ba04_4342);
/// The channel uuid of the documents' samples.
const CHANNEL: Id = Id::from_u128(0x35f6_f8cc_b550_4278_a2ea_099f_3a4e_0730);
const ACCOUNT_NAME: &str = "demo";
const CONCURRENCY: u16 = 32;

/// Name, header and body of the templates, in the order of `demo.json`.
const TEMPLATES: [(&str, Option<Kind>, &str); 5] = [
    (
        "demo_single",
        None,
        "Hello {{1}}, this is a template message example",
    ),
    (
        "demo_multi",
        None,
        "Hello {{1}}, this is a template {{2}} example. {{3}}!",
    ),
    (
        "demo_image",
        Some(Kind::Image),
        "Hello {{1}}, here is the picture that you asked for.",
    ),
    (
        "demo_document",
        Some(Kind::Document),
        "Hello {{1}}, here is the document that you asked for.",
    ),
    (
        "demo_video",
        Some(Kind::Video),
        "Hello {{1}}, here is the film that you asked for.",
    ),
];
const FOOTER: &str = "Dragoman demo";
const BUTTON: &str = "Thank you";

/// What was made, for `demo.json`.
#[derive(Debug)]
pub(super) struct Demo {
    pub(super) channel: Id,
    pub(super) team: Id,
    pub(super) templates: [Id; 5],
}

impl Demo {
    /// Makes the account, or finds it from an earlier start, and sets what may have changed.
    pub(super) async fn make(
        services: &Services,
        emulator: &str,
        secrets: &Secrets,
        allow_remote: bool,
    ) -> anyhow::Result<Self> {
        let catalog = services.store.catalog();
        let now = services.clock.now();
        let fresh = || Id::fresh(services.clock.machine(), services.random.bits());
        let known = catalog.account_by_name(ACCOUNT_NAME);
        let account = known.map_or_else(fresh, |account| account.id);
        let team = catalog
            .teams
            .iter()
            .find(|team| team.account == account)
            .map_or_else(fresh, |team| team.id);
        let user = known
            .and_then(|account| catalog.user_by_email(account.tenant(), COLLABORATOR))
            .map_or_else(fresh, |user| user.id);
        let known = catalog.channel(CHANNEL);
        let mut changes = vec![
            Change::Account(Account {
                id: account,
                name: ACCOUNT_NAME.into(),
                created_at: now,
            }),
            Change::Team(Team {
                id: team,
                account,
                name: "General".into(),
                default: true,
                created_at: now,
            }),
            Change::User(User {
                id: user,
                account,
                password_hash: None,
                available: true,
                available_at: now,
                status: None,
                created_at: now,
                email: COLLABORATOR.into(),
                name: "John Doe".into(),
                teams: vec![team],
            }),
        ];
        if catalog.account_by_name(ACCOUNT_NAME).is_some() {
            // What people have changed since stays.
            changes.clear();
        }
        changes.push(Change::Channel(channel(
            account, emulator, secrets, known, now,
        )));
        let templates = TEMPLATES.map(|(name, ..)| {
            let known = catalog
                .templates
                .iter()
                .find(|template| template.channel == CHANNEL && &*template.name == name);
            known.map_or_else(fresh, |template| template.id)
        });
        let is_new = |id: Id| !catalog.templates.iter().any(|template| template.id == id);
        let rows = templates
            .iter()
            .zip(&TEMPLATES)
            .filter(|(id, _)| is_new(**id));
        changes.extend(rows.map(|(id, row)| Change::Template(template(*id, account, row, now))));
        changes.extend(tokens(services, account, secrets, allow_remote));
        changes.push(Change::OnpremUser(admin(services, secrets)));
        services
            .store
            .change(changes)
            .await
            .context("making the demo account")?;
        Ok(Self {
            channel: CHANNEL,
            team,
            templates,
        })
    }

    /// From here on the channel takes messages. Not before the emulator has its templates: they
    /// would be found missing.
    pub(super) async fn open(&self, services: &Services) -> anyhow::Result<()> {
        edit(&*services.store, |catalog| {
            let channel = catalog.channel(CHANNEL);
            let closed = channel.filter(|channel| !channel.enabled).cloned();
            let changes = closed.map(|channel| {
                Change::Channel(Channel {
                    enabled: true,
                    ..channel
                })
            });
            Ok::<_, StoreError>((changes.into_iter().collect(), ()))
        })
        .await
        .context("opening the demo channel")
    }

    /// The customer writes "Hi", unless the window is open, and we wait until it is recorded.
    pub(super) async fn customer_writes(
        &self,
        services: &Services,
        phones: &Phones,
    ) -> anyhow::Result<()> {
        if self.window_is_open(services).await? {
            return Ok(());
        }
        phones.write("Hi").await?;
        let started = Instant::now();
        while !self.window_is_open(services).await? {
            if started.elapsed() > PATIENCE {
                bail!("the emulator's webhook did not arrive");
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        Ok(())
    }

    async fn window_is_open(&self, services: &Services) -> anyhow::Result<bool> {
        let address = Address::parse(CUSTOMER).context("the demo customer's number")?;
        let (heard, _) = services.store.heard(CHANNEL, &address).await?;
        let now = services.clock.now();
        Ok(matches!(
            window(heard, now.minus(SERVICE_WINDOW), now),
            Window::Open(_)
        ))
    }
}

fn channel(
    account: Id,
    emulator: &str,
    secrets: &Secrets,
    known: Option<&Channel>,
    now: dragoman_core::Timestamp,
) -> Channel {
    let settings = [
        ("waba_id", WABA_ID),
        ("access_token", &secrets.access_token),
        ("app_secret", &secrets.app_secret),
        ("verify_token", &secrets.verify_token),
        ("graph_url", emulator),
    ];
    let fresh = Channel {
        id: CHANNEL,
        account,
        slug: SLUG.into(),
        title: "Demo".into(),
        driver: "whatsapp_cloud".into(),
        source: Source::Whatsapp,
        provider_id: PHONE_NUMBER_ID.into(),
        phone: None,
        settings: Default::default(),
        rate: Rate::WHATSAPP,
        concurrency: CONCURRENCY,
        main: true,
        enabled: false,
        created_at: now,
        sending: Sending::default(),
        watched_since: now,
    };
    let settings = settings
        .into_iter()
        .map(|(name, value)| (name.into(), Secret::new(value)))
        .collect();
    Channel {
        settings,
        ..known.cloned().unwrap_or(fresh)
    }
}

fn template(
    id: Id,
    account: Id,
    row: &(&str, Option<Kind>, &str),
    now: dragoman_core::Timestamp,
) -> Template {
    let (name, header, body) = row;
    Template {
        id,
        family: Some(FAMILY),
        account,
        channel: CHANNEL,
        title: (*name).into(),
        name: (*name).into(),
        language: "en".into(),
        category: Category::Utility,
        status: TemplateStatus::Approved,
        header: header.map_or(Header::None, Header::Media),
        body: (*body).into(),
        footer: Some(FOOTER.into()),
        buttons: vec![BUTTON.into()],
        created_at: now,
    }
}

/// The same templates as the emulator's API takes them.
pub(super) fn templates() -> Vec<Value> {
    TEMPLATES
        .iter()
        .map(|(name, header, body)| {
            let samples = vec!["sample"; body.matches("{{").count()];
            let mut components = vec![
                json!({ "type": "BODY", "text": body, "example": { "body_text": [samples] } }),
                json!({ "type": "FOOTER", "text": FOOTER }),
                json!({ "type": "BUTTONS", "buttons": [{ "type": "QUICK_REPLY", "text": BUTTON }] }),
            ];
            if let Some(kind) = header {
                let format = kind.word().to_ascii_uppercase();
                components.insert(0, json!({
                    "type": "HEADER", "format": format, "example": { "header_handle": ["4::sample"] },
                }));
            }
            json!({ "name": name, "language": "en", "category": "UTILITY", "components": components })
        })
        .collect()
}

/// The API token; with `--allow-remote` the documented one is taken away.
fn tokens(services: &Services, account: Id, secrets: &Secrets, allow_remote: bool) -> Vec<Change> {
    let hash = |token: &str| -> [u8; 32] { Sha256::digest(token.as_bytes()).into() };
    let catalog = services.store.catalog();
    let find = |token: &str| {
        let hash = hash(token);
        catalog
            .tokens
            .iter()
            .find(|known| known.hash == hash)
            .map(|known| known.id)
    };
    let mut changes = Vec::new();
    if allow_remote {
        changes.extend(find(DOCUMENTED_TOKEN).map(Change::RemoveToken));
    }
    if find(&secrets.callbell_token).is_none() {
        let id = Id::fresh(services.clock.machine(), services.random.bits());
        let hash = hash(&secrets.callbell_token);
        changes.push(Change::Token(Token {
            id,
            account,
            hash,
            name: "".into(),
            policy: Policy::default(),
            created_at: services.clock.now(),
            scope: TokenScope::Api(Rights::ALL),
            expires_at: None,
            last_used_at: None,
        }));
    }
    changes
}

fn admin(services: &Services, secrets: &Secrets) -> OnpremUser {
    let catalog = services.store.catalog();
    let known = catalog
        .onprem_users
        .iter()
        .find(|user| user.channel == CHANNEL && &*user.name == "admin");
    OnpremUser {
        id: known.map_or_else(
            || Id::fresh(services.clock.machine(), services.random.bits()),
            |user| user.id,
        ),
        channel: CHANNEL,
        name: "admin".into(),
        password_hash: whatsapp_onprem::hash_password(
            &secrets.onprem_password,
            services.random.bits(),
        ),
        must_change: false,
    }
}
