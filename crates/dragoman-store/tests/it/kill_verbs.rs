//! A process that is killed in the middle of anything that is ever written.

mod round;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use dragoman_core::MessageId;
use dragoman_core::ports::Contacts;
use dragoman_store::SqliteStore;
use dragoman_testkit::{SeededRandom, tenant};

use self::round::write_until_killed;
use crate::files::copy_of;
use crate::kill::{is_to_write_in, kill_after};
use crate::picture::{Album, assert_same};
use crate::world::{ACCOUNT, NOW, SUBSCRIPTION, TINY, World};

const TEST: &str = "kill_verbs::a_kill_in_the_middle_of_any_verb_loses_no_answer";
/// So often the process is killed.
const KILLS: u64 = 10;
/// So many things a round tells of; some kills come in the first, some later.
const ROUND: u64 = 33;
const SEED: u64 = 11;

#[test]
fn a_kill_in_the_middle_of_any_verb_loses_no_answer() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    if let Some(dir) = is_to_write_in() {
        return runtime.block_on(write_until_killed(dir.as_ref()));
    }
    let dir = tempfile::tempdir().unwrap();
    runtime.block_on(World::crossing_in(dir.path()));
    let random = SeededRandom::new(SEED);
    let mut told = Vec::new();
    for _ in 0..KILLS {
        let answers = usize::try_from(1 + random.below(2 * ROUND)).unwrap();
        told.extend(kill_after(TEST, answers, dir.path()));
        let copy = copy_of(dir.path());
        SqliteStore::check(copy.path()).unwrap();
        runtime.block_on(nothing_is_lost(copy.path(), &told));
    }
    let verbs: BTreeSet<&str> = told.iter().map(|line| parsed(line).0).collect();
    assert_eq!(
        verbs.len() as u64,
        ROUND,
        "not every verb was told of: {verbs:?}"
    );
}

/// The verb, and what it was about.
fn parsed(line: &str) -> (&str, &str) {
    line.split_once(' ').expect("a verb and its object")
}

/// Whatever was told is there, with the index as it was left and with one that is made again.
async fn nothing_is_lost(dir: &Path, told: &[String]) {
    let mut album = Album::default();
    let mut pictures = Vec::new();
    for made_again in [false, true] {
        if made_again {
            SqliteStore::rebuild_index(dir).unwrap();
        }
        let world = World::of(SqliteStore::open_with(dir, TINY).unwrap());
        album.messages = words_are_kept(&world, told).await;
        things_are_kept(&world, told).await;
        pictures.push(album.picture(&**world.store()).await);
        world.sqlite().close().await.unwrap();
    }
    assert_same(&pictures[0], &pictures[1]);
}

/// What happened to each message is what was told of it, and at most what came next: the word of
/// a verb about a message is the word of its event.
async fn words_are_kept(world: &World, told: &[String]) -> Vec<MessageId> {
    let mut expected = BTreeMap::<MessageId, Vec<&str>>::new();
    for line in told {
        let (verb, object) = parsed(line);
        if let (Ok(message), Some(word)) = (object.parse(), event_of(verb)) {
            expected.entry(message).or_default().push(word);
        }
    }
    for (message, words) in &expected {
        let story = world.story(*message).await;
        for word in words {
            assert!(story.contains(word), "{message}: {word} of {story:?}");
        }
    }
    expected.into_keys().collect()
}

/// The event that a verb leaves of a message.
fn event_of(verb: &str) -> Option<&'static str> {
    let word = match verb {
        "accept" => "accepted",
        "begin" | "depart" => "departed",
        "withdraw" => "withdrawn",
        "submit" => "submitted",
        "retry" => "retried",
        "fail" => "failed",
        "lose" => "unknown",
        "resolve" => "resolved_failed",
        "status" => "delivered",
        "hear" | "fetch" => "received",
        "await" => "arrived",
        "erase" => "cancelled",
        _ => return None,
    };
    Some(word)
}

/// Everything that is no message.
async fn things_are_kept(world: &World, told: &[String]) {
    let mut last = BTreeMap::new();
    for line in told {
        let (verb, object) = parsed(line);
        last.insert(verb, object);
        match verb {
            "keep_file" => {
                // Its removal may be under way.
                let is_going = told.contains(&format!("keep_upload {object}"));
                let known = world.file(object.parse().unwrap()).await;
                assert!(is_going || known.is_some(), "{line}");
            }
            "remove_file" => assert!(
                world.file(object.parse().unwrap()).await.is_none(),
                "{line}"
            ),
            "sweep" => assert!(
                !world.litter().await.contains(&object.parse().unwrap()),
                "{line}"
            ),
            "forget" => assert!(!is_known(world, object).await, "{line}"),
            _ => {}
        }
    }
    let store = world.store();
    let number = |verb| last.get(verb).map(|object| object.parse::<i64>().unwrap());
    if let Some(renamed) = number("change") {
        let catalog = store.catalog();
        let account = catalog.accounts.iter().find(|known| known.id == ACCOUNT);
        let name = account.unwrap().name.parse::<i64>().unwrap();
        assert!(name >= renamed, "{name} after {renamed}");
    }
    if let Some(cursor) = number("deliver") {
        let (kept, _) = store.deliveries(SUBSCRIPTION).await.unwrap();
        assert!(kept >= cursor - 1, "{kept} after {cursor}");
    }
    if last.contains_key("heartbeat") {
        assert_eq!(store.last_heartbeat().await.unwrap(), Some(NOW));
    }
    if last.contains_key("quarantine") {
        assert!(
            !store
                .quarantined(tenant(ACCOUNT), 1)
                .await
                .unwrap()
                .is_empty()
        );
    }
}

async fn is_known(world: &World, contact: &str) -> bool {
    let found = world
        .sqlite()
        .customer(tenant(ACCOUNT), contact.parse().unwrap());
    found.await.unwrap().is_some()
}
