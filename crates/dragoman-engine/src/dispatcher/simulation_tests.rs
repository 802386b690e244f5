//! A channel and a provider that measures, in virtual time.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};

use dragoman_core::outcome::{Failure, Proof};
use dragoman_core::rate::Bucket;
use dragoman_core::retry;

use super::tests::{BEGAN, NOW, channel, waiting};
use super::*;

const SECOND: Duration = Duration::from_secs(1);
const RATE: u32 = 80;

/// What the provider does with a POST.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    Takes,
    TooFast,
    PairTooFast,
    IsAway,
}

/// The channel, the provider, and what is under way between them.
struct World {
    schedule: Schedule,
    now: Duration,
    /// How long an answer takes.
    latency: Duration,
    /// When the answer comes to whom.
    flying: BinaryHeap<Reverse<(Duration, i64, Verdict)>>,
    flights: BTreeMap<i64, (Waiting, Setbacks, Duration)>,
    /// When the provider saw each POST, and what it did with it.
    posts: Vec<(Duration, i64, Verdict)>,
    taken: BTreeMap<i64, u32>,
    rolls: u64,
}

impl World {
    fn new(concurrency: u16, latency: Duration) -> Self {
        let mut schedule = Schedule::new(&channel(RATE, concurrency));
        schedule.fill(&[], BEGAN);
        Self {
            schedule,
            now: NOW,
            latency,
            flying: BinaryHeap::new(),
            flights: BTreeMap::new(),
            posts: Vec::new(),
            taken: BTreeMap::new(),
            rolls: 1,
        }
    }

    fn enqueue(&mut self, rows: impl IntoIterator<Item = (i64, i64)>) {
        for (row, conversation) in rows {
            let digest = 100 + conversation.cast_unsigned();
            self.schedule
                .enqueue(waiting(row, conversation), digest, self.now);
        }
    }

    /// Until nothing waits and nothing runs.
    fn run(&mut self, mut provider: impl FnMut(Duration, Waiting) -> Verdict) {
        loop {
            self.land();
            let pick = self.schedule.pick(self.now);
            for turn in &pick.turns {
                let row = turn.waiting.message.row();
                let verdict = provider(self.now, turn.waiting);
                self.posts.push((self.now, row, verdict));
                self.flights
                    .insert(row, (turn.waiting, turn.setbacks, self.now));
                let lands_at = self.now + self.latency;
                self.flying.push(Reverse((lands_at, row, verdict)));
            }
            if !pick.turns.is_empty() {
                continue;
            }
            let lands_at = self.flying.peek().map(|Reverse((at, ..))| *at);
            match lands_at.into_iter().chain(pick.wake_at).min() {
                Some(next) => self.now = next.max(self.now),
                None => break,
            }
        }
        assert_eq!(self.schedule.load().waiting, 0, "nobody is forgotten");
    }

    /// Answers arrive.
    fn land(&mut self) {
        while let Some(Reverse((at, row, verdict))) = self.flying.peek().copied()
            && at <= self.now
        {
            self.flying.pop();
            let (waiting, setbacks, departed_at) = self.flights.remove(&row).unwrap();
            let ended = self.judge(waiting, setbacks, verdict);
            let ended = Ended {
                departed_at,
                ..ended
            };
            self.schedule.end(waiting, ended, self.now);
        }
    }

    fn judge(&mut self, waiting: Waiting, setbacks: Setbacks, verdict: Verdict) -> Ended {
        let (contact, slow) = match verdict {
            Verdict::Takes => {
                *self.taken.entry(waiting.message.row()).or_default() += 1;
                return Ended {
                    fate: Fate::Over,
                    departed_at: self.now,
                    contact: Contact::Taken,
                };
            }
            Verdict::TooFast => (Contact::Stopped, Slow::Channel),
            Verdict::PairTooFast => (Contact::Answered, Slow::Conversation),
            Verdict::IsAway => (Contact::Missed, Slow::Message),
        };
        let refusal = NotTaken {
            failure: Failure::new(1, "no"),
            proof: Proof::Certain,
            again: Again::Backoff,
            slow,
        };
        self.schedule.slow(waiting.conversation, &refusal, self.now);
        let setbacks = setbacks.and_a_failure();
        let pause = match contact {
            Contact::Stopped => Duration::ZERO,
            Contact::None
            | Contact::Taken
            | Contact::Answered
            | Contact::Missed
            | Contact::Lost => retry::backoff(setbacks.failures, self.roll()),
        };
        Ended {
            fate: Fate::Again { pause, setbacks },
            departed_at: self.now,
            contact,
        }
    }

    fn roll(&mut self) -> f64 {
        self.rolls = self.rolls.wrapping_mul(6_364_136_223_846_793_005) + 1;
        (self.rolls >> 40) as f64 / (1_u64 << 24) as f64
    }

    /// As many POSTs as the provider saw in the worst second.
    fn worst_second(&self) -> usize {
        let mut window = VecDeque::new();
        let mut worst = 0;
        for (at, ..) in &self.posts {
            window.push_back(*at);
            while window.front().is_some_and(|first| *first + SECOND <= *at) {
                window.pop_front();
            }
            worst = worst.max(window.len());
        }
        worst
    }

    /// How many POSTs the provider saw in each second after a moment.
    fn seconds_after(&self, moment: Duration) -> Vec<usize> {
        let mut seconds = Vec::new();
        for (at, ..) in self.posts.iter().filter(|(at, ..)| *at >= moment) {
            let second = (*at - moment).as_secs() as usize;
            seconds.resize(seconds.len().max(second + 1), 0);
            seconds[second] += 1;
        }
        seconds
    }
}

#[test]
fn in_no_second_the_provider_sees_more_than_the_rate() {
    let mut world = World::new(100, Duration::from_millis(150));
    let count = 6000;
    world.enqueue((1..=count).map(|row| (row, row)));
    let storms = [(10, 25), (60, 61), (61, 64)];
    world.run(|now, _| {
        let is_stormy = |(from, until): (u64, u64)| {
            (NOW + SECOND * from as u32..NOW + SECOND * until as u32).contains(&now)
        };
        if storms.into_iter().any(is_stormy) {
            Verdict::TooFast
        } else {
            Verdict::Takes
        }
    });
    let worst = world.worst_second();
    assert!(worst <= 84, "{worst}");
    assert!(worst >= 68, "{worst}: the rate is used");
    assert_eq!(world.taken.len() as i64, count);
    assert!(world.taken.values().all(|times| *times == 1));
    let refused = world.posts.len() - world.taken.len();
    // Each pause costs what was under way when it began, and one attempt when it was over early.
    assert!(refused <= 150, "{refused}");
    let after_the_storms = world.seconds_after(NOW + SECOND * 66);
    assert!(
        after_the_storms[0] < 40,
        "half and half again, not at once: {after_the_storms:?}"
    );
}

#[test]
fn a_recipient_gets_45_and_then_one_every_six_seconds_while_others_overtake() {
    let mut world = World::new(100, Duration::from_millis(50));
    world.enqueue((1..=100).map(|row| (row, 7)));
    world.enqueue((101..=300).map(|row| (row, row)));
    let mut pair = Bucket::for_pair();
    world.run(|now, waiting| {
        if waiting.conversation == 7 && pair.take(now).is_err() {
            Verdict::PairTooFast
        } else {
            Verdict::Takes
        }
    });
    assert_eq!(world.taken.len(), 300);
    assert_eq!(world.posts.len(), 300, "the provider never had to refuse");
    let last_of_others = world.posts.iter().rfind(|(_, row, _)| *row > 100);
    assert!(last_of_others.unwrap().0 < NOW + SECOND * 10);
    assert!(world.now >= NOW + SECOND * 6 * 54);
}

#[test]
fn two_hours_of_outage_cost_few_attempts_and_end_in_a_ramp() {
    let mut world = World::new(50, Duration::from_millis(500));
    let count = 100_000;
    world.enqueue((1..=count).map(|row| (row, row)));
    let back_at = NOW + Duration::from_secs(2 * 3600);
    world.run(|now, _| {
        if now < back_at {
            Verdict::IsAway
        } else {
            Verdict::Takes
        }
    });
    assert_eq!(world.taken.len() as i64, count, "nothing is lost");
    assert!(world.taken.values().all(|times| *times == 1));
    let burnt = world.posts.iter().filter(|(at, ..)| *at < back_at).count();
    assert!((60..=200).contains(&burnt), "{burnt}");

    let first = world.posts.iter().find(|(at, ..)| *at >= back_at);
    let first = first.unwrap().0;
    assert!(first <= back_at + SECOND * 61, "a probe a minute");
    let ramp = world.seconds_after(first);
    // One probe, then 5, 10, 20, 40 at once, each answered after half a second.
    assert!(ramp[0] <= 6 && ramp[1] <= 20 && ramp[2] <= 60, "{ramp:?}");
    let even = &ramp[10..ramp.len() - 1];
    assert!(even.iter().all(|count| (67..=75).contains(count)));
    let worst = world.worst_second();
    assert!(worst <= 84, "{worst}");
}
