//! What is secret is told by no reading node.

use dragoman_core::catalog::{MediaAccess, MediaProvider};
use dragoman_core::{Id, Secret};

use super::client::Client;
use super::doubles::DEMO;
use crate::whatsapp_onprem::nodes;

const MARKER: &str = "marker-7f3a";

#[tokio::test]
async fn no_reading_node_tells_a_secret() {
    let client = Client::logged_in("admin").await;
    let marker = || Secret::new(MARKER);
    client.house.store.rewrite(|catalog| {
        for channel in &mut catalog.channels {
            for name in ["access_token", "app_secret", "verify_token", "pin"] {
                channel.settings.insert(name.into(), marker());
            }
        }
        for user in &mut catalog.onprem_users {
            user.password_hash = marker();
        }
        catalog.media_providers.push(MediaProvider {
            id: Id::from_u128(0x54),
            channel: DEMO,
            name: "archive".into(),
            access: MediaAccess::Basic {
                username: "ada".into(),
                password: marker(),
            },
        });
    });
    let mut answered = 0;
    for (node, _) in nodes::all().filter(|(node, _)| !node.contains('{')) {
        let path = format!("/onprem/demo/{node}");
        let (status, _, body) = client.raw("GET", &path, "", &[]).await;
        let text = String::from_utf8_lossy(&body);
        assert!(!text.contains(MARKER), "{node}: {text}");
        answered += usize::from(status == 200);
    }
    assert!(answered > 5, "{answered}");
}
