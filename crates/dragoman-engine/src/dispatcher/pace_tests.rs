use super::*;

const fn at(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn pace(limit: u32) -> Pace {
    Pace::new(Rate::per_second(limit).unwrap())
}

/// How many depart between two moments, when there are always some that wait.
fn departures(pace: &mut Pace, from: Duration, until: Duration) -> usize {
    let (mut now, mut count) = (from, 0);
    while now < until {
        pace.look(now);
        count += usize::from(pace.take(now));
        now += Duration::from_millis(1);
    }
    count
}

#[test]
fn a_channel_begins_below_the_limit_of_its_provider() {
    assert_eq!(pace(80).per_second(at(1)), 68.0);
    assert_eq!(pace(1).per_second(at(1)), 0.85);
    assert_eq!(pace(100_000).per_second(at(1)), 85_000.0);
}

#[test]
fn what_customers_write_counts_against_the_limit() {
    let mut pace = pace(80);
    pace.hear(20, at(10));
    pace.look(at(10));
    assert_eq!(pace.per_second(at(10)), 48.0);
    let sent = departures(&mut pace, at(10), at(11));
    assert!(sent + 20 <= 80, "{sent}");
    assert_eq!(pace.per_second(at(12)), 68.0, "they have stopped");
    pace.hear(500, at(20));
    assert_eq!(pace.per_second(at(20)), 4.0, "never nothing");
}

#[test]
fn a_throttling_halves_the_rate_and_a_twentieth_comes_back_in_ten_seconds() {
    let mut pace = pace(100);
    pace.throttled(at(11), at(10));
    pace.throttled(at(11), at(10));
    assert_eq!(pace.per_second(at(10)), 42.5, "counts once");
    assert_eq!(pace.per_second(at(11)), 42.5, "a pause brings nothing back");
    assert_eq!(pace.per_second(at(21)), 47.5);
    pace.throttled(at(23), at(21));
    assert_eq!(pace.per_second(at(23)), 23.75);
    assert_eq!(pace.per_second(at(3600)), 85.0, "and never more");
    let deeper = (0..20).map(|n| at(4000 + n));
    deeper.for_each(|now| pace.throttled(now + at(1), now));
    assert_eq!(pace.per_second(at(4020)), 5.0, "never nothing");
}

#[test]
fn another_limit_is_a_new_beginning_without_a_burst() {
    let mut pace = pace(80);
    pace.throttled(at(11), at(10));
    pace.limit(Rate::per_second(1000).unwrap(), at(12));
    assert_eq!(pace.per_second(at(12)), 850.0);
    let second = departures(&mut pace, at(20), at(21));
    assert!((850..=950).contains(&second), "{second}");
    let mut changed = 0;
    for _ in 0..10 {
        pace.limit(Rate::per_second(999).unwrap(), at(21));
        while pace.take(at(21)) {
            changed += 1;
        }
        pace.limit(Rate::per_second(1000).unwrap(), at(21));
        while pace.take(at(21)) {
            changed += 1;
        }
    }
    assert!(changed <= 2, "{changed}");
}
