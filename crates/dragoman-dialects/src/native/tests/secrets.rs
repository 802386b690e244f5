//! What is secret is told by no operation after the one that made it.

use dragoman_core::catalog::{MediaAccess, MediaProvider, OnpremUser, Subscription, User};
use dragoman_core::ports::Store;
use dragoman_core::{Id, Secret};

use super::house::{ACME, CHANNEL, House, NOW};
use crate::native::operations;

const MARKER: &str = "marker-7f3a";

fn marker() -> Secret {
    Secret::new(MARKER)
}

/// Every secret that there can be of `acme`, marked.
fn marked() -> House {
    let house = House::new();
    house.store.rewrite(|catalog| {
        for channel in &mut catalog.channels {
            for name in ["access_token", "app_secret", "verify_token", "pin", "loft"] {
                channel.settings.insert(name.into(), marker());
            }
        }
        catalog.subscriptions.push(Subscription {
            id: Id::from_u128(0x51),
            account: ACME,
            channel: None,
            url: "https://app.example".into(),
            format: "callbell".into(),
            events: Vec::new(),
            secret: Some(marker()),
            concurrency: 1,
            settings: None,
            since: 0,
            trust: None,
            retiring: None,
            ordered: false,
            stopped: None,
            enabled: true,
            created_at: NOW,
        });
        catalog.users.push(User {
            id: Id::from_u128(0x52),
            account: ACME,
            email: "ada@example.org".into(),
            name: "Ada".into(),
            teams: Vec::new(),
            password_hash: Some(marker()),
            available: true,
            available_at: NOW,
            status: None,
            created_at: NOW,
        });
        catalog.onprem_users.push(OnpremUser {
            id: Id::from_u128(0x53),
            channel: CHANNEL,
            name: "admin".into(),
            password_hash: marker(),
            must_change: false,
        });
        catalog.media_providers.push(MediaProvider {
            id: Id::from_u128(0x54),
            channel: CHANNEL,
            name: "archive".into(),
            access: MediaAccess::Bearer(marker()),
        });
    });
    house
}

#[tokio::test]
async fn no_operation_tells_a_secret_not_even_to_the_operator() {
    let house = marked();
    let ids: Vec<String> = (0x51..=0x54).map(|id| Id::from_u128(id).simple()).collect();
    let token = house.store.catalog().tokens[0].id.simple();
    let mut answered = 0;
    for operation in operations() {
        // What a channel stands on is asked of its provider, which nobody plays here.
        let reads = operation.method == "get" && !operation.path.contains("/standing");
        if !(reads || operation.method == "patch") {
            continue;
        }
        let others = ["main", "acme", &token];
        for id in ids.iter().map(String::as_str).chain(others) {
            let path = operation.path.replace("{id}", id);
            let method = operation.method.to_uppercase();
            for (status, body) in [
                house.operator(&method, &path, "{}").await,
                house.with_token("acme", &method, &path, "{}").await,
            ] {
                assert!(!body.to_string().contains(MARKER), "{method} {path}");
                answered += usize::from(status == 200);
            }
        }
    }
    assert!(answered > 60, "{answered}");
}
