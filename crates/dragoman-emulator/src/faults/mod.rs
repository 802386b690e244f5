//! Misbehaviour on purpose. Rules live in memory: a restarted emulator behaves well.

mod plan;

use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

pub(crate) use self::plan::{Call, FaultPlan};
use self::plan::{Fault, Kind, Match, Rule};
use crate::world::Quirks;

/// How a request ends that was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    Error(u32),
    Reset,
    Page502,
}

/// What the rules do to one request.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Hit {
    /// The first rule that refuses wins.
    pub(crate) turn: Option<Turn>,
    pub(crate) delay: Duration,
    pub(crate) quirks: Quirks,
}

#[derive(Debug)]
pub(crate) struct Faults {
    random: StdRng,
    rules: Vec<Rule>,
}

impl Default for Faults {
    fn default() -> Self {
        Self::new(FaultPlan {
            seed: 0,
            rules: Vec::new(),
        })
    }
}

impl Faults {
    pub(crate) fn new(plan: FaultPlan) -> Self {
        Self {
            random: StdRng::seed_from_u64(plan.seed),
            rules: plan.rules,
        }
    }

    /// For a message of a kind to somebody.
    pub(crate) fn draw(&mut self, to: &str, kind: &str) -> Hit {
        self.hit(|rule| rule.fits(to, kind))
    }

    /// For a call about a file.
    pub(crate) fn draw_for_file(&mut self, call: Call) -> Hit {
        self.hit(|rule| rule.call == call)
    }

    fn hit(&mut self, fits: impl Fn(&Match) -> bool) -> Hit {
        let mut hit = Hit::default();
        for rule in &mut self.rules {
            if rule.times == Some(0)
                || !fits(&rule.matches)
                || self.random.random::<f64>() >= rule.rate.0
            {
                continue;
            }
            rule.times = rule.times.map(|times| times - 1);
            rule.fault.strike(&mut hit);
        }
        hit
    }
}

impl Match {
    fn fits(&self, to: &str, kind: &str) -> bool {
        let same_customer = self.to.as_ref().is_none_or(|wanted| wanted.0 == to);
        let is_send = self.call == Call::Send;
        is_send && same_customer && self.kind.as_deref().is_none_or(|wanted| wanted == kind)
    }
}

impl Fault {
    fn strike(&self, hit: &mut Hit) {
        hit.delay += self.delay.0;
        let turn = match self.kind {
            Kind::Error => Some(Turn::Error(self.code.unwrap_or(131_000))),
            Kind::ResetBeforeRead => Some(Turn::Reset),
            Kind::Page502 => Some(Turn::Page502),
            Kind::Delay => None,
            Kind::LostAnswer => {
                hit.quirks.answer_lost = true;
                None
            }
            Kind::StatusDuplicate => {
                hit.quirks.status_duplicate = true;
                None
            }
            Kind::StatusReorder => {
                hit.quirks.status_reorder = true;
                None
            }
            Kind::StatusMissing => {
                hit.quirks.status_missing = true;
                None
            }
            Kind::StatusWithoutToken => {
                hit.quirks.status_without_token = true;
                None
            }
        };
        hit.turn = hit.turn.or(turn);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn faults(rules: &serde_json::Value) -> Faults {
        Faults::new(serde_json::from_value(json!({"seed": 7, "rules": rules})).unwrap())
    }

    #[test]
    fn a_rule_hits_as_often_as_it_says_and_only_what_matches() {
        let mut faults = faults(&json!([
            {"match": {"to": "+31 6", "type": "text"}, "do": {"kind": "error", "code": 130_429}, "times": 1}
        ]));
        assert_eq!(faults.draw("317", "text").turn, None);
        assert_eq!(faults.draw("316", "image").turn, None);
        assert_eq!(faults.draw("316", "text").turn, Some(Turn::Error(130_429)));
        assert_eq!(faults.draw("316", "text").turn, None);
    }

    #[test]
    fn a_rule_is_for_sends_unless_it_names_another_call() {
        let error = json!({"kind": "error"});
        let mut faults = faults(&json!([
            {"match": {"call": "upload"}, "do": error, "times": 1},
            {"do": error, "times": 1},
        ]));
        assert_eq!(faults.draw_for_file(Call::Download), Hit::default());
        let turn = Some(Turn::Error(131_000));
        assert_eq!(faults.draw_for_file(Call::Upload).turn, turn);
        assert_eq!(faults.draw_for_file(Call::Upload).turn, None);
        assert_eq!(faults.draw("316", "text").turn, turn);
    }

    #[test]
    fn the_same_seed_hits_the_same_requests() {
        let rules = json!([{"rate": 0.5, "do": {"kind": "lost_answer"}}]);
        let mut first = faults(&rules);
        let mut second = faults(&rules);
        for _ in 0..50 {
            assert_eq!(first.draw("1", "text"), second.draw("1", "text"));
        }
    }
}
