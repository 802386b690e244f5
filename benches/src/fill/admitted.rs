//! A message that the rules have let through.

use anyhow::bail;
use dragoman_core::admission::{Standing, Verdict, admit};
use dragoman_core::assignment::Assignment;
use dragoman_core::catalog::Channel;
use dragoman_core::content::{Content, Kind, Text};
use dragoman_core::message::Admitted;
use dragoman_core::refusal::When;
use dragoman_core::submission::{Ask, Dialect, Manner, OptIn, Submission, Wish};
use dragoman_core::window::Heard;
use dragoman_core::{Address, Timestamp};

use crate::world;

/// A text to a customer, as Callbell's send call asks for it.
///
/// # Errors
/// The rules refuse it.
pub(crate) fn text(customer: u64, channel: &Channel, now: Timestamp) -> anyhow::Result<Admitted> {
    let text = Text {
        body: world::TEXT.into(),
        preview_url: false,
    };
    let submission = Submission {
        account: channel.tenant(),
        channel: channel.id,
        to: Address::parse(&world::phone(customer))?,
        ask: Ask::Content(Content::Text(text)),
        dialect: Dialect::Callbell,
        opt_in: OptIn::NotAsked,
        assignment: Wish::default(),
        metadata: None,
        duplicate: None,
        key: None,
        ttl: None,
        reply_to: None,
        manner: Manner::default(),
        timing: |_| When::Now,
    };
    let standing = Standing {
        channel,
        templates: &[],
        heard: Heard::default(),
        takes: &Kind::OUTBOUND,
        opted_out: false,
    };
    match admit(submission, Assignment::default(), &standing, now) {
        Verdict::Admit(admitted) => Ok(admitted),
        Verdict::Refuse(refusal) => bail!("the rules refuse it: {refusal}"),
    }
}
