//! `dragoman send`, `dragoman trace` and `dragoman resolve`.

use clap::{Args, ValueEnum};

use super::place::{Place, Verb};
use crate::commands::asked::{Asked, Call, Fields, Show, segment};

#[derive(Debug, Args)]
pub(crate) struct SendArgs {
    /// Slug or uuid of the sender.
    #[arg(long)]
    channel: String,
    /// The recipient's number.
    #[arg(long)]
    to: String,
    /// What to say.
    text: String,
    #[command(flatten)]
    pub(crate) place: Place,
}

#[derive(Debug, Args)]
pub(crate) struct TraceArgs {
    /// Our id, the id that a dialect gave out, or the provider's.
    id: String,
    #[command(flatten)]
    pub(crate) place: Place,
}

#[derive(Debug, Args)]
pub(crate) struct ResolveArgs {
    /// Our id, the id that a dialect gave out, or the provider's.
    id: String,
    /// What counts from now on.
    r#as: As,
    #[command(flatten)]
    pub(crate) place: Place,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum As {
    /// The provider has taken it.
    Sent,
    /// It has not arrived.
    Failed,
    /// It is sent once more, and may then arrive twice.
    Resend,
}

impl As {
    const fn word(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Resend => "resend",
        }
    }
}

impl Verb for SendArgs {
    fn asked(self) -> anyhow::Result<Asked> {
        let fields = Fields::default()
            .with("channel", Some(self.channel))
            .with("to", Some(self.to))
            .with("text", Some(self.text));
        Ok(Asked::new(
            Call::post("/api/v1/messages", fields),
            Show::Object,
        ))
    }
}

impl Verb for TraceArgs {
    fn asked(self) -> anyhow::Result<Asked> {
        let call = Call::get(format!("/api/v1/messages/{}", segment(&self.id)));
        Ok(Asked::new(call, Show::Trace))
    }
}

impl Verb for ResolveArgs {
    fn asked(self) -> anyhow::Result<Asked> {
        let fields = Fields::default().with("as", Some(self.r#as.word()));
        let path = format!("/api/v1/messages/{}/resolve", segment(&self.id));
        Ok(Asked::new(Call::post(path, fields), Show::Object))
    }
}
