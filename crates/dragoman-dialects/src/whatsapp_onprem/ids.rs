//! Message ids in the layout that the On-Premises client used: opaque to programs, safe in a path.
//!
//! base64url without padding of: direction (`80` sent by the business, `00` received), `11`, the
//! number of phone bytes with bit 7 set for an odd number of digits, the customer's number in BCD
//! padded with `f`, `02`, the length of the message key, the key. Ours is the uuid's 16 bytes.
//! The layout was seen in ids that circulate in public; it was never documented.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use dragoman_core::{Address, MessageId};

const OUTBOUND: u8 = 0x80;
const INBOUND: u8 = 0x00;
const ODD: u8 = 0x80;

/// The id of a message that we sent to `to`, as the client named the recipient.
pub(super) fn outbound(to: &Address, message: MessageId) -> String {
    encode(OUTBOUND, digits(Some(to)), message)
}

/// The id of a message that came `from` a customer.
pub(super) fn inbound(from: Option<&Address>, message: MessageId) -> String {
    encode(INBOUND, digits(from), message)
}

/// The message that an On-Premises id of ours names, sent or received; `None` when it is no such
/// id.
pub fn message_id(text: &str) -> Option<MessageId> {
    let layout = decode(text)?;
    let key: [u8; 16] = layout.key.try_into().ok()?;
    MessageId::from_u128(u128::from_be_bytes(key))
}

/// A customer without a number has no digits.
fn digits(address: Option<&Address>) -> &str {
    address
        .and_then(Address::phone)
        .map_or("", |phone| phone.digits())
}

fn encode(direction: u8, digits: &str, message: MessageId) -> String {
    let bcd = to_bcd(digits);
    let odd = if digits.len() % 2 == 1 { ODD } else { 0 };
    let length = u8::try_from(bcd.len()).expect("a number has at most 15 digits, so 8 bytes");
    let mut bytes = vec![direction, 0x11, length | odd];
    bytes.extend(bcd);
    bytes.extend([0x02, 16]);
    bytes.extend(message.bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

fn to_bcd(digits: &str) -> Vec<u8> {
    let nibble = |byte: Option<&u8>| byte.map_or(0xf, |digit| digit - b'0');
    let pairs = digits.as_bytes().chunks(2);
    pairs
        .map(|pair| nibble(pair.first()) << 4 | nibble(pair.get(1)))
        .collect()
}

/// An id taken apart.
#[derive(Debug, PartialEq, Eq)]
struct Layout {
    direction: u8,
    phone: String,
    key: Vec<u8>,
}

fn decode(text: &str) -> Option<Layout> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let (&[direction, 0x11, length], rest) = bytes.split_first_chunk::<3>()? else {
        return None;
    };
    let (bcd, rest) = rest.split_at_checked(usize::from(length & !ODD))?;
    let (&[0x02, key_length], key) = rest.split_first_chunk::<2>()? else {
        return None;
    };
    let known = matches!(direction, OUTBOUND | INBOUND) && key.len() == usize::from(key_length);
    known.then(|| Layout {
        direction,
        phone: from_bcd(bcd, length & ODD != 0),
        key: key.to_vec(),
    })
}

fn from_bcd(bcd: &[u8], odd: bool) -> String {
    let mut phone: String = bcd.iter().map(|byte| format!("{byte:02x}")).collect();
    if odd {
        phone.pop();
    }
    phone
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message() -> MessageId {
        MessageId::from_parts(1_790_000_000_123 << 12 | 5, 0x1234_5678_9abc_def0)
    }

    #[test]
    fn an_id_gives_its_message_and_number_back() {
        for (to, prefix) in [
            ("31612345678", "gBGG"),
            ("316123456789", "gBEG"),
            ("3161234", "gBGE"),
            ("US.13491208655302741918", "gBEA"),
        ] {
            let address = Address::parse(to).unwrap();
            let id = outbound(&address, message());
            assert!(id.starts_with(prefix), "{id}");
            assert_eq!(message_id(&id), Some(message()));
            let phone = address.phone().map_or("", |phone| phone.digits());
            assert_eq!(decode(&id).unwrap().phone, phone);
        }
    }

    #[test]
    fn an_inbound_id_differs_in_its_direction_alone() {
        let customer = Address::parse("31612345678").unwrap();
        let id = inbound(Some(&customer), message());
        assert!(id.starts_with("ABGG"), "{id}");
        assert_eq!(message_id(&id), Some(message()));
        assert_eq!(message_id(&inbound(None, message())), Some(message()));
    }

    #[test]
    fn an_id_that_was_seen_in_the_wild_is_read_and_is_not_ours() {
        let seen = "gBGGeZRAZ1NvAglX4qWzLiyZnkw";
        let expected = Layout {
            direction: OUTBOUND,
            phone: "79944067536".to_owned(),
            key: vec![0x57, 0xe2, 0xa5, 0xb3, 0x2e, 0x2c, 0x99, 0x9e, 0x4c],
        };
        assert_eq!(decode(seen), Some(expected));
        assert_eq!(message_id(seen), None);
    }

    #[test]
    fn other_text_is_no_id() {
        let ours = outbound(&Address::parse("31612345678").unwrap(), message());
        for text in [
            "",
            "gBGG",
            "wamid.HBgL",
            "ä",
            &ours[..20],
            &format!("{ours}AAAA"),
        ] {
            assert_eq!(message_id(text), None, "{text}");
        }
    }
}
