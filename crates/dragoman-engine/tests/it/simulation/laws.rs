//! The laws of a life and of the whole history.

use dragoman_testkit::tenant;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use dragoman_core::catalog::{Change, Subscription};
use dragoman_core::doubt::Resolution;
use dragoman_core::event::{Event, What};
use dragoman_core::inbound::{Status, StatusKind};
use dragoman_core::message::{Body, Stored};
use dragoman_core::ports::{Happened, Store};
use dragoman_core::state::Fold;
use dragoman_core::{MessageId, State};

use super::block_on;
use super::chronicle::{Chronicle, Heard, Told};
use super::plan::Plan;

/// Who judges, and by what.
pub(super) struct Laws<'a> {
    pub(super) plan: &'a Plan,
    pub(super) chronicle: &'a Chronicle,
    /// What is really kept.
    pub(super) truth: &'a dyn Store,
}

/// A message with everything that happened to it.
struct Story<'a> {
    stored: &'a Stored,
    events: Vec<&'a Event>,
}

impl Laws<'_> {
    /// The owners have mended their endpoints.
    pub(super) async fn open_what_was_stopped(&self, store: &dyn Store) {
        let opened = |catalog: &dragoman_core::catalog::Catalog| {
            let stopped = catalog.subscriptions.iter().filter(|one| !one.enabled);
            let opened = stopped.map(|one| {
                Change::Subscription(Subscription {
                    enabled: true,
                    stopped: None,
                    ..one.clone()
                })
            });
            let opened: Vec<Change> = opened.collect();
            let count = opened.len();
            Ok::<_, dragoman_core::ports::StoreError>((opened, count))
        };
        let count = dragoman_core::ports::edit(store, opened).await.unwrap();
        self.chronicle.seen().stopped += count;
    }

    /// Everything has left the queue in time.
    pub(super) fn nothing_waits(&self, past: Duration) {
        let counts = self.truth.counts().unsettled;
        let open = [State::Queued, State::Claimed, State::InFlight];
        let waits = counts.iter().any(|(_, state, _)| open.contains(state));
        self.chronicle
            .holds(!waits, || format!("still waits after {past:?}: {counts:?}"));
    }

    /// Whether something is in doubt.
    pub(super) fn anybody_doubts(&self) -> bool {
        let counts = self.truth.counts().unsettled;
        counts.iter().any(|(_, state, _)| *state == State::Unknown)
    }

    /// What holds at the end of every life: each state is the fold of its events, what is counted
    /// is what is there, and nothing accepted is lost.
    pub(super) fn judge_a_life(&self) {
        let happened = self.happened();
        let mut counted: BTreeMap<u8, u64> = BTreeMap::new();
        for story in stories(&happened).values() {
            self.is_the_fold(story);
            self.goes_step_by_step(story);
            let state = without_claim(story.stored.fold.state);
            if !state.is_settled() {
                *counted.entry(state as u8).or_default() += 1;
            }
        }
        let mut known: BTreeMap<u8, u64> = BTreeMap::new();
        for (_, state, count) in self.truth.counts().unsettled {
            let state = without_claim(state);
            *known.entry(state as u8).or_default() += count;
        }
        self.chronicle.holds(counted == known, || {
            format!("there are {counted:?}, and {known:?} are counted")
        });
        let accepted = self.chronicle.seen().accepted.clone();
        let mut taken = BTreeSet::new();
        for (account, message) in accepted.values() {
            self.chronicle
                .holds(taken.insert(*message), || format!("{message} has two keys"));
            let stored = block_on(self.truth.message(tenant(*account), *message)).unwrap();
            self.chronicle.holds(stored.is_some(), || {
                format!("{message} is accepted and lost")
            });
        }
    }

    /// What holds when everything has come to rest.
    pub(super) fn judge_the_world(&self) {
        let happened = self.happened();
        let stories = stories(&happened);
        for story in stories.values() {
            self.tells_what_was_taken(story);
            self.is_decided(story);
        }
        let mut ids = BTreeSet::new();
        for story in stories.values() {
            if let Some(id) = &story.stored.provider_id {
                let id = (story.stored.channel, id.clone());
                self.chronicle
                    .holds(ids.insert(id.clone()), || format!("{} is of two", id.1));
            }
        }
        self.every_customer_is_heard_once(&stories);
        for subscription in &self.plan.subscriptions {
            self.hears_everything(subscription, &happened);
        }
    }

    fn happened(&self) -> Vec<Happened> {
        let happened = block_on(self.truth.events_after(0, usize::MAX)).unwrap();
        let rises = happened.is_sorted_by(|one, next| one.seq() < next.seq());
        self.chronicle
            .holds(rises, || "two events have one number".to_owned());
        happened
    }

    fn is_the_fold(&self, story: &Story<'_>) {
        let mut fold = Fold::ACCEPTED;
        for event in &story.events {
            fold.apply(&event.what, event.at);
        }
        let message = story.stored.id;
        let stands = story.stored.fold.state;
        let is_ours = story.stored.outbound().is_some();
        let is_same = without_claim(stands) == fold.state || !is_ours;
        self.chronicle.holds(is_same, || {
            format!(
                "{message} is {stands:?}, and its events say {:?}",
                fold.state
            )
        });
    }

    /// An attempt departs from the queue, and a doubt goes back there by a decision or a proof.
    fn goes_step_by_step(&self, story: &Story<'_>) {
        let mut is_queued = false;
        for event in &story.events {
            match &event.what {
                What::Departed { .. } => {
                    let message = event.message;
                    self.chronicle.holds(is_queued, || {
                        format!("{message} departs, and was not queued")
                    });
                    is_queued = false;
                }
                What::Accepted
                | What::Withdrawn { .. }
                | What::Retried { .. }
                | What::Resolved {
                    resolution: Resolution::Resend,
                    ..
                } => is_queued = true,
                What::Submitted { .. }
                | What::Failed { .. }
                | What::Expired
                | What::Cancelled
                | What::Dead
                | What::Resolved {
                    resolution: Resolution::Sent | Resolution::Failed | Resolution::Final,
                    ..
                } => is_queued = false,
                What::Resolved {
                    resolution: Resolution::Hold,
                    ..
                }
                | What::Unknown { .. }
                | What::Sent { .. }
                | What::Delivered { .. }
                | What::Read { .. }
                | What::Arrived
                | What::Received
                | What::Undownloaded(_)
                | What::NotAssigned(_)
                | What::Noted
                | What::Erased => {}
            }
        }
    }

    /// What the provider has told is kept, and the message is as far as the furthest of it.
    fn tells_what_was_taken(&self, story: &Story<'_>) {
        let message = story.stored.id;
        let state = story.stored.fold.state;
        let seen = self.chronicle.seen();
        let told = seen.kept.get(&message).cloned().unwrap_or_default();
        let posts = seen.posts.iter();
        let mut posts = posts.filter(|post| post.token.message == message);
        let was_taken = posts.any(|post| post.taken && post.heard != Heard::Refused);
        drop(seen);
        for status in &told {
            let kept = story.events.iter();
            let mut kept = kept.filter(|event| is_of(&event.what, status));
            self.chronicle.holds(kept.next().is_some(), || {
                format!("what was told of {message} is not kept: {:?}", status.kind)
            });
        }
        let told = told.iter().map(|status| rank(&status.kind)).max();
        let stands = match state {
            State::Sent => 1,
            State::Failed | State::Expired | State::Cancelled | State::Dead => 2,
            State::Delivered => 3,
            State::Read => 4,
            State::Queued
            | State::Claimed
            | State::InFlight
            | State::Submitted
            | State::Unknown
            | State::Unresolved => 0,
        };
        self.chronicle
            .holds(told.is_none_or(|told| stands >= told), || {
                format!("{message} is {state:?}, and more was told of it")
            });
        let by_person = story.events.iter().any(|event| {
            matches!(event.what, What::Resolved { resolution, .. } if resolution == Resolution::Sent)
        });
        let is_shown = [State::Submitted, State::Sent, State::Delivered, State::Read];
        let is_true = was_taken || by_person || !is_shown.contains(&state);
        let is_ours = story.stored.outbound().is_some();
        self.chronicle.holds(is_true || !is_ours, || {
            format!("{message} is {state:?} and was never taken")
        });
    }

    /// Who is in doubt for so long has been decided about, or people were told.
    fn is_decided(&self, story: &Story<'_>) {
        let last = story.events.iter().rev();
        let mut since = last.take_while(|event| !matches!(event.what, What::Departed { .. }));
        let is_held = since.any(|event| {
            matches!(event.what, What::Resolved { resolution, .. } if resolution == Resolution::Hold)
        });
        let is_doubted = story.stored.fold.state == State::Unknown;
        let message = story.stored.id;
        self.chronicle.holds(!is_doubted || is_held, || {
            format!("{message} is unknown, and nothing was decided")
        });
    }

    /// Each message of a customer is one message, however often it came.
    fn every_customer_is_heard_once(&self, stories: &BTreeMap<MessageId, Story<'_>>) {
        let mut heard = BTreeSet::new();
        for story in stories.values() {
            let Body::Inbound(inbound) = &story.stored.body else {
                continue;
            };
            let id = (story.stored.channel, inbound.provider_id.clone());
            let is_one = heard.insert(id) && story.events.len() == 1;
            self.chronicle
                .holds(is_one, || "a customer is heard twice".to_owned());
        }
    }

    /// Every event is told or given up, under one name, and in order where that is wished.
    fn hears_everything(&self, subscription: &Subscription, happened: &[Happened]) {
        let seen = self.chronicle.seen();
        let told = seen.told.get(&subscription.url).cloned();
        drop(seen);
        let told = told.unwrap_or_default();
        let heard: BTreeSet<i64> = told.iter().map(|told| told.seq).collect();
        let dead = block_on(self.truth.dead_letters(subscription.id, 0, usize::MAX)).unwrap();
        let dead: BTreeSet<i64> = dead.iter().map(|dead| dead.seq).collect();
        let own = happened.iter();
        let own = own.filter(|happened| happened.account() == subscription.account);
        for one in own {
            let seq = one.seq();
            let url = &subscription.url;
            let is_told = heard.contains(&seq) || dead.contains(&seq);
            self.chronicle.holds(is_told, || {
                let telling = self.truth.telling(subscription.id);
                let catalog = self.truth.catalog();
                let known = catalog.subscriptions.iter();
                let mut known = known.filter(|one| one.id == subscription.id);
                let stopped = known.next().and_then(|one| one.stopped);
                format!("{seq} was never told to {url}: {telling:?}, {stopped:?}")
            });
        }
        self.have_one_name_each(&told);
        if subscription.ordered {
            self.come_in_order(&told, &dead);
        }
    }

    fn have_one_name_each(&self, told: &[Told]) {
        let mut names: BTreeMap<i64, &Option<String>> = BTreeMap::new();
        for one in told {
            let name = *names.entry(one.seq).or_insert(&one.name);
            let seq = one.seq;
            self.chronicle
                .holds(*name == one.name, || format!("{seq} has two names"));
        }
    }

    fn come_in_order(&self, told: &[Told], dead: &BTreeSet<i64>) {
        let mut last: BTreeMap<i64, i64> = BTreeMap::new();
        let mut heard = BTreeSet::new();
        // Who was given up may have been heard all the same.
        let told = told.iter().filter(|one| !dead.contains(&one.seq));
        for one in told.filter(|one| one.conversation != 0) {
            if !heard.insert(one.seq) {
                continue;
            }
            let before = last.insert(one.conversation, one.seq).unwrap_or_default();
            let seq = one.seq;
            self.chronicle.holds(before < seq, || {
                format!("{seq} is told after {before} of its conversation")
            });
        }
    }
}

/// All messages, with what happened to them.
fn stories(happened: &[Happened]) -> BTreeMap<MessageId, Story<'_>> {
    let mut stories: BTreeMap<MessageId, Story<'_>> = BTreeMap::new();
    for one in happened {
        if let Happened::Message(event, stored) = one {
            let story = stories.entry(event.message).or_insert_with(|| Story {
                stored,
                events: Vec::new(),
            });
            story.events.push(event);
        }
    }
    stories
}

/// Claims are not written down.
fn without_claim(state: State) -> State {
    if state == State::Claimed {
        return State::Queued;
    }
    state
}

const fn rank(kind: &StatusKind) -> u8 {
    match kind {
        StatusKind::Sent => 1,
        StatusKind::Failed(_) => 2,
        StatusKind::Delivered => 3,
        StatusKind::Read => 4,
    }
}

fn is_of(what: &What, status: &Status) -> bool {
    match &status.kind {
        StatusKind::Sent => matches!(what, What::Sent { at, .. } if *at == status.at),
        StatusKind::Delivered => matches!(what, What::Delivered { at, .. } if *at == status.at),
        StatusKind::Read => matches!(what, What::Read { at, .. } if *at == status.at),
        StatusKind::Failed(failure) => {
            matches!(what, What::Failed { failure: kept, .. } if kept == failure)
        }
    }
}
