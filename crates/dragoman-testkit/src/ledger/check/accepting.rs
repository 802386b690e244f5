//! What clients were answered, against what is stored.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::ledger::{ClientAnswer, StoreRow, Violation};

/// R1: what was answered with 2xx has an id, and the id is in the store.
pub(super) fn promises(client: &[ClientAnswer], stored: &HashSet<&str>) -> Vec<Violation> {
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
pub(super) fn keys(client: &[ClientAnswer]) -> Vec<Violation> {
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
pub(super) fn unanswered(client: &[ClientAnswer], store: &[StoreRow]) -> Option<Violation> {
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

/// R3: one key is for one request. A second one under it is refused.
pub(super) fn reused(client: &[ClientAnswer]) -> Vec<Violation> {
    let mut asked_for = HashMap::new();
    let taken = client.iter().filter(|answer| answer.is_success());
    let reused = taken.filter(|answer| {
        let key = answer.key.as_str();
        *asked_for.entry(key).or_insert(&answer.asked) != &answer.asked
    });
    reused
        .map(|answer| Violation::KeyReused {
            key: answer.key.clone(),
        })
        .collect()
}
