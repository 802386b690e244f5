//! A status as Meta tells it: signed, one in each webhook, as it does when there is little to do.

use std::fmt::Write;

use dragoman_core::ports::Clock;
use dragoman_engine::SystemClock;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::provider::Taken;
use crate::world;

/// What becomes of every message, in this order.
pub(crate) const STATUSES: [&str; 3] = ["sent", "delivered", "read"];

/// The whole request that tells one status.
pub(crate) fn request(taken: &Taken, status: &str) -> Vec<u8> {
    let body = body(taken, status, SystemClock::new().now().seconds());
    let (length, slug) = (body.len(), world::slug(0));
    let signature = signature(body.as_bytes());
    let text = format!(
        "POST /in/whatsapp_cloud/{slug} HTTP/1.1\r\nhost: gateway.example\r\n\
         content-type: application/json\r\nx-hub-signature-256: sha256={signature}\r\n\
         content-length: {length}\r\n\r\n{body}"
    );
    text.into_bytes()
}

fn body(taken: &Taken, status: &str, at: i64) -> String {
    let value = value(taken, status, at);
    format!(
        r#"{{"object":"whatsapp_business_account","entry":[{{"id":"200000000000001","changes":[{{"value":{value},"field":"messages"}}]}}]}}"#
    )
}

/// The part that the gateway keeps.
pub(crate) fn value(taken: &Taken, status: &str, at: i64) -> String {
    let Taken {
        phone_number_id,
        wamid,
        recipient,
        token,
    } = taken;
    format!(
        r#"{{"messaging_product":"whatsapp","metadata":{{"display_phone_number":"31201234567","phone_number_id":"{phone_number_id}"}},"statuses":[{{"id":"{wamid}","status":"{status}","timestamp":"{at}","recipient_id":"{recipient}","biz_opaque_callback_data":"{token}","pricing":{{"billable":true,"pricing_model":"PMP","category":"service","type":"regular"}}}}]}}"#
    )
}

fn signature(body: &[u8]) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(world::APP_SECRET.as_bytes())
        .expect("HMAC takes a key of any length");
    let digest = mac.chain_update(body).finalize().into_bytes();
    digest.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use dragoman_channels::whatsapp_cloud::WhatsappCloud;
    use dragoman_core::Timestamp;
    use dragoman_core::inbound::{Report, StatusKind};
    use dragoman_core::ports::Driver;

    use super::*;
    use crate::wire::message::Message;
    use crate::world::World;

    #[test]
    fn the_driver_believes_and_understands_it() {
        let world = World::asleep(1);
        let catalog = world.catalog(Timestamp::from_seconds(1));
        let taken = Taken {
            phone_number_id: world::phone_number_id(0),
            wamid: "wamid.A".to_owned(),
            recipient: world::phone(1),
            token: "g1.a.b".to_owned(),
        };
        let request = request(&taken, "delivered");
        let message = Message::read(&request).unwrap().unwrap();
        let headers: BTreeMap<&str, &str> = std::str::from_utf8(&request)
            .unwrap()
            .lines()
            .filter_map(|line| line.split_once(": "))
            .collect();
        let signature = headers.get("x-hub-signature-256").copied();
        let received =
            WhatsappCloud::default().receive(&catalog.channels[0], signature, message.body);
        let received = received.unwrap();
        let [Report::Status(status)] = &received.incoming[0].reports[..] else {
            panic!("{received:?}");
        };
        assert_eq!(status.kind, StatusKind::Delivered);
        assert_eq!(&*status.provider_id, "wamid.A");
        assert_eq!(received.odd, []);
    }
}
