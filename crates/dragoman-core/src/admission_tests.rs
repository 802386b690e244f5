use std::collections::BTreeMap;

use super::*;
use crate::address::Address;
use crate::catalog::{Sending, Source};
use crate::content::Kind;
use crate::content::Text;
use crate::id::Id;
use crate::rate::Rate;
use crate::submission::{Manner, Wish};
use crate::template::{TemplateAsk, TemplateMessage};

const NOW: Timestamp = Timestamp::from_seconds(1_790_000_000);
const DAY: Duration = Duration::from_secs(24 * 3600);

fn channel() -> Channel {
    Channel {
        id: Id::from_u128(1),
        account: Id::from_u128(2),
        slug: "demo".into(),
        title: "Demo".into(),
        driver: "whatsapp_cloud".into(),
        source: Source::Whatsapp,
        provider_id: "1".into(),
        phone: Some("15550000000".into()),
        settings: BTreeMap::new(),
        rate: Rate::WHATSAPP,
        concurrency: 8,
        main: true,
        enabled: true,
        created_at: NOW.minus(DAY * 9),
        sending: Sending::default(),
        watched_since: NOW.minus(DAY * 9),
    }
}

fn later(refusal: &Refusal) -> When {
    if *refusal == Refusal::WindowClosed || *refusal == Refusal::TemplateUnknown {
        When::Later
    } else {
        When::Now
    }
}

fn submission(ask: Ask) -> Submission {
    Submission {
        account: channel().tenant(),
        channel: Id::from_u128(1),
        to: Address::parse("+31612345678").unwrap(),
        ask,
        dialect: Dialect::Callbell,
        opt_in: OptIn::Missing,
        assignment: Wish::default(),
        metadata: None,
        key: None,
        duplicate: None,
        ttl: None,
        reply_to: None,
        manner: Manner::default(),
        timing: |_| When::Now,
    }
}

fn text(body: &str) -> Ask {
    Ask::Content(Content::Text(Text {
        body: body.into(),
        preview_url: false,
    }))
}

fn by_name() -> Ask {
    Ask::Template(TemplateAsk::ByName(TemplateMessage {
        name: "missing".into(),
        language: "en".into(),
        header: None,
        body: Vec::new(),
        buttons: Vec::new(),
        rendered: "".into(),
    }))
}

fn judged(submission: Submission, heard: Heard, channel: &Channel) -> Verdict {
    let standing = Standing {
        channel,
        templates: &[],
        heard,
        opted_out: false,
        takes: &Kind::OUTBOUND,
    };
    admit(submission, Assignment::default(), &standing, NOW)
}

fn refusal(verdict: Verdict) -> Option<Refusal> {
    match verdict {
        Verdict::Refuse(refusal) => Some(refusal),
        Verdict::Admit(_) => None,
    }
}

fn open() -> Heard {
    Heard {
        last_inbound: Some(NOW.minus(Duration::from_secs(60))),
        last_referral: None,
    }
}

#[test]
fn a_channel_is_not_asked_for_what_it_cannot_send() {
    let (channel, heard) = (channel(), open());
    let standing = Standing {
        channel: &channel,
        templates: &[],
        heard,
        opted_out: false,
        takes: &[Kind::Text],
    };
    let verdict = |ask| admit(submission(ask), Assignment::default(), &standing, NOW);
    assert_eq!(refusal(verdict(text("Hi"))), None);
    assert_eq!(
        refusal(verdict(by_name())),
        Some(Refusal::Unsupported {
            kind: Kind::Template,
            messenger: channel.source,
        })
    );
}

#[test]
fn text_outside_the_window_is_refused() {
    assert_eq!(
        refusal(judged(submission(text("Hi")), Heard::default(), &channel())),
        Some(Refusal::WindowClosed)
    );
    assert_eq!(
        refusal(judged(submission(text("Hi")), open(), &channel())),
        None
    );
}

#[test]
fn text_is_let_through_when_the_feed_had_a_gap() {
    let channel = Channel {
        watched_since: NOW.minus(Duration::from_secs(60)),
        ..channel()
    };
    assert_eq!(
        refusal(judged(submission(text("Hi")), Heard::default(), &channel)),
        None
    );
}

#[test]
fn a_dialect_may_hear_of_a_refusal_later() {
    let submission = Submission {
        timing: later,
        ..submission(text("Hi"))
    };
    let Verdict::Admit(admitted) = judged(submission, Heard::default(), &channel()) else {
        panic!("refused")
    };
    assert_eq!(
        admitted.failure().map(|failure| failure.code),
        Some(131_047)
    );
}

#[test]
fn an_unknown_template_by_name_can_fail_later() {
    let now = judged(submission(by_name()), open(), &channel());
    assert_eq!(refusal(now), Some(Refusal::TemplateUnknown));
    let later = judged(
        Submission {
            timing: later,
            ..submission(by_name())
        },
        open(),
        &channel(),
    );
    let Verdict::Admit(admitted) = later else {
        panic!("refused")
    };
    assert_eq!(
        admitted.failure().map(|failure| failure.code),
        Some(132_001)
    );
}

#[test]
fn what_the_messenger_would_not_take_is_refused_before() {
    let check = |ask, expected| {
        assert_eq!(
            refusal(judged(submission(ask), open(), &channel())),
            Some(expected)
        )
    };
    let image = |link: &str| {
        let source = crate::content::MediaSource::Link(link.into());
        Ask::Content(Content::Image(Media {
            source,
            caption: None,
            filename: None,
        }))
    };
    check(text(""), Refusal::TextEmpty);
    check(
        text(&"é".repeat(4097)),
        Refusal::TextTooLong {
            given: 4097,
            limit: 4096,
        },
    );
    check(image("ftp://example.com/a"), Refusal::LinkInvalid);
    check(image("https:///a.jpg"), Refusal::LinkInvalid);
    check(image("https://example.com/a b.jpg"), Refusal::LinkInvalid);
}

#[test]
fn a_channel_does_not_write_to_itself_and_not_when_it_is_off() {
    let own = Submission {
        to: Address::parse("15550000000").unwrap(),
        ..submission(text("Hi"))
    };
    assert_eq!(
        refusal(judged(own, open(), &channel())),
        Some(Refusal::SelfSend)
    );
    let off = Channel {
        enabled: false,
        ..channel()
    };
    assert_eq!(
        refusal(judged(submission(text("Hi")), open(), &off)),
        Some(Refusal::ChannelDisabled)
    );
}

#[test]
fn an_onprem_text_expires_with_its_window() {
    let submission = Submission {
        dialect: Dialect::Onprem,
        ..submission(text("Hi"))
    };
    let Verdict::Admit(admitted) = judged(submission, open(), &channel()) else {
        panic!("refused")
    };
    assert_eq!(
        admitted.body().expires_at,
        NOW.plus(DAY).minus(Duration::from_secs(60))
    );
    assert_eq!(admitted.body().priority, Priority::High);
}

#[test]
fn what_an_onprem_client_sends_is_worth_sending_for_as_long_as_its_kind() {
    let Ask::Content(free) = text("Hi") else {
        unreachable!("a text is content")
    };
    let Ask::Template(TemplateAsk::ByName(message)) = by_name() else {
        unreachable!("it names a template")
    };
    let template = Content::Template(message);
    let submission = |dialect, ttl| Submission {
        dialect,
        ttl,
        ..submission(text("Hi"))
    };
    let (onprem, callbell) = (
        submission(Dialect::Onprem, None),
        submission(Dialect::Callbell, None),
    );
    let hasty = submission(Dialect::Onprem, Some(Duration::from_secs(5)));
    let (open, code) = (Window::Open(NOW.plus(DAY)), Some(Category::Authentication));
    let news = Some(Category::Marketing);
    for (submission, content, category, window, expected) in [
        (&onprem, &free, None, open, NOW.plus(DAY)),
        (&onprem, &free, None, Window::Unknown, Timestamp::NEVER),
        (&onprem, &template, news, open, NOW.plus(DAY * 30)),
        (&onprem, &template, None, Window::Closed, NOW.plus(DAY * 30)),
        (&onprem, &template, code, open, NOW.plus(CODE_LIFE)),
        (&callbell, &template, code, open, NOW.plus(CODE_LIFE)),
        (&callbell, &template, news, open, Timestamp::NEVER),
        (&callbell, &free, None, open, Timestamp::NEVER),
        (
            &hasty,
            &template,
            code,
            open,
            NOW.plus(Duration::from_secs(5)),
        ),
        (&hasty, &free, None, open, NOW.plus(Duration::from_secs(5))),
    ] {
        let expires_at = expires_at(submission, content, category, window, NOW);
        assert_eq!(expires_at, expected, "{submission:?} {content:?}");
    }
}
