use super::*;

const ALL: usize = 50;

const fn at(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// One that has just opened.
fn open(now: Duration) -> Breaker {
    let mut breaker = Breaker::default();
    (0..IN_A_ROW).for_each(|_| breaker.failed(now));
    assert!(breaker.is_open());
    breaker
}

#[test]
fn after_ten_failures_in_a_row_one_message_probes_until_one_is_answered() {
    let mut breaker = Breaker::default();
    let mut now = at(100);
    (0..9).for_each(|_| breaker.failed(now));
    assert_eq!((breaker.width(), breaker.until()), (None, at(0)));
    breaker.failed(now);
    let mut pauses = Vec::new();
    for _ in 0..7 {
        pauses.push((breaker.until() - now).as_secs());
        breaker.failed(now);
        now = breaker.until();
        assert_eq!(breaker.width(), Some(1));
        breaker.failed(now);
    }
    assert_eq!(pauses, [5, 10, 20, 40, 60, 60, 60]);
    breaker.answered(ALL, now);
    assert!(!breaker.is_open());
}

#[test]
fn answers_in_between_do_not_hide_that_half_of_the_calls_fail() {
    let mut breaker = Breaker::default();
    for call in 0..19 {
        let now = at(100 + call);
        if call % 2 == 0 {
            breaker.failed(now);
        } else {
            breaker.answered(ALL, now);
        }
    }
    assert!(!breaker.is_open());
    breaker.failed(at(119));
    assert!(breaker.is_open());
}

#[test]
fn rare_failures_do_not_stop_a_channel() {
    let mut breaker = Breaker::default();
    for call in 0..1000 {
        let now = at(100 + call / 10);
        if call % 3 == 0 {
            breaker.failed(now);
        } else {
            breaker.answered(ALL, now);
        }
    }
    assert_eq!(breaker.width(), None);
}

#[test]
fn a_provider_that_is_back_gets_more_with_every_ten_answers() {
    let now = at(200);
    let mut breaker = open(at(100));
    breaker.answered(ALL, now);
    let mut widths = Vec::new();
    for answer in 0..40 {
        if answer % 10 == 0 {
            widths.push(breaker.width());
        }
        breaker.answered(ALL, now);
    }
    assert_eq!(widths, [Some(5), Some(10), Some(20), Some(40)]);
    assert_eq!(breaker.width(), None);
}

#[test]
fn a_provider_that_comes_and_goes_is_probed_again() {
    let mut breaker = open(at(100));
    breaker.answered(ALL, at(105));
    (0..10).for_each(|_| breaker.failed(at(106)));
    assert!(breaker.is_open());
    assert_eq!(breaker.until(), at(111), "from the first pause on");
}
