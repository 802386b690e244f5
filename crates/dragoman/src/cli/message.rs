//! `dragoman send` and `dragoman trace`.

use clap::Args;

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
