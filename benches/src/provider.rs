//! A fake provider: takes every message at next to no cost, and tells of it if it is asked to.

mod statuses;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Context;
use serde::Deserialize;
use tokio::sync::mpsc;

use crate::cli::ProviderArgs;
use crate::wire::message::Message;
use crate::wire::server;
use crate::{receiver, role};

/// A message that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Taken {
    /// Who it was sent by.
    pub(crate) phone_number_id: String,
    /// Ours.
    pub(crate) wamid: String,
    /// Whose it is.
    pub(crate) recipient: String,
    /// Comes back in every status.
    pub(crate) token: String,
}

/// What matters of a message.
#[derive(Deserialize)]
struct Sent<'a> {
    to: &'a str,
    biz_opaque_callback_data: &'a str,
}

/// Serves until it is told to stop. The first line on standard input is the gateway's address.
///
/// # Errors
/// The port is not to be had.
pub(crate) async fn run(args: ProviderArgs) -> anyhow::Result<()> {
    let listener = role::listen().await?;
    role::ready(&listener)?;
    let (taken, telling) = mpsc::unbounded_channel();
    let tells = args.statuses > 0;
    let count = Arc::new(AtomicU64::new(0));
    let serving = server::serve(listener, move |request, outgoing| {
        if receiver::answer_count(request, &count, outgoing) {
            return;
        }
        let number = count.fetch_add(1, Ordering::Relaxed);
        match take(request, number) {
            Some(message) => {
                server::ok(&receipt(&message), outgoing);
                if tells {
                    // Nobody listens once the process ends.
                    let _ = taken.send(message);
                }
            }
            None => outgoing.extend_from_slice(NOT_UNDERSTOOD),
        }
    });
    let obeying = async move {
        let mut orders = role::orders();
        if let Some(gateway) = orders.recv().await {
            let gateway: SocketAddr = gateway.parse().context("the gateway's address")?;
            statuses::start(gateway, args.statuses, telling);
        }
        while orders.recv().await.is_some() {}
        anyhow::Ok(())
    };
    tokio::select! {
        ended = serving => ended.context("serving"),
        told = obeying => told,
    }
}

const NOT_UNDERSTOOD: &[u8] = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n";

/// Reads `POST /{version}/{phone number id}/messages`.
fn take(request: &Message<'_>, number: u64) -> Option<Taken> {
    let phone_number_id = request.path().split('/').nth(2)?;
    let sent: Sent<'_> = serde_json::from_slice(request.body).ok()?;
    Some(Taken {
        phone_number_id: phone_number_id.to_owned(),
        wamid: wamid(number),
        recipient: sent.to.trim_start_matches('+').to_owned(),
        token: sent.biz_opaque_callback_data.to_owned(),
    })
}

/// As long as Meta's.
fn wamid(number: u64) -> String {
    let process = std::process::id();
    format!("wamid.HBgMMzE2MTIzNDU2Nzg5FQIAERgS{process:08X}{number:016X}AA==")
}

fn receipt(taken: &Taken) -> String {
    let Taken {
        wamid, recipient, ..
    } = taken;
    format!(
        r#"{{"messaging_product":"whatsapp","contacts":[{{"input":"+{recipient}","wa_id":"{recipient}"}}],"messages":[{{"id":"{wamid}"}}]}}"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_taken_and_answered_like_meta_does() {
        let body = r#"{"to":"+31600000001","type":"text","biz_opaque_callback_data":"g1.a.b"}"#;
        let request = format!(
            "POST /v23.0/100000000000001/messages HTTP/1.1\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        let request = Message::read(request.as_bytes()).unwrap().unwrap();
        let taken = take(&request, 7).unwrap();
        assert_eq!(taken.phone_number_id, "100000000000001");
        assert_eq!(taken.token, "g1.a.b");
        let receipt: serde_json::Value = serde_json::from_str(&receipt(&taken)).unwrap();
        assert_eq!(receipt["contacts"][0]["wa_id"], "31600000001");
        assert_eq!(receipt["messages"][0]["id"], *taken.wamid);
    }

    #[test]
    fn no_two_messages_have_the_same_id() {
        assert_ne!(wamid(1), wamid(2));
        assert!((56..=64).contains(&wamid(1).len()), "{}", wamid(1));
    }
}
