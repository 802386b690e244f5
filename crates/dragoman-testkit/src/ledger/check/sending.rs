//! What reached the provider.

use std::collections::{BTreeMap, HashSet};

use time::{Duration, OffsetDateTime};

use super::Attempts;
use crate::ledger::{Rules, UpstreamRequest, Violation};

/// R6: a POST without a token of ours might be anybody's second.
pub(super) fn tokens(upstream: &[UpstreamRequest]) -> Vec<Violation> {
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
pub(super) fn sent_twice(attempts: &BTreeMap<&str, Attempts>) -> Vec<Violation> {
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
pub(super) fn sent_unstored(
    attempts: &BTreeMap<&str, Attempts>,
    stored: &HashSet<&str>,
) -> Vec<Violation> {
    let unstored = attempts.keys().filter(|id| !stored.contains(*id));
    unstored
        .map(|id| Violation::SentUnstored {
            id: (*id).to_owned(),
        })
        .collect()
}

/// R12: in no second the provider sees more than the rate, and a twentieth for what was on its
/// way.
pub(super) fn too_fast(upstream: &[UpstreamRequest], rules: &Rules<'_>) -> Option<Violation> {
    let allowed = rules.rate? + rules.rate? / 20;
    let mut times: Vec<OffsetDateTime> = upstream.iter().map(|request| request.at).collect();
    times.sort_unstable();
    let busiest = times.iter().enumerate().map(|(index, from)| {
        let within = times[index..].partition_point(|at| *at - *from < Duration::SECOND);
        (within, *from)
    });
    let (requests, from) = busiest.max()?;
    (requests > allowed).then_some(Violation::TooFast {
        requests,
        from,
        allowed,
    })
}
