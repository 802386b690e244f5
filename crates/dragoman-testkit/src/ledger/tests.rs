//! A checker that finds nothing must have been seen to find something: each test plants one
//! violation into ledgers that are otherwise clean, and names all that must be found. What can be
//! found and was not is named too.

mod accepting;
mod reporting;
mod sending;
mod telling;

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::*;

const RULES: Rules<'_> = Rules {
    doubted: &[2],
    concurrency: 2,
    own_failures: 1,
    rate: None,
};

fn answer(key: &str, id: Option<&str>, status: Option<u16>) -> ClientAnswer {
    ClientAnswer {
        key: key.to_owned(),
        id: id.map(str::to_owned),
        status,
        asked: format!("what {key} is for"),
    }
}

fn request(n: u64, id: &str, decision: &str) -> UpstreamRequest {
    UpstreamRequest {
        n,
        at: OffsetDateTime::UNIX_EPOCH,
        token: Some(format!("g1.{id}.{n:032x}")),
        wamid: decision
            .starts_with("accepted")
            .then(|| format!("wamid.{n}")),
        decision: decision.to_owned(),
    }
}

fn row(id: &str, word: &str) -> StoreRow {
    StoreRow::from_word(id, word).unwrap()
}

fn report(id: &str, what: Tidings, taken: bool) -> Reported {
    Reported {
        id: id.to_owned(),
        what,
        taken,
    }
}

/// A status that was answered with 200.
fn status(id: &str, status: State) -> Reported {
    report(id, Tidings::Status(status), true)
}

fn told(id: &str, status: &str, event: &str) -> Told {
    Told {
        id: id.to_owned(),
        status: status.to_owned(),
        event: Some(event.to_owned()),
    }
}

/// One kill and a bad day at the provider, and every promise kept.
fn clean() -> Ledgers {
    Ledgers {
        client: vec![
            answer("k-read", Some("read"), Some(200)),
            answer("k-echo", None, None),
            answer("k-echo", Some("echo"), Some(200)),
            answer("k-again", Some("again"), Some(200)),
            answer("k-again", Some("again"), Some(200)),
            answer("k-failed", Some("failed"), Some(202)),
            answer("k-ruled-out", Some("ruled-out"), Some(200)),
            answer("k-killed", Some("killed"), Some(200)),
            answer("k-dropped", Some("dropped"), Some(200)),
            answer("k-expired", Some("expired"), Some(200)),
            answer("k-refused", None, Some(400)),
            answer("k-nobody-knows", None, None),
            answer("k-hung-up", None, None),
        ],
        upstream: vec![
            request(1, "read", "accepted"),
            request(2, "echo", "accepted_answer_lost"),
            request(3, "again", "refused:131056"),
            request(4, "again", "accepted"),
            request(5, "failed", "accepted"),
            request(6, "dropped", "dropped"),
            request(7, "silent", "accepted"),
        ],
        // Late, twice, in any order, and once without an answer that the provider heard.
        reported: vec![
            status("read", State::Sent),
            status("read", State::Read),
            status("read", State::Delivered),
            status("read", State::Delivered),
            report("echo", Tidings::Status(State::Delivered), false),
            status("again", State::Sent),
            report("wamid.hello", Tidings::Received, false),
            report("wamid.hello", Tidings::Received, true),
        ],
        store: vec![
            StoreRow {
                statuses: vec![State::Sent, State::Read, State::Delivered],
                ..row("read", "read")
            },
            StoreRow {
                statuses: vec![State::Delivered],
                ..row("echo", "delivered")
            },
            StoreRow {
                statuses: vec![State::Sent],
                ..row("again", "sent")
            },
            row("failed", "failed"),
            row("ruled-out", "failed"),
            row("killed", "unknown"),
            row("dropped", "unknown"),
            row("expired", "expired"),
            row("silent", "submitted"),
        ],
        heard: vec!["wamid.hello".to_owned()],
        seen: vec![
            row("read", "in_flight"),
            row("echo", "unknown"),
            row("read", "sent"),
            row("read", "read"),
            row("echo", "delivered"),
        ],
        told: Some(vec![
            told("read", "sent", "event-3"),
            told("read", "read", "event-4"),
            told("read", "delivered", "event-5"),
            told("read", "read", "event-4"),
            told("echo", "delivered", "event-6"),
            told("again", "sent", "event-7"),
            told("failed", "failed", "event-8"),
            told("wamid.hello", RECEIVED, "event-9"),
        ]),
    }
}

/// Plants something and names what must be found, and nothing else.
#[track_caller]
fn check_planted(plant: impl FnOnce(&mut Ledgers), expected: &[&str]) {
    let mut ledgers = clean();
    plant(&mut ledgers);
    assert_eq!(found(&ledgers, &RULES), expected);
}

thread_local! {
    /// The kinds of violations that were found on this thread.
    static FOUND: RefCell<BTreeSet<&'static str>> = RefCell::default();
}

/// What the checker finds, as it says it.
fn found(ledgers: &Ledgers, rules: &Rules<'_>) -> Vec<String> {
    let violations = check(ledgers, rules);
    FOUND.with_borrow_mut(|found| found.extend(violations.iter().map(kind)));
    violations.iter().map(ToString::to_string).collect()
}

/// Names every kind of violation; one that is missing here does not compile.
macro_rules! kinds {
    ($($kind:ident)*) => {
        const KINDS: &[&str] = &[$(stringify!($kind)),*];

        fn kind(violation: &Violation) -> &'static str {
            match violation {
                $(Violation::$kind { .. } => stringify!($kind),)*
            }
        }
    };
}

kinds! {
    Lost NoId SharedId NobodyAsked KeyWithTwoIds KeyReused
    SentTwice NoToken SentUnstored TooFast
    NotSettled FailedUnasked StoredTwice TooMuchDoubt NotHealed HiddenDoubt
    Forgotten NotAsReported HeardTwice HeardNotTold WentBack
    NotTold TwoEvents ToldUnkept
}

fn row_of<'a>(ledgers: &'a mut Ledgers, id: &str) -> &'a mut StoreRow {
    let row = ledgers.store.iter_mut().find(|row| row.id == id);
    row.unwrap()
}

fn state_of<'a>(ledgers: &'a mut Ledgers, id: &str) -> &'a mut State {
    &mut row_of(ledgers, id).state
}

#[test]
fn nothing_can_be_found_that_was_never_found() {
    let planted = [accepting::ALL, sending::ALL, reporting::ALL, telling::ALL];
    for test in planted.concat() {
        test();
    }
    let found = FOUND.take();
    let never: Vec<_> = KINDS.iter().filter(|kind| !found.contains(*kind)).collect();
    assert!(
        never.is_empty(),
        "no planted violation is found as {never:?}"
    );
}

#[test]
fn clean_ledgers_pass() {
    check_planted(|_| {}, &[]);
    assert_kept(&clean(), &RULES);
}

#[test]
#[should_panic(expected = "promises broken:\nR8: 1 messages are unknown, 0 may be")]
fn broken_promises_fail_the_test_by_name() {
    assert_kept(
        &clean(),
        &Rules {
            doubted: &[],
            ..RULES
        },
    );
}

#[test]
fn the_emulator_s_ledger_is_read_as_it_is_listed() {
    let listed = r#"{"n":1,"at":"1970-01-01T00:00:00Z","phone_number_id":"1","body":{},
        "token":"g1.read.00000000000000000000000000000001","wamid":"wamid.1","decision":"accepted"}"#;
    let read: UpstreamRequest = serde_json::from_str(listed).unwrap();
    assert_eq!(read, request(1, "read", "accepted"));
}

#[test]
fn a_state_is_read_from_its_word_and_from_no_other() {
    assert_eq!(row("x", "in_flight").state, State::InFlight);
    assert!(StoreRow::from_word("x", "enqueued").is_err());
}
