//! Listens in on a driver's calls, to tell a provider that refuses from one that is not there, and
//! to compare its clock with ours.

use std::sync::Mutex;

use async_trait::async_trait;
use dragoman_core::ports::{Answer, Http, HttpError, Request};

use super::ended::Contact;
use crate::lock::lock;
use crate::shared::Shared;

/// The engine's client, for the time of one attempt.
pub(super) struct Watched<'a> {
    shared: &'a Shared,
    last: Mutex<Contact>,
}

impl<'a> Watched<'a> {
    pub(super) const fn new(shared: &'a Shared) -> Self {
        Self {
            shared,
            last: Mutex::new(Contact::None),
        }
    }

    /// How the last call ended.
    pub(super) fn contact(&self) -> Contact {
        *lock(&self.last)
    }
}

#[async_trait]
impl Http for Watched<'_> {
    async fn call(&self, request: Request) -> Result<Answer, HttpError> {
        let result = self.shared.http.call(request).await;
        if let Ok(Answer {
            date: Some(theirs), ..
        }) = &result
        {
            let ours = self.shared.steady.shown();
            self.shared.meters.clock.heard(*theirs, ours);
        }
        *lock(&self.last) = match &result {
            Ok(_) => Contact::Answered,
            Err(HttpError::NotSent(_)) => Contact::Missed,
            Err(HttpError::Lost(_)) => Contact::Lost,
        };
        result
    }
}
