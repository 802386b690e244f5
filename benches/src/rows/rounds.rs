//! Rounds in which two things are measured in turn, so that what else the machine does meets both.

use std::time::Duration;

use anyhow::Context;

use super::ROUNDS;
use super::subject::{Load, Subject};
use crate::report::table;
use crate::statistics::Range;

/// How fast, and for how much of the processor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rate {
    /// Messages per second.
    pub(super) per_second: f64,
    /// Processor microseconds for each.
    pub(super) cpu_us: f64,
}

impl Rate {
    /// So many messages in this time.
    pub(super) fn of(messages: u64, seconds: f64, cpu: Duration) -> Self {
        Self {
            per_second: messages as f64 / seconds,
            cpu_us: cpu.as_secs_f64() * 1e6 / messages as f64,
        }
    }
}

/// Three rounds of two things.
#[derive(Clone, Debug, Default)]
pub(super) struct Pairs(Vec<(Rate, Rate)>);

impl Pairs {
    /// Measures the two in turn, every second round the other way round.
    ///
    /// # Errors
    /// One could not be measured.
    pub(super) fn measure(
        name: &str,
        mut one: impl FnMut() -> anyhow::Result<Rate>,
        mut other: impl FnMut() -> anyhow::Result<Rate>,
    ) -> anyhow::Result<Self> {
        let mut pairs = Vec::new();
        for round in 0..ROUNDS {
            let pair = if round.is_multiple_of(2) {
                let first = one()?;
                (first, other()?)
            } else {
                let second = other()?;
                (one()?, second)
            };
            let (first, second) = (pair.0.per_second, pair.1.per_second);
            eprintln!("   {name}: {first:.0}/s against {second:.0}/s");
            pairs.push(pair);
        }
        Ok(Self(pairs))
    }

    /// One as a share of the other, round by round, times `scale`.
    pub(super) fn ratio(&self, scale: f64) -> Option<Range> {
        let ratios = self
            .0
            .iter()
            .map(|(one, other)| one.per_second / other.per_second);
        Range::of(ratios.map(|ratio| ratio * scale))
    }

    /// The median rate of the first.
    ///
    /// # Errors
    /// There were no rounds.
    pub(super) fn first(&self) -> anyhow::Result<f64> {
        let rates = Range::of(self.0.iter().map(|(one, _)| one.per_second));
        Ok(rates.context("no rounds")?.median)
    }

    /// What stands behind the ratio.
    pub(super) fn note(&self, one: &str, other: &str) -> String {
        let (ones, others): (Vec<Rate>, Vec<Rate>) = self.0.iter().copied().unzip();
        format!("{one} {}; {other} {}", note(&ones), note(&others))
    }
}

/// Rates of some rounds, for people: the median, and the processor time.
pub(super) fn note(rates: &[Rate]) -> String {
    let median =
        |of: fn(&Rate) -> f64| Range::of(rates.iter().map(of)).map_or(0.0, |range| range.median);
    let per_second = table::number(median(|rate| rate.per_second).round());
    let cpu_us = median(|rate| rate.cpu_us).round();
    format!("{per_second}/s, {cpu_us} us CPU per message")
}

/// Accepts for a while.
///
/// # Errors
/// See [`Subject::load`].
pub(super) fn accept(subject: &mut Subject, load: Load) -> anyhow::Result<Rate> {
    let before = subject.cpu()?;
    let loaded = subject.load(load)?;
    let cpu = subject.cpu()?.saturating_sub(before);
    Ok(Rate::of(loaded.messages, loaded.seconds, cpu))
}

/// Accepts so many messages and waits until the last is submitted.
///
/// # Errors
/// See [`Subject::load`] and [`Subject::settled`]; or fewer were submitted than accepted.
pub(super) fn submit(subject: &mut Subject, messages: u64) -> anyhow::Result<Rate> {
    let (cpu, submitted) = (subject.cpu()?, subject.submitted()?);
    let loaded = subject.load(Load::of(messages, CONNECTIONS))?;
    let draining = subject.settled()?;
    let cpu = subject.cpu()?.saturating_sub(cpu);
    let submitted = subject.submitted()? - submitted;
    anyhow::ensure!(
        submitted == loaded.messages as f64,
        "{} messages were accepted and {submitted} submitted",
        loaded.messages
    );
    let seconds = loaded.seconds + draining.as_secs_f64();
    Ok(Rate::of(loaded.messages, seconds, cpu))
}

/// Of a client program whose messages are sent as well.
pub(super) const CONNECTIONS: usize = 128;

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(per_second: f64) -> Rate {
        Rate {
            per_second,
            cpu_us: 50.0,
        }
    }

    #[test]
    fn a_ratio_is_made_within_each_round() {
        let pairs = Pairs(vec![
            (rate(60.0), rate(100.0)),
            (rate(30.0), rate(60.0)),
            (rate(160.0), rate(200.0)),
        ]);
        let ratio = pairs.ratio(100.0).unwrap();
        assert_eq!((ratio.low, ratio.median, ratio.high), (50.0, 60.0, 80.0));
        assert_eq!(pairs.first().unwrap(), 60.0);
        assert_eq!(
            pairs.note("a", "b"),
            "a 60/s, 50 us CPU per message; b 100/s, 50 us CPU per message"
        );
    }

    #[test]
    fn every_second_round_begins_with_the_other() {
        let order = std::cell::RefCell::new(String::new());
        let measured = |name: char| {
            order.borrow_mut().push(name);
            Ok(rate(1.0))
        };
        Pairs::measure("test", || measured('a'), || measured('b')).unwrap();
        assert_eq!(*order.borrow(), "abbaab");
    }

    #[test]
    fn processor_time_is_shared_among_the_messages() {
        let rate = Rate::of(1000, 0.5, Duration::from_millis(80));
        assert_eq!((rate.per_second, rate.cpu_us), (2000.0, 80.0));
    }
}
