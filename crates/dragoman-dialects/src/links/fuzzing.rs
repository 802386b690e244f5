//! Bytes from anywhere, where the name of a file is expected that we have signed.

use dragoman_core::{Id, Secret, Timestamp};

use super::{Linked, Links};

const NOW: Timestamp = Timestamp::from_seconds(1_790_000_000);

/// The name of a file in its address. None opens anything but the one that we made.
pub fn name(bytes: &[u8]) {
    let links = Links::new(Secret::new("key"), "https://gw.example");
    let (account, file) = (Id::from_u128(1), Id::from_u128(2));
    let linked = Linked {
        account,
        file,
        extension: None,
    };
    let ours = links.link(linked, NOW);
    let ours = ours.rsplit('/').next().expect("an address has a name");
    let name = String::from_utf8_lossy(bytes);
    let opened = links.opened(&name, NOW);
    let is_ours = name.split('.').next() == Some(ours);
    assert_eq!(opened, is_ours.then_some((account, file)), "{name}");
}

#[cfg(test)]
mod tests {
    use dragoman_testkit::fuzz::check;

    #[test]
    fn no_name_opens_a_file_but_ours() {
        check("media_name", super::name);
    }
}
