//! Replies and reactions: the message that they speak of has one id here and one at the provider.

use std::sync::Arc;

use dragoman_core::content::{Content, Text};
use dragoman_core::inbound::{Inbound, InboundContent};
use dragoman_core::message::{Body, Outbound, Priority, Stored};
use dragoman_core::state::Fold;
use dragoman_core::submission::Dialect;
use dragoman_core::{Address, Id, MessageId, Timestamp};
use serde_json::{Value, json};

use super::client::{Client, text};
use super::doubles::{ACCOUNT, DEMO, NOW, OTHER, contact, conversation, message_id};
use crate::whatsapp_onprem::ids;

const CUSTOMER: &str = "31612345678";

pub(super) fn customer() -> Address {
    Address::parse(CUSTOMER).unwrap()
}

pub(super) fn stored(id: MessageId, channel: Id, body: Body, provider_id: Option<&str>) -> Stored {
    Stored {
        id,
        account: ACCOUNT,
        channel,
        conversation: conversation(),
        contact: contact(customer()).into(),
        body,
        fold: Fold::ACCEPTED,
        provider_id: provider_id.map(Into::into),
    }
}

pub(super) fn sent() -> Body {
    Body::Outbound(Arc::new(Outbound {
        to: customer(),
        content: Content::Text(Text {
            body: "Hi".into(),
            preview_url: false,
        }),
        dialect: Dialect::Onprem,
        priority: Priority::Normal,
        expires_at: Timestamp::NEVER,
        metadata: None,
        reply_to: None,
        after: None,
        on_unknown: None,
        identity: None,
    }))
}

pub(super) fn received() -> Body {
    Body::Inbound(Arc::new(Inbound {
        provider_id: "wamid.IN".into(),
        from: vec![customer()],
        profile_name: None,
        at: NOW,
        content: InboundContent::Text("Hello".into()),
        context: None,
        referral: None,
        identity: None,
    }))
}

/// A client of a channel where a message was sent, one received, and one waits; another channel
/// has sent one as well.
pub(super) async fn client() -> Client {
    let client = Client::logged_in("clerk").await;
    for message in [
        stored(message_id(1), DEMO, sent(), Some("wamid.OUT")),
        stored(message_id(2), DEMO, received(), None),
        stored(message_id(3), DEMO, sent(), None),
        stored(message_id(4), OTHER, sent(), Some("wamid.OTHER")),
    ] {
        client.house.store.keep_message(message);
    }
    client
}

fn reply(id: &str) -> Value {
    let mut reply = text(CUSTOMER, "Yes");
    reply["context"] = json!({ "message_id": id });
    reply
}

fn reaction(id: &str) -> Value {
    json!({ "to": CUSTOMER, "type": "reaction", "reaction": { "message_id": id, "emoji": "👍" } })
}

#[tokio::test]
async fn the_providers_id_is_found_behind_ours_and_its_own_passes() {
    let client = client().await;
    for (id, expected) in [
        (ids::outbound(&customer(), message_id(1)), "wamid.OUT"),
        (ids::inbound(Some(&customer()), message_id(2)), "wamid.IN"),
        ("wamid.THEIRS".to_owned(), "wamid.THEIRS"),
    ] {
        assert_eq!(client.send(reply(&id)).await.status, 201);
        let replied = client.house.last_accepted();
        assert_eq!(replied.reply_to.as_deref(), Some(expected));

        assert_eq!(client.send(reaction(&id)).await.status, 201);
        let reacted = client.house.last_accepted();
        let Content::Reaction(reaction) = &reacted.content else {
            panic!("no reaction")
        };
        assert_eq!(&*reaction.target, expected);
    }
}

#[tokio::test]
async fn an_id_that_names_no_message_of_this_channel_is_refused_and_the_field_named() {
    let client = client().await;
    let by_number = |n| ids::outbound(&customer(), message_id(n));
    for id in [
        by_number(99),
        by_number(4),
        // Not with the provider yet, so that nobody could tell which message is meant.
        by_number(3),
        // Of a client of its own that was replaced by this one.
        "gBGGeZRAZ1NvAglX4qWzLiyZnkw".to_owned(),
        "hello".to_owned(),
    ] {
        for (message, field) in [
            (reply(&id), "context.message_id"),
            (reaction(&id), "reaction.message_id"),
        ] {
            let refused = client.send(message).await;
            assert_eq!(refused.code(), (400, 1009), "{id}");
            let expected = format!("{field} names no message that can be answered");
            assert_eq!(refused.details(), expected);
        }
    }
    assert!(client.house.accepted.lock().unwrap().is_empty());
}
