//! Fetches a file from a client's own server, with the credentials that the client has left.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dragoman_core::Id;
use dragoman_core::catalog::MediaAccess;
use dragoman_core::outcome::NotTaken;
use dragoman_core::ports::FileBytes;

use super::refusal;
use crate::budget::LARGEST;
use crate::linked::Link;
use crate::shared::Shared;

/// For the whole exchange.
const TIMEOUT: Duration = Duration::from_secs(60);

/// What opens the links of one provider of media.
pub(super) struct Access<'a> {
    shared: &'a Shared,
    authorization: String,
}

impl<'a> Access<'a> {
    /// The channel's credentials of this name.
    ///
    /// # Errors
    /// There are none.
    pub(super) fn new(shared: &'a Shared, channel: Id, name: &str) -> Result<Self, NotTaken> {
        let catalog = shared.store.catalog();
        let known = catalog
            .media_provider(channel, name)
            .ok_or_else(|| refusal::never(format!("there is no media provider named {name}")))?;
        Ok(Self {
            shared,
            authorization: authorization(&known.access),
        })
    }

    /// What is behind the link. It is the client's server that is called, not the provider: that
    /// one does not answer says nothing of the other.
    ///
    /// # Errors
    /// It cannot be had now, or never.
    pub(super) async fn fetch(&self, link: &str) -> Result<FileBytes, NotTaken> {
        let link = Link {
            url: link,
            authorization: Some(&self.authorization),
            largest: LARGEST,
            timeout: TIMEOUT,
        };
        let given = link.fetch(&*self.shared.http).await;
        given.map_err(|kept_back| refusal::refused(kept_back.why, kept_back.again))
    }
}

fn authorization(access: &MediaAccess) -> String {
    match access {
        MediaAccess::Bearer(token) => format!("Bearer {}", token.reveal()),
        MediaAccess::Basic { username, password } => {
            let pair = format!("{username}:{}", password.reveal());
            format!("Basic {}", STANDARD.encode(pair))
        }
    }
}

#[cfg(test)]
mod tests {
    use dragoman_core::Secret;

    use super::*;

    #[test]
    fn credentials_are_written_as_servers_read_them() {
        let bearer = MediaAccess::Bearer(Secret::new("token"));
        assert_eq!(authorization(&bearer), "Bearer token");
        let basic = MediaAccess::Basic {
            username: "Aladdin".into(),
            password: Secret::new("open sesame"),
        };
        assert_eq!(authorization(&basic), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    }
}
