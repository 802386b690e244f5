use std::collections::BTreeMap;

use dragoman_core::Timestamp;
use dragoman_core::catalog::{Sending, Source};
use dragoman_core::outcome::Failure;
use dragoman_core::rate::Rate;

use super::super::inquiry::Trouble;
use super::*;

const fn at(minutes: u64) -> Duration {
    Duration::from_secs(60 * minutes)
}

/// Channels with the same sender share their templates.
fn channel(id: u128, provider_id: &str) -> Channel {
    Channel {
        id: Id::from_u128(id),
        account: Id::from_u128(9),
        slug: "demo".into(),
        title: "Demo".into(),
        driver: "double".into(),
        source: Source::Whatsapp,
        provider_id: provider_id.into(),
        phone: None,
        settings: BTreeMap::new(),
        rate: Rate::WHATSAPP,
        concurrency: 1,
        main: true,
        enabled: true,
        created_at: Timestamp::default(),
        sending: Sending::default(),
        watched_since: Timestamp::default(),
    }
}

fn rota(channels: &[Channel]) -> Rota {
    let mut rota = Rota::default();
    rota.follow(channels.iter(), at(0));
    rota
}

/// The next inquiry, by the numbers of its channels.
fn next(rota: &mut Rota, now: Duration) -> Vec<u128> {
    let next = rota.next(now, |one, other| one.provider_id == other.provider_id);
    let channels = next.map(|(first, others)| [vec![first], others].concat());
    let ids = channels.iter().flatten();
    ids.map(|channel| channel.id.as_u128()).collect()
}

fn end(
    rota: &mut Rota,
    ids: &[u128],
    result: Result<(), Trouble>,
    now: Duration,
) -> Option<Change> {
    let ended = Ended {
        asked_as: "demo".into(),
        channels: ids.iter().map(|id| Id::from_u128(*id)).collect(),
        result,
    };
    rota.end(&ended, now, 0.5)
}

fn trouble() -> Result<(), Trouble> {
    Err(Trouble::Provider(Failure::new(190, "no")))
}

#[test]
fn channels_that_share_their_templates_are_asked_about_together_and_every_hour() {
    let mut rota = rota(&[channel(1, "a"), channel(2, "b"), channel(3, "a")]);
    assert_eq!(rota.wakes_at(), Some(at(0)));
    assert_eq!(next(&mut rota, at(0)), [1, 3]);
    assert_eq!(next(&mut rota, at(0)), [2]);
    assert_eq!(next(&mut rota, at(0)), [] as [u128; 0]);
    assert_eq!(rota.wakes_at(), None, "all are being asked about");
    assert_eq!(end(&mut rota, &[1, 3], Ok(()), at(1)), None);
    assert_eq!(end(&mut rota, &[2], Ok(()), at(2)), None);
    assert_eq!(rota.wakes_at(), Some(at(61)));
    assert_eq!(next(&mut rota, at(60)), [] as [u128; 0]);
    assert_eq!(next(&mut rota, at(61)), [1, 3]);
}

#[test]
fn a_provider_that_cannot_be_asked_is_tried_ever_more_rarely_and_told_of_once() {
    let mut rota = rota(&[channel(1, "a")]);
    let mut now = at(0);
    let mut told = Vec::new();
    let pauses: Vec<u64> = (0..8)
        .map(|_| {
            assert_eq!(next(&mut rota, now), [1]);
            told.extend(end(&mut rota, &[1], trouble(), now));
            let pause = rota.wakes_at().unwrap() - now;
            now += pause;
            pause.as_secs() / 60
        })
        .collect();
    assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 60, 60]);
    assert_eq!(told, [Change::Fails]);
    next(&mut rota, now);
    assert_eq!(end(&mut rota, &[1], Ok(()), now), Some(Change::Mended));
    assert_eq!(rota.wakes_at(), Some(now + at(60)));
}

#[test]
fn what_is_wanted_while_an_inquiry_runs_is_asked_about_once_more() {
    let mut rota = rota(&[channel(1, "a")]);
    next(&mut rota, at(0));
    rota.want(Id::from_u128(1), at(1));
    assert_eq!(next(&mut rota, at(1)), [] as [u128; 0]);
    assert_eq!(rota.wakes_at(), None, "nothing starts before it ends");
    end(&mut rota, &[1], Ok(()), at(2));
    assert_eq!(next(&mut rota, at(2)), [1]);
}

#[test]
fn only_what_changes_the_question_makes_a_channel_due() {
    let mut rota = rota(&[channel(1, "a")]);
    next(&mut rota, at(0));
    end(&mut rota, &[1], Ok(()), at(0));
    let titled = Channel {
        title: "New".into(),
        ..channel(1, "a")
    };
    rota.follow([&titled].into_iter(), at(5));
    assert_eq!(rota.wakes_at(), Some(at(60)));
    rota.follow([&channel(1, "b")].into_iter(), at(6));
    assert_eq!(rota.wakes_at(), Some(at(6)));
    rota.follow(std::iter::empty(), at(7));
    assert_eq!(rota.wakes_at(), None);
    rota.want(Id::from_u128(1), at(8));
    assert_eq!(end(&mut rota, &[1], trouble(), at(8)), None, "it is gone");
}
