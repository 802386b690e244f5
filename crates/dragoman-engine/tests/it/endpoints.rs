//! Doubles of the customers' endpoints.

use std::collections::HashMap;
use std::sync::Mutex;

use async_trait::async_trait;
use dragoman_core::Timestamp;
use dragoman_core::ports::{Answer, Http, HttpError, Request};
use tokio::sync::watch;

/// How an endpoint treats a call.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Endpoint {
    Takes,
    Answers(u16),
    /// The same when it is told to.
    AnswersLate(u16),
    /// Refuses with these words.
    Says(u16, &'static str),
    /// Gives a file of this type.
    Gives(&'static str, &'static [u8]),
    /// Says what time it is.
    ShowsTime(Timestamp),
    IsAway,
    NeverAnswers,
    /// Takes too long.
    IsLate,
    /// Calling it crashes.
    Crashes,
}

/// Everything that can be called. What nobody has spoken of takes every call.
#[derive(Default)]
pub(crate) struct Endpoints {
    habits: Mutex<HashMap<String, Endpoint>>,
    told: Mutex<Vec<(String, String)>>,
    calls: Mutex<HashMap<String, u32>>,
    last: Mutex<HashMap<String, Request>>,
    /// Whether late answers may come.
    late: watch::Sender<bool>,
}

impl Endpoints {
    /// From now on.
    pub(crate) fn becomes(&self, url: &str, endpoint: Endpoint) {
        self.habits.lock().unwrap().insert(url.to_owned(), endpoint);
    }

    /// Late answers come now.
    pub(crate) fn answer_late(&self) {
        self.late.send_replace(true);
    }

    /// What an endpoint has taken, in order.
    pub(crate) fn told(&self, url: &str) -> Vec<String> {
        let told = self.told.lock().unwrap();
        let of = told.iter().filter(|(known, _)| known == url);
        of.map(|(_, body)| body.clone()).collect()
    }

    /// How often an endpoint was called.
    pub(crate) fn calls(&self, url: &str) -> u32 {
        self.calls.lock().unwrap().get(url).copied().unwrap_or(0)
    }

    /// The last call of an endpoint.
    pub(crate) fn last(&self, url: &str) -> Option<Request> {
        self.last.lock().unwrap().get(url).cloned()
    }

    fn answer(&self, request: Request, status: u16) -> Answer {
        if status == 200 {
            let body = String::from_utf8(request.body).unwrap();
            self.told.lock().unwrap().push((request.url, body));
        }
        Answer {
            status,
            retry_after: None,
            content_type: None,
            date: None,
            body: Vec::new(),
        }
    }

    fn refusal(status: u16, words: &str) -> Answer {
        Answer {
            status,
            retry_after: None,
            content_type: None,
            date: None,
            body: words.as_bytes().to_vec(),
        }
    }
}

#[async_trait]
impl Http for Endpoints {
    async fn call(&self, request: Request) -> Result<Answer, HttpError> {
        let url = request.url.clone();
        *self.calls.lock().unwrap().entry(url.clone()).or_default() += 1;
        self.last.lock().unwrap().insert(url, request.clone());
        let habit = self.habits.lock().unwrap().get(&request.url).copied();
        match habit.unwrap_or(Endpoint::Takes) {
            Endpoint::Takes => Ok(self.answer(request, 200)),
            Endpoint::Answers(status) => Ok(self.answer(request, status)),
            Endpoint::AnswersLate(status) => {
                let _ = self.late.subscribe().wait_for(|late| *late).await;
                Ok(self.answer(request, status))
            }
            Endpoint::Says(status, words) => Ok(Self::refusal(status, words)),
            Endpoint::Gives(mime_type, bytes) => Ok(Answer {
                status: 200,
                retry_after: None,
                content_type: Some(mime_type.into()),
                date: None,
                body: bytes.to_vec(),
            }),
            Endpoint::ShowsTime(time) => Ok(Answer {
                date: Some(time),
                ..Self::refusal(200, "")
            }),
            Endpoint::IsAway => Err(HttpError::NotSent("refused".into())),
            Endpoint::IsLate => Err(HttpError::Lost(HttpError::TIMEOUT.into())),
            Endpoint::NeverAnswers => std::future::pending().await,
            Endpoint::Crashes => panic!("calling crashes on purpose"),
        }
    }
}
