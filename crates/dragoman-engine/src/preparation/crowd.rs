//! How many messages of a channel prepare at the same moment. Each of them holds one of the channel's
//! slots, and a message without a file must find one that is free.

use std::collections::HashMap;
use std::sync::Mutex;

use dragoman_core::Id;
use dragoman_core::catalog::Channel;

use crate::lock::lock;

/// Messages that prepare, by channel.
#[derive(Debug, Default)]
pub(super) struct Crowd(Mutex<HashMap<Id, usize>>);

/// A message that prepares.
#[derive(Debug)]
pub(super) struct Member<'a> {
    crowd: &'a Crowd,
    channel: Id,
}

impl Crowd {
    /// Joins, unless those who prepare have half of the channel's slots already.
    pub(super) fn join(&self, channel: &Channel) -> Option<Member<'_>> {
        let most = usize::from(channel.concurrency / 2).max(1);
        let mut crowd = lock(&self.0);
        let members = crowd.entry(channel.id).or_default();
        if *members >= most {
            return None;
        }
        *members += 1;
        Some(Member {
            crowd: self,
            channel: channel.id,
        })
    }
}

impl Drop for Member<'_> {
    fn drop(&mut self) {
        let mut crowd = lock(&self.crowd.0);
        if let Some(members) = crowd.get_mut(&self.channel) {
            *members -= 1;
        }
        crowd.retain(|_, members| *members > 0);
    }
}
