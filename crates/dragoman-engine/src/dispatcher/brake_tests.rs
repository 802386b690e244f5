use super::*;

const THROTTLED: (Ground, i64) = (Ground::Throttle, 130_429);
const BAD_NAME: (Ground, i64) = (Ground::Reputation, 131_048);
const BROKEN: (Ground, i64) = (Ground::Broken, 190);

const fn at(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn miss(brake: &mut Brake, times: u32, now: Duration) {
    (0..times).for_each(|_| {
        brake.failed(now);
    });
}

/// The pauses of refusals that follow each other, each as soon as the one before is over.
fn pauses<const N: usize>(said: (Ground, i64)) -> [u64; N] {
    let mut brake = Brake::default();
    let mut now = at(100);
    [(); N].map(|()| {
        let pause = brake.refused(said, None, now);
        assert_eq!(brake.refused(said, None, now), pause, "counts once");
        assert_eq!(brake.gate(now), Gate::Until(now + pause));
        now += pause;
        pause.as_secs()
    })
}

#[test]
fn a_throttled_channel_pauses_longer_each_time() {
    assert_eq!(pauses(THROTTLED), [1, 2, 4, 8, 16, 32, 60, 60]);
}

#[test]
fn a_channel_with_a_bad_name_pauses_for_hours() {
    let minutes = pauses::<7>(BAD_NAME).map(|seconds| seconds / 60);
    assert_eq!(minutes, [15, 30, 60, 120, 240, 360, 360]);
}

#[test]
fn a_broken_channel_tries_one_message_every_five_minutes() {
    assert_eq!(pauses(BROKEN), [300, 300, 300]);
    let mut brake = Brake::default();
    brake.refused(BROKEN, None, at(100));
    assert_eq!(brake.gate(at(400)), Gate::Narrow(1));
    brake.calm(at(400));
    assert_eq!(brake.gate(at(401)), Gate::Open);
}

#[test]
fn a_throttling_ends_when_something_is_taken_that_departed_since() {
    let mut brake = Brake::default();
    brake.refused(THROTTLED, None, at(100));
    brake.calm(at(99));
    assert_eq!(brake.refused(THROTTLED, None, at(101)), at(2));
    brake.calm(at(103));
    assert_eq!(brake.refused(THROTTLED, Some(at(7)), at(104)), at(7));
    let named = Some(at(1));
    assert_eq!(
        brake.refused(THROTTLED, named, at(111)),
        at(2),
        "grows all the same"
    );
}

#[test]
fn a_longer_pause_is_not_cut_short_by_another_reason() {
    let mut brake = Brake::default();
    brake.refused(THROTTLED, None, at(100));
    assert_eq!(brake.refused(BROKEN, None, at(100)), at(300));
    assert_eq!(brake.refused(THROTTLED, None, at(101)), at(299));
    assert_eq!(brake.gate(at(400)), Gate::Narrow(1));
}

#[test]
fn a_channel_that_was_mended_tries_at_once() {
    let mut brake = Brake::default();
    brake.refused(BAD_NAME, None, at(100));
    brake.try_again(at(110));
    assert_eq!(brake.gate(at(110)), Gate::Narrow(1));
    assert_eq!(brake.refused(BAD_NAME, None, at(111)), at(1800));

    let mut brake = Brake::default();
    miss(&mut brake, 10, at(100));
    assert_eq!(brake.gate(at(101)), Gate::Until(at(105)));
    brake.try_again(at(101));
    assert_eq!(brake.gate(at(101)), Gate::Narrow(1));
}

#[test]
fn people_hear_once_of_a_stop_and_once_of_its_end() {
    let mut brake = Brake::default();
    brake.refused(BROKEN, None, at(100));
    let stopped = News::Stopped(Why::Broken(190), at(300));
    assert_eq!(brake.news(), Some(stopped));
    assert_eq!(brake.stopped(at(399)), Some(Why::Broken(190)));
    assert_eq!(brake.stopped(at(400)), Some(Why::Broken(190)), "it probes");
    brake.refused(BROKEN, None, at(400));
    assert_eq!(brake.news(), None, "still the same stop");
    brake.answered(8, at(401));
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
    brake.refused(THROTTLED, None, at(100));
    let throttled = News::Stopped(Why::Throttled(130_429), at(1));
    assert_eq!(brake.news(), Some(throttled));
    assert_eq!(brake.stopped(at(101)), None, "may send again, more slowly");
    brake.refused(BAD_NAME, None, at(101));
    let bad_name = News::Stopped(Why::BadName(131_048), at(900));
    assert_eq!(brake.news(), Some(bad_name));
}

#[test]
fn people_hear_of_a_provider_that_cannot_be_reached_and_that_can_again() {
    let mut brake = Brake::default();
    miss(&mut brake, 9, at(100));
    assert_eq!((brake.news(), brake.stopped(at(100))), (None, None));
    assert!(brake.failed(at(100)), "only probes now");
    let unreachable = News::Stopped(Why::Unreachable, at(5));
    assert_eq!(brake.news(), Some(unreachable));
    brake.failed(at(105));
    assert_eq!(brake.news(), None);
    assert_eq!(brake.stopped(at(200)), Some(Why::Unreachable), "it probes");
    brake.answered(8, at(200));
    assert_eq!(brake.news(), Some(News::SendsAgain));
}

#[test]
fn a_pause_of_our_own_is_no_stop() {
    let mut brake = Brake::default();
    brake.hold(at(1), at(100));
    assert_eq!(brake.gate(at(100)), Gate::Until(at(101)));
    assert_eq!((brake.news(), brake.stopped(at(100))), (None, None));
}
