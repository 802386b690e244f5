//! A process that is killed in the middle of everything.

use std::ffi::OsString;
use std::fmt::Display;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use dragoman_core::id::AttemptId;
use dragoman_core::ports::{Acceptance, Departure, Store};
use dragoman_core::submission::{IdempotencyKey, Submission};
use dragoman_core::{MessageId, State};
use dragoman_store::SqliteStore;
use dragoman_testkit::tenant;

use crate::files::copy_of;
use crate::picture::{Album, assert_same};
use crate::world::{ACCOUNT, CUSTOMER, NOW, TINY, World, admitted, receipt, submission};

/// Where the child writes; set only in the child.
const DIRECTORY: &str = "DRAGOMAN_STORE_KILL";
/// Begins a line that tells what the store has answered.
const KEPT: &str = "kept ";

const TEST: &str = "kill::a_kill_in_the_middle_of_writing_the_index_loses_no_answer";

#[test]
fn a_kill_in_the_middle_of_writing_the_index_loses_no_answer() {
    if let Some(dir) = is_to_write_in() {
        return write_until_killed(dir.as_ref());
    }
    let dir = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(World::crossing_in(dir.path()));
    let mut album = Album::default();
    for answers in [7, 40, 90] {
        let answered = kill_after(TEST, answers, dir.path());
        let messages = answered.iter().map(|message| message.parse().unwrap());
        album.messages.extend::<Vec<MessageId>>(messages.collect());
        let (tail, whole) = (copy_of(dir.path()), copy_of(dir.path()));
        SqliteStore::rebuild_index(whole.path()).unwrap();
        let pictures = [tail, whole].map(|copy| {
            let store = SqliteStore::open_with(copy.path(), TINY).unwrap();
            for message in &album.messages {
                let stored = runtime
                    .block_on(store.message(tenant(ACCOUNT), *message))
                    .unwrap();
                let stored = stored.expect("it was answered");
                assert_eq!(stored.fold.state, State::Submitted);
            }
            runtime.block_on(album.picture(&store))
        });
        assert_same(&pictures[0], &pictures[1]);
    }
}

/// The directory that a test is to write in until it is killed, when it was started for that.
pub(crate) fn is_to_write_in() -> Option<OsString> {
    std::env::var_os(DIRECTORY)
}

/// Tells the parent what the store has answered.
#[expect(clippy::print_stdout, reason = "the parent reads it")]
pub(crate) fn tell(kept: impl Display) {
    println!("{KEPT}{kept}");
}

/// Starts a test again as a process of its own, and kills it after so many answers.
pub(crate) fn kill_after(test: &str, answers: usize, dir: &Path) -> Vec<String> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "--nocapture", test])
        .env(DIRECTORY, dir)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let answered = lines
        .map_while(Result::ok)
        .filter_map(|line| Some(line.split_once(KEPT)?.1.to_owned()));
    let answered: Vec<String> = answered.take(answers).collect();
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(answered.len(), answers, "the child ended by itself");
    answered
}

/// Accepts, departs and submits, one message after the other.
fn write_until_killed(dir: &Path) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let store = SqliteStore::open_with(dir, TINY).unwrap();
    let world = World::of(store);
    runtime.block_on(async {
        for number in world.store().last_event().. {
            let acceptance = Acceptance {
                departure: Some(Departure {
                    attempt: AttemptId(world.random()),
                }),
                ..world.acceptance(admitted(Submission {
                    key: Some(IdempotencyKey {
                        key: i128::from(number).to_be_bytes(),
                        fingerprint: [1; 16],
                    }),
                    ..submission(CUSTOMER)
                }))
            };
            let accepted = world.store().accept(acceptance).await.unwrap();
            let in_flight = accepted.in_flight.unwrap();
            let (message, attempt) = (in_flight.message(), Some(in_flight.attempt()));
            let settlement = receipt(&format!("wamid.{number}"));
            let store = world.store();
            let settled = store.settle(message, attempt, settlement, NOW).await;
            assert!(settled.unwrap());
            tell(message);
        }
    });
}
