//! Addresses under which a file can be fetched for a while, by whoever has them.

use dragoman_core::Secret;

/// Makes and checks addresses of files.
#[derive(Clone, Debug)]
pub struct Links {
    key: Secret,
    public_url: Box<str>,
}

impl Links {
    /// `key` signs them; `public_url` is what the outside reaches us by, without a slash at the end.
    pub fn new(key: Secret, public_url: impl Into<Box<str>>) -> Self {
        Self {
            key,
            public_url: public_url.into(),
        }
    }
}
