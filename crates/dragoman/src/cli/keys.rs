//! `dragoman keys …`.

use clap::Subcommand;

use super::place::Verb;
use crate::commands::asked::{Asked, Call, Fields, Show};

#[derive(Debug, Subcommand)]
pub(crate) enum KeysVerb {
    /// Make a new master key, and seal everything with it while the gateway works. Only over the
    /// control socket.
    #[command(after_help = "Example:  dragoman keys rotate --data-keys")]
    Rotate {
        /// Also make new data keys for the accounts, and seal every secret again.
        #[arg(long)]
        data_keys: bool,
    },
}

impl Verb for KeysVerb {
    fn asked(self) -> anyhow::Result<Asked> {
        Ok(match self {
            Self::Rotate { data_keys } => {
                let fields = Fields::default().with("data_keys", Some(data_keys));
                Asked::new(Call::post("/api/v1/keys/rotate", fields), Show::Object)
            }
        })
    }
}
