//! What a token opens.

use dragoman_core::Id;
use dragoman_core::catalog::{Right, Rights, TokenScope};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::shape::{One, Shape};
use super::value::IdRecord;

/// All rights are one word, as in versions that knew no others; fewer are listed.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TokenScopeRecord {
    Api,
    Rights(Vec<Box<str>>),
    Onprem {
        #[serde(with = "One::<IdRecord>")]
        channel: Id,
        user: Box<str>,
    },
    Session {
        #[serde(with = "One::<IdRecord>")]
        user: Id,
    },
}

impl Shape<TokenScope> for TokenScopeRecord {
    fn write<S: Serializer>(value: &TokenScope, to: S) -> Result<S::Ok, S::Error> {
        let record = match value {
            TokenScope::Api(rights) if *rights == Rights::ALL => Self::Api,
            TokenScope::Api(rights) => {
                Self::Rights(rights.each().map(|right| right.word().into()).collect())
            }
            TokenScope::Onprem { channel, user } => Self::Onprem {
                channel: *channel,
                user: user.clone(),
            },
            TokenScope::Session { user } => Self::Session { user: *user },
        };
        record.serialize(to)
    }

    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<TokenScope, D::Error> {
        Ok(match Self::deserialize(from)? {
            Self::Api => TokenScope::Api(Rights::ALL),
            Self::Rights(words) => {
                let known = |word: &str| {
                    Right::from_word(word)
                        .ok_or_else(|| D::Error::custom(format!("no right {word:?}")))
                };
                let rights: Result<Rights, _> = words.iter().map(|word| known(word)).collect();
                TokenScope::Api(rights?)
            }
            Self::Onprem { channel, user } => TokenScope::Onprem { channel, user },
            Self::Session { user } => TokenScope::Session { user },
        })
    }
}
