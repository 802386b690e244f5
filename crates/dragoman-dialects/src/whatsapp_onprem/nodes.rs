//! Every node, grouped by what it is about.

use axum::routing::{MethodRouter, any, delete, get, post, put};

use super::Onprem;
use super::caller::Caller;
use super::contacts::{checks, identity};
use super::files::kept;
use super::messages::{reading, sending};
use super::operation::{certificates, collectors, figures, health, support};
use super::registration::{account, security};
use super::render::Fault;
use super::settings::{backup, changing, hosted, media_providers, profile};
use super::users::{login, managing};
use crate::need::Need;

/// A path below the prefix, with what is done there.
type Node = (&'static str, MethodRouter<Onprem>);
type Nodes = Vec<Node>;

/// All of them. What each needs counts for programs with an API token; logins have roles.
pub(super) fn all() -> impl Iterator<Item = Node> {
    let groups = [
        (Need::MANAGEMENT, people()),
        (Need::MANAGEMENT, settings_nodes()),
        (Need::MANAGEMENT, registration()),
        (Need::SEND, sent()),
        (Need::READ, received()),
        (Need::CONTACTS, customers()),
        (Need::MANAGEMENT, operation()),
        (Need::WEBHOOKS, webhooks()),
        (Need::Token, anybodys()),
    ];
    groups.into_iter().flat_map(|(need, nodes)| {
        let needing = move |(node, methods)| (node, need.of(methods));
        nodes.into_iter().map(needing)
    })
}

fn people() -> Nodes {
    vec![
        ("v1/users/login", post(login::login)),
        ("v1/users/logout", post(login::logout)),
        ("v1/users", post(managing::create)),
        (
            "v1/users/{name}",
            get(managing::show)
                .put(managing::change)
                .delete(managing::delete),
        ),
    ]
}

fn settings_nodes() -> Nodes {
    vec![
        (
            "v1/settings/application",
            get(changing::show)
                .patch(changing::change)
                .put(changing::change)
                .delete(changing::reset),
        ),
        (
            "v1/settings/application/media/providers",
            get(media_providers::list).post(media_providers::put),
        ),
        (
            "v1/settings/application/media/providers/{name}",
            delete(media_providers::delete),
        ),
        ("v1/settings/backup", post(backup::backup)),
        ("v1/settings/restore", post(backup::restore)),
        (
            "v1/settings/profile/about",
            get(profile::about)
                .patch(profile::set_about)
                .post(profile::set_about)
                .put(profile::set_about),
        ),
        (
            "v1/settings/profile/photo",
            get(profile::photo)
                .post(profile::set_photo)
                .put(profile::set_photo)
                .delete(profile::remove_photo),
        ),
        (
            "v1/settings/business/profile",
            get(profile::business)
                .post(profile::set_business)
                .put(profile::set_business)
                .patch(profile::set_business),
        ),
        (
            "v1/settings/business/whatsapp_business_encryption",
            post(security::set_key),
        ),
    ]
}

fn registration() -> Nodes {
    vec![
        ("v1/account", post(account::begin)),
        ("v1/account/verify", post(account::verify)),
        ("v1/account/shards", post(account::shard)),
        (
            "v1/settings/account/two-step",
            post(security::set_pin).delete(security::remove_pin),
        ),
    ]
}

fn sent() -> Nodes {
    vec![
        ("v1/messages", post(sending::send)),
        ("v1/media", post(kept::upload)),
        ("v1/media/{id}", delete(kept::delete)),
    ]
}

fn received() -> Nodes {
    vec![
        ("v1/messages/{id}", put(reading::change)),
        ("v1/media/{id}", get(kept::download)),
    ]
}

fn customers() -> Nodes {
    vec![
        ("v1/contacts", post(checks::check)),
        (
            "v1/contacts/{wa_id}/identity",
            get(identity::show).put(identity::acknowledge),
        ),
    ]
}

fn operation() -> Nodes {
    let webhooks_ca = || {
        get(certificates::webhook_ca)
            .post(certificates::set_webhook_ca)
            .delete(certificates::remove_webhook_ca)
    };
    vec![
        ("v1/health", get(health::show)),
        ("v1/stats/app", get(figures::app)),
        ("v1/stats/db", get(figures::db)),
        ("v1/metrics", get(figures::web)),
        ("metrics", get(figures::web)),
        ("v1/support", get(support::show)),
        ("v1/services/message/gc", put(collectors::messages)),
        ("v1/services/media/gc", put(collectors::media)),
        ("v1/certificates/external", post(certificates::replace_own)),
        ("v1/certificates/external/ca", get(certificates::own_ca)),
        ("v1/certificates/webhooks/ca", webhooks_ca()),
        ("v1/certificates/webhooks", webhooks_ca()),
    ]
}

/// What hosts of the original had beside its nodes.
fn webhooks() -> Nodes {
    vec![(
        "v1/configs/webhook",
        get(hosted::webhook).post(hosted::set_webhook),
    )]
}

/// What hosts of the original had beside its nodes, what the Cloud API has no counterpart of, and
/// what the original had lost itself.
fn anybodys() -> Nodes {
    let packs = || any(async |_: Caller| Fault::not_found("There are no sticker packs."));
    let groups = || any(async |_: Caller| Fault::not_found("There are no groups."));
    vec![
        ("v1/configs/templates", get(hosted::templates)),
        ("v1/stickerpacks", packs()),
        ("v1/stickerpacks/{id}", packs()),
        ("v1/stickerpacks/{id}/stickers", packs()),
        ("v1/stickerpacks/{id}/stickers/{index}", packs()),
        ("v1/groups", groups()),
        ("v1/groups/{id}", groups()),
        ("v1/groups/{id}/{what}", groups()),
    ]
}
