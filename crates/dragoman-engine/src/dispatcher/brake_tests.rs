use super::*;

const fn at(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn after_ten_misses_one_message_probes_until_one_is_answered() {
    let mut brake = Brake::default();
    let mut now = at(100);
    assert!((0..9).all(|_| !brake.missed(now)));
    assert_eq!(brake.gate(5, now), Gate::Open);
    assert!(brake.missed(now));
    let mut pauses = Vec::new();
    for _ in 0..6 {
        let Gate::Until(probe) = brake.gate(0, now) else {
            panic!("no pause");
        };
        pauses.push((probe - now).as_secs());
        now = probe;
        assert_eq!(brake.gate(0, now), Gate::One);
        assert_eq!(brake.gate(1, now), Gate::Shut);
        brake.missed(now);
    }
    assert_eq!(pauses, [1, 2, 4, 8, 10, 10]);
    brake.reached();
    assert_eq!(brake.gate(5, now), Gate::Open);
}

#[test]
fn a_throttled_channel_pauses_longer_each_time_until_something_is_taken() {
    let mut brake = Brake::default();
    let mut now = at(100);
    let pauses: Vec<u64> = (0..8)
        .map(|_| {
            let pause = brake.throttle(130_429, None, now);
            assert_eq!(brake.throttle(130_429, None, now), pause, "counts once");
            now += pause;
            pause.as_secs()
        })
        .collect();
    assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 60, 60]);
    brake.calm(at(99));
    assert_eq!(brake.throttle(130_429, None, now), at(60));
    now += at(60);
    brake.calm(now);
    assert_eq!(brake.throttle(130_429, Some(at(7)), now), at(7));
    now += at(7);
    let named = Some(at(1));
    assert_eq!(
        brake.throttle(130_429, named, now),
        at(2),
        "grows all the same"
    );
}

#[test]
fn people_hear_once_of_a_stop_and_once_of_its_end() {
    let mut brake = Brake::default();
    let minutes = at(300);
    brake.throttle(190, Some(minutes), at(100));
    let stopped = News::Stopped(Why::Refused(190), minutes);
    assert_eq!(brake.news(), Some(stopped));
    assert_eq!(brake.stopped(at(399)), Some(Why::Refused(190)));
    assert_eq!(brake.stopped(at(400)), None, "may try again");
    brake.throttle(190, Some(minutes), at(400));
    assert_eq!(brake.news(), None, "still the same stop");
    brake.reached();
    brake.calm(at(399));
    assert_eq!(brake.news(), None, "departed before the second refusal");
    brake.calm(at(700));
    assert_eq!(brake.news(), Some(News::SendsAgain));
    brake.calm(at(701));
    assert_eq!((brake.news(), brake.stopped(at(701))), (None, None));
}

#[test]
fn people_hear_of_another_reason_to_stop() {
    let mut brake = Brake::default();
    brake.throttle(130_429, None, at(100));
    let throttled = News::Stopped(Why::Refused(130_429), at(1));
    assert_eq!(brake.news(), Some(throttled));
    brake.throttle(190, Some(at(300)), at(101));
    let broken = News::Stopped(Why::Refused(190), at(300));
    assert_eq!(brake.news(), Some(broken));
}

#[test]
fn people_hear_of_a_provider_that_cannot_be_reached_and_that_can_again() {
    let mut brake = Brake::default();
    for _ in 0..9 {
        brake.missed(at(100));
    }
    assert_eq!((brake.news(), brake.stopped(at(100))), (None, None));
    brake.missed(at(100));
    let unreachable = News::Stopped(Why::Unreachable, at(1));
    assert_eq!(brake.news(), Some(unreachable));
    brake.missed(at(101));
    assert_eq!(brake.news(), None);
    assert_eq!(brake.stopped(at(200)), Some(Why::Unreachable), "it probes");
    brake.reached();
    assert_eq!(brake.news(), Some(News::SendsAgain));
}

#[test]
fn a_pause_of_our_own_is_no_stop() {
    let mut brake = Brake::default();
    brake.hold(at(1), at(100));
    assert_eq!((brake.news(), brake.stopped(at(100))), (None, None));
}
