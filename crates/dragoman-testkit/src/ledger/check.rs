//! The comparison of the four ledgers.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use dragoman_core::State;

use super::{ClientAnswer, Ledgers, Rules, StoreRow, Told, UpstreamRequest, Violation};

/// Every promise that the ledgers show to be broken; empty when all are kept. The gateway must
/// have come to rest before they were read.
pub fn check(ledgers: &Ledgers, rules: &Rules<'_>) -> Vec<Violation> {
    let mut found = Vec::new();
    let stored: HashSet<&str> = ledgers.store.iter().map(|row| row.id.as_str()).collect();
    let attempts = Attempts::by_message(&ledgers.upstream);

    found.extend(promises(&ledgers.client, &stored));
    found.extend(keys(&ledgers.client));
    found.extend(unanswered(&ledgers.client, &ledgers.store));
    found.extend(stored_twice(&ledgers.store));
    found.extend(tokens(&ledgers.upstream));
    found.extend(sent_twice(&attempts));
    found.extend(sent_unstored(&attempts, &stored));
    found.extend(states(&ledgers.store, &attempts));
    found.extend(failures(&ledgers.store, &attempts, rules));
    found.extend(doubt(&ledgers.store, &attempts, rules));
    if let Some(told) = &ledgers.told {
        found.extend(webhooks(&ledgers.store, told));
    }
    found
}

/// What became of a message's POSTs.
#[derive(Clone, Copy, Debug, Default)]
struct Attempts {
    taken: usize,
    refused: usize,
    /// Neither taken nor answered: the gateway cannot know.
    dropped: usize,
}

impl Attempts {
    fn by_message(upstream: &[UpstreamRequest]) -> BTreeMap<&str, Self> {
        let mut attempts = BTreeMap::<&str, Self>::new();
        for request in upstream {
            if let Some(message) = request.message() {
                let of_message = attempts.entry(message).or_default();
                of_message.taken += usize::from(request.is_taken());
                of_message.refused += usize::from(request.is_refused());
                of_message.dropped += usize::from(!request.is_taken() && !request.is_refused());
            }
        }
        attempts
    }
}

/// R1: what was answered with 2xx has an id, and the id is in the store.
fn promises(client: &[ClientAnswer], stored: &HashSet<&str>) -> Vec<Violation> {
    let successes = client.iter().filter(|answer| answer.is_success());
    let broken = successes.filter_map(|answer| {
        let status = answer.status?;
        match answer.promised() {
            None => Some(Violation::NoId {
                key: answer.key.clone(),
                status,
            }),
            Some(id) if !stored.contains(id) => Some(Violation::Lost {
                id: id.to_owned(),
                status,
            }),
            Some(_) => None,
        }
    });
    broken.collect()
}

/// R3 and R1: one key, one id; one id, one key.
fn keys(client: &[ClientAnswer]) -> Vec<Violation> {
    let mut found = Vec::new();
    let (mut id_of, mut key_of) = (HashMap::new(), HashMap::new());
    for answer in client {
        let Some(id) = answer.promised() else {
            continue;
        };
        let key = answer.key.as_str();
        let first_id = *id_of.entry(key).or_insert(id);
        let first_key = *key_of.entry(id).or_insert(key);
        if first_id != id {
            found.push(Violation::KeyWithTwoIds {
                key: key.to_owned(),
                one: first_id.to_owned(),
                other: id.to_owned(),
            });
        }
        if first_key != key {
            found.push(Violation::SharedId {
                id: id.to_owned(),
                one: first_key.to_owned(),
                other: key.to_owned(),
            });
        }
    }
    found
}

/// R2: each row that no client was answered for needs a key whose answer was lost. An answer that
/// is an error means that nothing was stored, so it does not count.
fn unanswered(client: &[ClientAnswer], store: &[StoreRow]) -> Option<Violation> {
    let promised: HashSet<&str> = client.iter().filter_map(ClientAnswer::promised).collect();
    let ids: BTreeSet<&str> = store
        .iter()
        .map(|row| row.id.as_str())
        .filter(|id| !promised.contains(id))
        .collect();
    let answered: HashSet<&str> = client
        .iter()
        .filter(|answer| answer.is_success())
        .map(|answer| answer.key.as_str())
        .collect();
    let lost: HashSet<&str> = client
        .iter()
        .filter(|answer| answer.status.is_none())
        .map(|answer| answer.key.as_str())
        .filter(|key| !answered.contains(key))
        .collect();
    (ids.len() > lost.len()).then(|| Violation::NobodyAsked {
        ids: ids.into_iter().map(str::to_owned).collect(),
        lost_answers: lost.len(),
    })
}

/// R7: a message is counted once.
fn stored_twice(store: &[StoreRow]) -> Vec<Violation> {
    let mut seen = HashSet::new();
    let twice = store.iter().filter(|row| !seen.insert(row.id.as_str()));
    twice
        .map(|row| Violation::StoredTwice { id: row.id.clone() })
        .collect()
}

/// R6: a POST without a token of ours might be anybody's second.
fn tokens(upstream: &[UpstreamRequest]) -> Vec<Violation> {
    let nameless = upstream
        .iter()
        .filter(|request| request.message().is_none());
    nameless
        .map(|request| Violation::NoToken {
            n: request.n,
            token: request.token.clone(),
        })
        .collect()
}

/// R6: after a POST that was taken, or of which nobody knows, there is no other.
fn sent_twice(attempts: &BTreeMap<&str, Attempts>) -> Vec<Violation> {
    let twice = attempts
        .iter()
        .filter(|(_, made)| made.taken + made.dropped > 1);
    twice
        .map(|(id, made)| Violation::SentTwice {
            id: (*id).to_owned(),
            attempts: made.taken + made.dropped,
            taken: made.taken,
        })
        .collect()
}

/// R6: what reached the provider had its departure on disk.
fn sent_unstored(attempts: &BTreeMap<&str, Attempts>, stored: &HashSet<&str>) -> Vec<Violation> {
    let unstored = attempts.keys().filter(|id| !stored.contains(*id));
    unstored
        .map(|id| Violation::SentUnstored {
            id: (*id).to_owned(),
        })
        .collect()
}

/// R7 and R9: everything has settled, and the store says of each message what the provider says.
fn states(store: &[StoreRow], attempts: &BTreeMap<&str, Attempts>) -> Vec<Violation> {
    let judged = store.iter().filter_map(|row| {
        let is_taken = attempts
            .get(row.id.as_str())
            .is_some_and(|made| made.taken > 0);
        let (id, state) = (row.id.clone(), row.state);
        match state {
            State::Queued | State::Claimed | State::InFlight => {
                Some(Violation::NotSettled { id, state })
            }
            State::Submitted | State::Sent | State::Delivered | State::Read => {
                (!is_taken).then_some(Violation::HiddenDoubt { id, state })
            }
            // A provider may take a message and report its failure later; see `failures`.
            State::Failed => None,
            State::Expired
            | State::Cancelled
            | State::Dead
            | State::Unknown
            | State::Unresolved => is_taken.then_some(Violation::NotHealed { id, state }),
        }
    });
    judged.collect()
}

/// R7: a message fails because the provider says so, or by a rule that the test knows of.
fn failures(
    store: &[StoreRow],
    attempts: &BTreeMap<&str, Attempts>,
    rules: &Rules<'_>,
) -> Option<Violation> {
    let was_asked = |id: &str| {
        attempts
            .get(id)
            .is_some_and(|made| made.taken + made.refused > 0)
    };
    let failed = store.iter().filter(|row| row.state == State::Failed);
    let ids: Vec<String> = failed
        .filter(|row| !was_asked(&row.id))
        .map(|row| row.id.clone())
        .collect();
    (ids.len() > rules.own_failures).then_some(Violation::FailedUnasked { ids })
}

/// R8: a kill leaves at most what was under way in doubt. Messages that the provider itself left
/// unanswered are in doubt by its fault.
fn doubt(
    store: &[StoreRow],
    attempts: &BTreeMap<&str, Attempts>,
    rules: &Rules<'_>,
) -> Vec<Violation> {
    let by_provider = |row: &&StoreRow| {
        attempts
            .get(row.id.as_str())
            .is_some_and(|made| made.dropped > 0)
    };
    let unknown = store
        .iter()
        .filter(|row| row.state == State::Unknown)
        .filter(|row| !by_provider(row))
        .count();
    let too_much = |unknown: usize, allowed: usize| {
        (unknown > allowed).then_some(Violation::TooMuchDoubt { unknown, allowed })
    };
    let after_kills = rules.doubted.iter();
    after_kills
        .filter_map(|doubted| too_much(*doubted, rules.concurrency))
        .chain(too_much(unknown, rules.doubted.iter().sum()))
        .collect()
}

/// R22: where the message stands, the receiver has heard at least once.
fn webhooks(store: &[StoreRow], told: &[Told]) -> Vec<Violation> {
    let told: HashSet<(&str, &str)> = told
        .iter()
        .map(|told| (told.id.as_str(), told.status.as_str()))
        .collect();
    let reported = store
        .iter()
        .filter(|row| matches!(row.state, State::Sent | State::Delivered | State::Read));
    reported
        .filter(|row| !told.contains(&(row.id.as_str(), row.state.word())))
        .map(|row| Violation::NotTold {
            id: row.id.clone(),
            state: row.state,
        })
        .collect()
}
