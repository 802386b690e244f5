//! Facts about a channel, judged.

use dragoman_core::Timestamp;
use dragoman_core::catalog::Channel;
use dragoman_core::clock::LARGEST_SKEW;
use dragoman_core::outcome::Failure;
use dragoman_core::ports::{Answer, Hearing, HttpError, Oldest, Sender};

use super::{Check, Facts, Verdict, echo_of};
use crate::spans::spelled;
use crate::whatsapp_onprem::duplicate_window;

/// Graph's codes for a token that is none, and for one that may not.
const INVALID_TOKEN: i64 = 190;
const NOT_GRANTED: i64 = 10;

/// A rate is made of so many messages at least.
const ENOUGH: u64 = 100;
/// Below this somebody should look for the reasons: most channels are well above 0.9.
const LOW: f64 = 0.8;

/// Every check, in the order in which an operator takes the steps.
pub(super) fn of(facts: &Facts<'_>) -> Vec<Check> {
    let mut checks = vec![enabled(facts)];
    match &facts.sender {
        Some(Ok(sender)) => checks.extend(of_sender(sender, facts.asked_at)),
        Some(Err(failure)) => checks.push(bad("token", said(failure))),
        None => {}
    }
    match &facts.hearing {
        Some(Ok(hearing)) => checks.extend(of_hearing(hearing, &facts.webhook_url)),
        // A token that the provider does not know has been named already.
        Some(Err(_)) if matches!(&facts.sender, Some(Err(_))) => {}
        Some(Err(failure)) => checks.push(unheard(failure)),
        None => {}
    }
    checks.extend([reachable(facts), templates(facts)]);
    checks.extend(facts.oldest.map(queue));
    checks.push(delivery(facts));
    checks.extend(of_receiver(facts));
    checks.extend(facts.has_client.then(|| repeats(facts.channel)));
    checks
}

fn enabled(facts: &Facts<'_>) -> Check {
    if let Some(why) = &facts.channel.sending.held {
        let slug = &facts.channel.slug;
        bad(
            "enabled",
            format!("held: {why}; to go on: dragoman channel release {slug}"),
        )
    } else if facts.channel.enabled {
        good("enabled", "the channel is switched on")
    } else {
        bad("enabled", "the channel is switched off")
    }
}

fn of_sender(sender: &Sender, asked_at: Timestamp) -> Vec<Check> {
    let number = sender.phone.as_deref().unwrap_or("unknown number");
    let name = sender.name.as_deref().unwrap_or("no name");
    let status = match sender.status.as_deref() {
        Some("CONNECTED") => good("status", "CONNECTED"),
        Some(status) => bad("status", format!("{status}, not CONNECTED")),
        None => unknown("status", "the provider does not tell"),
    };
    let pin = match sender.has_pin {
        Some(true) => good("pin", "two-step verification has a PIN"),
        Some(false) => bad("pin", "two-step verification has no PIN"),
        None => unknown("pin", "the provider does not tell"),
    };
    let token = good("token", format!("the provider knows it: {number}, {name}"));
    let clock = sender.clock.map(|theirs| clock(theirs, asked_at));
    [Some(token), clock, Some(status), Some(pin)]
        .into_iter()
        .flatten()
        .collect()
}

/// Signatures and expiries are judged by clocks that agree.
fn clock(theirs: Timestamp, ours: Timestamp) -> Check {
    let (ahead, behind) = (ours.since(theirs), theirs.since(ours));
    let seconds = ahead.max(behind).as_secs();
    let side = if ahead > behind { "ahead of" } else { "behind" };
    if ahead.max(behind) > LARGEST_SKEW {
        let found = format!("this machine is {seconds} seconds {side} the provider");
        warning("clock", found)
    } else {
        good("clock", "it agrees with the provider's")
    }
}

/// The provider does not let the token ask who hears of the account, or did not answer.
fn unheard(failure: &Failure) -> Check {
    match failure.code {
        NOT_GRANTED | INVALID_TOKEN | 200..=299 => bad("token", said(failure)),
        _ => unknown("app", said(failure)),
    }
}

fn of_hearing(hearing: &Hearing, wanted: &str) -> [Check; 2] {
    let app = if hearing.subscribed {
        good("app", "the token's app hears of the business account")
    } else {
        bad(
            "app",
            "the token's app does not hear of the business account",
        )
    };
    let address = match hearing.url.as_deref() {
        Some(url) if url == wanted => good("address", format!("the provider calls {url}")),
        Some(url) => bad("address", format!("the provider calls {url}, not {wanted}")),
        None => unknown("address", format!("the app's own; is it {wanted}?")),
    };
    [app, address]
}

/// Whether the webhook address leads here, from where we are.
fn reachable(facts: &Facts<'_>) -> Check {
    let url = &facts.webhook_url;
    let is_emulated = !facts.channel.setting("graph_url").is_empty();
    match &facts.echo {
        Ok(_) if !url.starts_with("https://") && !is_emulated => {
            bad("reachable", format!("{url}: providers call only https"))
        }
        Ok(answer) if answer.status == 200 && answer.body == echo_of(facts.channel).as_bytes() => {
            good("reachable", format!("{url} leads here"))
        }
        Ok(Answer { status, .. }) => {
            let found = format!("{url} answers {status}, and not as this channel does");
            bad("reachable", found)
        }
        Err(error) => bad("reachable", format!("{url}: {error}")),
    }
}

fn templates(facts: &Facts<'_>) -> Check {
    match facts.templates {
        0 => bad("templates", "no approved template is known"),
        count => good("templates", format!("{count} approved")),
    }
}

/// Whether what waits to be sent has waited for long. Where nothing waits, nothing is said.
fn queue(oldest: Oldest) -> Check {
    let minutes = oldest.waited.as_secs() / 60;
    let found = format!("the oldest message has waited for {minutes} minutes");
    if oldest.has_waited_long() {
        let found = format!("{found}: more than a tenth of its time");
        warning("queue", found)
    } else {
        good("queue", found)
    }
}

/// Whether messages reach the customers. Of few nothing can be said, and a rate has many reasons that
/// are nobody's fault: a low one is a reason to look.
fn delivery(facts: &Facts<'_>) -> Check {
    let (judged, silent) = (facts.reckoning.judged, facts.reckoning.unreached.len());
    let rate = facts.reckoning.rate().filter(|_| judged >= ENOUGH);
    let Some(rate) = rate else {
        let found = format!("{judged} messages in the last days are too few to tell");
        return unknown("delivery", found);
    };
    let percent = (rate * 100.0).floor();
    let found = format!("{percent} % of {judged} messages have arrived; {silent} customers wait");
    if rate < LOW {
        warning("delivery", found)
    } else {
        good("delivery", found)
    }
}

/// The On-Premises client's webhook, where there is one: not every channel has such a client.
fn of_receiver(facts: &Facts<'_>) -> Vec<Check> {
    let Some((webhook, answer)) = &facts.receiver else {
        let found = "no On-Premises client has set one";
        return vec![unknown("webhook", found)];
    };
    // Some receivers want a secret in the query, and people show around what a check says.
    let url = webhook.url.split('?').next().unwrap_or_default();
    let set = if webhook.enabled {
        good("webhook", format!("an On-Premises client hears at {url}"))
    } else {
        bad("webhook", format!("{url} is switched off"))
    };
    let receiver = match answer {
        Ok(_) => good("receiver", "it answers, and its certificate is trusted"),
        Err(HttpError::NotSent(why)) => bad("receiver", format!("not connected: {why}")),
        Err(HttpError::Lost(why)) => unknown("receiver", format!("it gave no answer: {why}")),
    };
    vec![set, receiver]
}

/// Programs of this API have no key by which a repetition is known, unless they were changed.
fn repeats(channel: &Channel) -> Check {
    match duplicate_window(channel) {
        Some(window) => {
            let found = format!("the same again within {} is sent once", spelled(window));
            good("repeats", found)
        }
        None => warning(
            "repeats",
            "what its program repeats without an Idempotency-Key is sent twice",
        ),
    }
}

/// A failure in the provider's words.
pub(super) fn said(failure: &Failure) -> String {
    let details = failure.details.as_deref();
    let details = details.map_or_else(String::new, |details| format!(": {details}"));
    format!("{} ({}){details}", failure.title, failure.code)
}

fn good(name: &'static str, found: impl Into<String>) -> Check {
    check(name, Verdict::Good, found.into())
}

fn bad(name: &'static str, found: impl Into<String>) -> Check {
    check(name, Verdict::Bad, found.into())
}

fn warning(name: &'static str, found: impl Into<String>) -> Check {
    check(name, Verdict::Warning, found.into())
}

fn unknown(name: &'static str, found: impl Into<String>) -> Check {
    check(name, Verdict::Unknown, found.into())
}

const fn check(name: &'static str, verdict: Verdict, found: String) -> Check {
    Check {
        name,
        verdict,
        found,
    }
}
