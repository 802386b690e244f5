//! The provider watches how fast it is written to.

use std::time::Duration;

use dragoman_core::catalog::Channel;
use dragoman_core::message::InFlight;
use dragoman_core::ports::Clock;
use dragoman_core::rate::Bucket;

use super::chronicle::{Chronicle, Seen};
use super::plan::{Plan, SLUGS};
use super::planted::Planted;

const SECOND: Duration = Duration::from_secs(1);
/// A store that takes no more milliseconds for a verb does not stall.
const CALM: u64 = 100;

/// In no second there are more than the provider allows, nor more to one recipient in one life: what
/// a recipient has got is not known to the next.
pub(super) fn judge(plan: &Plan, chronicle: &Chronicle, channel: &Channel, in_flight: &InFlight) {
    let number = SLUGS.iter().position(|slug| **slug == *channel.slug);
    let number = number.expect("the plan knows all channels");
    let now = chronicle.clock.monotonic();
    let allowed = match plan.planted {
        Some(Planted::RateThatIsTooHigh) => channel.rate.count() / 4,
        Some(_) | None => channel.rate.count(),
    };
    let slug = &channel.slug;
    let mut seen = chronicle.seen();
    let Seen {
        second,
        pairs,
        broken,
        ..
    } = &mut *seen;
    let last = second.entry(number).or_default();
    last.push_back(now);
    while last.front().is_some_and(|first| *first + SECOND <= now) {
        last.pop_front();
    }
    let most = f64::from(allowed) * 1.05;
    // While the store stalls, what waits for its mark gathers.
    if plan.latency <= CALM && last.len() as f64 > most.max(1.0) {
        let count = last.len();
        broken.push(format!("{now:?}: {slug} sends {count} in a second"));
    }
    let recipient = in_flight.body().to.value().into();
    let pair = pairs.entry((number, recipient));
    if pair.or_insert_with(Bucket::for_pair).take(now).is_err() {
        broken.push(format!("{now:?}: {slug} is too fast for one recipient"));
    }
}
