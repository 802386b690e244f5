//! `dragoman contact …`.

use anyhow::{Context, anyhow};
use clap::{Args, Subcommand};
use serde_json::{Map, Value};

use super::place::{New, Verb};
use crate::commands::asked::{Asked, Call, Fields, Show, one, segment};

const PATH: &str = "/api/v1/contacts";

#[derive(Debug, Subcommand)]
pub(crate) enum ContactVerb {
    /// Make a customer known. One with this address is changed instead.
    #[command(
        after_help = "Example:  dragoman contact create +31612345678 --name Jan --tag lead \
        --field City=Utrecht --account acme"
    )]
    Create {
        /// Their number, or their WhatsApp user id.
        address: String,
        /// Slug or uuid of the channel on which they are talked to.
        #[arg(long)]
        channel: Option<String>,
        #[command(flatten)]
        said: Said,
        #[command(flatten)]
        new: New,
    },
    /// List customers, the newest first.
    #[command(after_help = "Example:  dragoman contact list --account acme --tag lead")]
    List {
        /// Name or uuid of the account; needed unless a token speaks for one.
        #[arg(long)]
        account: Option<String>,
        /// Those who have this tag; may be repeated.
        #[arg(long = "tag")]
        tags: Vec<String>,
        /// At most as many.
        #[arg(long)]
        limit: Option<u8>,
        /// Those after this mark, which an earlier list ended with.
        #[arg(long)]
        after: Option<String>,
    },
    /// Change what is known of a customer.
    #[command(after_help = "Example:  dragoman contact set ID --name Jan --opted-out true")]
    Set {
        /// Their uuid.
        id: String,
        #[command(flatten)]
        said: Said,
        /// Whether people have blocked them.
        #[arg(long)]
        blocked: Option<bool>,
        /// Whether they do not want messages.
        #[arg(long)]
        opted_out: Option<bool>,
    },
    /// Forget a customer, and what was said.
    #[command(after_help = "Example:  dragoman contact remove ID")]
    Remove {
        /// Their uuid.
        id: String,
    },
}

/// What is said of a customer.
#[derive(Debug, Args)]
pub(crate) struct Said {
    /// What people call them.
    #[arg(long)]
    name: Option<String>,
    /// A tag; repeat it for all.
    #[arg(long = "tag")]
    tags: Vec<String>,
    /// A custom field, as NAME=VALUE; may be repeated.
    #[arg(long = "field")]
    fields: Vec<String>,
    /// Free text.
    #[arg(long)]
    note: Option<String>,
    /// Their e-mail address.
    #[arg(long)]
    email: Option<String>,
    /// Uuid or e-mail address of the collaborator to whom the conversation belongs.
    #[arg(long)]
    user: Option<String>,
    /// The uuid of the team to which the conversation belongs.
    #[arg(long)]
    team: Option<String>,
    /// The uuid of the stage of the funnel in which the conversation is.
    #[arg(long)]
    funnel: Option<String>,
}

impl Said {
    fn fields(self, fields: Fields) -> anyhow::Result<Fields> {
        let custom: Map<String, Value> = self
            .fields
            .iter()
            .map(|pair| named_value(pair))
            .collect::<anyhow::Result<_>>()?;
        Ok(fields
            .with("name", self.name)
            .with_all("tags", self.tags)
            .with("fields", (!custom.is_empty()).then_some(custom))
            .with("note", self.note)
            .with("email", self.email)
            .with("user", self.user)
            .with("team", self.team)
            .with("funnel", self.funnel))
    }
}

/// `NAME=VALUE`; a value that is a JSON list is one.
fn named_value(pair: &str) -> anyhow::Result<(String, Value)> {
    let missing = || anyhow!("--field {pair}: write NAME=VALUE");
    let (name, value) = pair.split_once('=').with_context(missing)?;
    let list = serde_json::from_str(value).ok().filter(Value::is_array);
    let value = list.unwrap_or_else(|| value.into());
    Ok((name.to_owned(), value))
}

impl Verb for ContactVerb {
    fn asked(self) -> anyhow::Result<Asked> {
        Ok(match self {
            Self::Create {
                address,
                channel,
                said,
                new,
            } => {
                let fields = new.fields().with("address", Some(address));
                let fields = said.fields(fields.with("channel", channel))?;
                Asked::new(Call::post(PATH, fields), Show::Named("contact"))
            }
            Self::List {
                account,
                tags,
                limit,
                after,
            } => {
                let tags = (!tags.is_empty()).then(|| tags.join(","));
                let limit = limit.map(|limit| limit.to_string());
                let wishes = [
                    ("account", account),
                    ("tags", tags),
                    ("limit", limit),
                    ("after", after),
                ];
                let given = wishes
                    .into_iter()
                    .filter_map(|(name, value)| Some((name, value?)));
                let query: Vec<String> = given
                    .map(|(name, value)| format!("{name}={}", segment(&value)))
                    .collect();
                Asked::new(
                    Call::get(format!("{PATH}?{}", query.join("&"))),
                    Show::List("contacts", &["id", "phone", "name", "tags"]),
                )
            }
            Self::Set {
                id,
                said,
                blocked,
                opted_out,
            } => {
                let fields = said.fields(Fields::default())?;
                let fields = fields.with("blocked", blocked).with("opted_out", opted_out);
                Asked::new(Call::patch(one(PATH, &id), fields), Show::Object)
            }
            Self::Remove { id } => Asked::new(Call::delete(one(PATH, &id)), Show::Removed),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_field_is_a_name_and_a_value() {
        let read = |pair: &str| named_value(pair).ok();
        assert_eq!(read("City=A=B"), Some(("City".into(), json!("A=B"))));
        assert_eq!(
            read("Likes=[\"tea\"]"),
            Some(("Likes".into(), json!(["tea"])))
        );
        assert_eq!(read("Age=7"), Some(("Age".into(), json!("7"))));
        assert_eq!(read("City"), None);
    }
}
