//! Each verb of the store that writes is struck, in a life that uses all of them: the process is
//! killed before or after it, it fails, it is written and fails all the same, it takes its time.
//! Then comes the next start, and everything that was promised holds.

mod clients;
mod laws;
mod life;

use std::path::Path;
use std::sync::Arc;

use dragoman_core::ports::Store;
use dragoman_store::SqliteStore;
use dragoman_testkit::until;
use tokio::runtime::Runtime;

use self::life::Life;
use crate::house::{House, SOON};
use crate::strikes::{Fault, Strike};
use crate::verbs::Verb;

/// The first of a verb is struck, the second, and so on, as far as a life has them.
const STRUCK: usize = 4;
/// So many lives go on beside each other: most of their time they wait.
const BESIDE: usize = 4;

/// When everything has come to its end after a verb was written and its answer was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Heals {
    /// Without a restart.
    Alive,
    /// What was written stands in the store alone: the engine goes on without it.
    AtTheNextStart,
}

/// One line for each verb.
const fn without_its_answer(verb: Verb) -> Heals {
    match verb {
        // The message waits, and is in no queue of the engine.
        Verb::Accept => Heals::AtTheNextStart,
        Verb::Begin
        | Verb::Settle
        | Verb::Withdraw
        | Verb::Claim
        | Verb::Resolve
        | Verb::Record
        | Verb::Quarantine
        | Verb::Delivered
        | Verb::Rewind
        | Verb::Report
        | Verb::Notify
        | Verb::Change
        | Verb::ChangeFrom
        | Verb::Heartbeat
        | Verb::KeepFile
        | Verb::RemoveUnused
        | Verb::Swept
        | Verb::UsedFile
        | Verb::KeepUpload
        | Verb::Fetched => Heals::Alive,
    }
}

/// Whether everything has to come to its end in the life that the fault was in.
const fn heals(fault: Fault, verb: Verb) -> Heals {
    match fault {
        Fault::KilledBefore | Fault::KilledAfter => Heals::AtTheNextStart,
        Fault::Fails | Fault::Takes => Heals::Alive,
        Fault::LosesItsAnswer => without_its_answer(verb),
    }
}

/// Lives with a fault, and then without; for each place where it can be.
fn check(fault: Fault) {
    let log = undisturbed();
    let strikes = Verb::ALL.iter().flat_map(|verb| {
        let times = log.iter().filter(|word| **word == verb.word()).count();
        (0..times.min(STRUCK)).map(|after| Strike {
            verb: *verb,
            after,
            fault,
        })
    });
    let strikes: Vec<Strike> = strikes.collect();
    for beside in strikes.chunks(BESIDE) {
        std::thread::scope(|scope| {
            for strike in beside {
                // A law that is broken is reported with the name of the thread.
                let named = std::thread::Builder::new().name(format!("{strike:?}"));
                let living = named.spawn_scoped(scope, || live_with(*strike));
                living.expect("there is room for a thread");
            }
        });
    }
}

fn live_with(strike: Strike) {
    let dir = tempfile::tempdir().unwrap();
    let life = struck(dir.path(), strike);
    healed(dir.path(), life);
}

/// A life with a fault.
fn struck(dir: &Path, strike: Strike) -> Life {
    let runtime = Runtime::new().unwrap();
    let life = runtime.block_on(async {
        let life = Life::begin(dir).await;
        let store = Arc::clone(&life.house.store);
        store.strikes.plan(strike, &life.house.clock);
        let lives_on = tokio::select! {
            () = life.live() => true,
            () = store.stopped() => false,
        };
        if lives_on {
            if heals(strike.fault, strike.verb) == Heals::Alive {
                life.everything_ends().await;
            }
            life.stop().await;
        }
        life
    });
    runtime.shutdown_timeout(SOON);
    close(&life.house);
    life
}

/// The next life, in which nothing fails.
fn healed(dir: &Path, before: Life) {
    let runtime = Runtime::new().unwrap();
    let house = runtime.block_on(async {
        let store = SqliteStore::open(dir).unwrap();
        let life = before.again(store);
        life.live().await;
        life.everything_ends().await;
        life.stop().await;
        life.check_laws().await;
        life.house
    });
    runtime.shutdown_timeout(SOON);
    close(&house);
    SqliteStore::check(dir).unwrap();
}

/// A life without any fault; answers which verbs came in it. Everything that is written is among
/// them.
fn undisturbed() -> Vec<&'static str> {
    let dir = tempfile::tempdir().unwrap();
    let runtime = Runtime::new().unwrap();
    let house = runtime.block_on(async {
        let life = Life::begin(dir.path()).await;
        let before = life.house.store.counts().verbs;
        life.live().await;
        life.everything_ends().await;
        life.stop().await;
        until("all that is written is watched", SOON, async || {
            let found = life.house.store.counts().verbs - before;
            (found == written(&life.house)).then_some(())
        })
        .await;
        life.house
    });
    runtime.shutdown_timeout(SOON);
    close(&house);
    house.store.log.lock().unwrap().clone()
}

/// How many verbs were watched that are written down: a claim is not.
fn written(house: &House) -> u64 {
    let log = house.store.log.lock().unwrap();
    let verbs = Verb::ALL.iter().filter(|verb| **verb != Verb::Claim);
    let times = |verb: &Verb| log.iter().filter(|came| **came == verb.word()).count();
    verbs.map(times).sum::<usize>() as u64
}

fn close(house: &House) {
    let store = Arc::clone(&house.store.inner);
    Runtime::new().unwrap().block_on(store.close()).unwrap();
}

#[test]
fn a_kill_before_any_verb_loses_nothing_and_sends_nothing_twice() {
    check(Fault::KilledBefore);
}

#[test]
fn a_kill_after_any_verb_loses_nothing_and_sends_nothing_twice() {
    check(Fault::KilledAfter);
}

#[test]
fn any_verb_may_fail_and_nothing_is_lost_or_sent_twice() {
    check(Fault::Fails);
}

#[test]
fn any_verb_may_be_written_without_an_answer_and_nothing_is_lost_or_sent_twice() {
    check(Fault::LosesItsAnswer);
}

#[test]
fn any_verb_may_take_its_time_and_nothing_is_lost_or_sent_twice() {
    check(Fault::Takes);
}

#[test]
fn a_life_uses_every_verb_and_nothing_else_is_written() {
    let log = undisturbed();
    for verb in Verb::ALL {
        assert!(log.contains(&verb.word()), "{verb:?} was never used");
    }
}
